package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * {@link BatchNorm} of vectors and of sequences.
 *
 * <p>Shapes: [features], or [channels, time], unchanged.
 *
 * <p>Defaults: epsilon 1e-5, momentum 0.1, with γ and β.
 */
public final class BatchNorm1d extends BatchNorm {

  /** With the defaults. */
  public BatchNorm1d() {
    this(Settings.DEFAULTS);
  }

  private BatchNorm1d(Settings settings) {
    super(settings);
  }

  /**
   * The same with another number added to the variance.
   *
   * @throws IllegalArgumentException if it isn't above 0 and finite
   */
  public BatchNorm1d withEpsilon(float epsilon) {
    return new BatchNorm1d(settings().withEpsilon("BatchNorm1d", epsilon));
  }

  /**
   * The same with another part of the batch's statistics in the running ones.
   *
   * @throws IllegalArgumentException if it isn't from 0 to 1
   */
  public BatchNorm1d withMomentum(float momentum) {
    return new BatchNorm1d(settings().withMomentum("BatchNorm1d", momentum));
  }

  /** The same without γ and β. */
  public BatchNorm1d withoutAffine() {
    return new BatchNorm1d(settings().withoutAffine());
  }

  @Override
  void check(Shape in) {
    if (in.rank() < 1 || in.rank() > 2 || in.size() == 0) {
      throw mismatch("[features] or [channels, time]", in, in.rank() > 2 ? "Missing Flatten?" : "");
    }
  }

  /** An equal layer from its config. */
  public static BatchNorm1d from(Config c) {
    return new BatchNorm1d(Settings.from(c));
  }
}
