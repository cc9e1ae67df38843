package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * {@link BatchNorm} of images: each channel is normalized over the batch and all pixels.
 *
 * <p>Shapes: [channels, height, width], unchanged.
 *
 * <p>Defaults: epsilon 1e-5, momentum 0.1, with γ and β.
 */
public final class BatchNorm2d extends BatchNorm {

  /** With the defaults. */
  public BatchNorm2d() {
    this(Settings.DEFAULTS);
  }

  private BatchNorm2d(Settings settings) {
    super(settings);
  }

  /**
   * The same with another number added to the variance.
   *
   * @throws IllegalArgumentException if it isn't above 0 and finite
   */
  public BatchNorm2d withEpsilon(float epsilon) {
    return new BatchNorm2d(settings().withEpsilon("BatchNorm2d", epsilon));
  }

  /**
   * The same with another part of the batch's statistics in the running ones.
   *
   * @throws IllegalArgumentException if it isn't from 0 to 1
   */
  public BatchNorm2d withMomentum(float momentum) {
    return new BatchNorm2d(settings().withMomentum("BatchNorm2d", momentum));
  }

  /** The same without γ and β. */
  public BatchNorm2d withoutAffine() {
    return new BatchNorm2d(settings().withoutAffine());
  }

  @Override
  void check(Shape in) {
    if (in.rank() != 3 || in.size() == 0) {
      throw mismatch("[channels, height, width]", in, in.rank() < 3 ? "Is BatchNorm1d meant?" : "");
    }
  }

  /** An equal layer from its config. */
  public static BatchNorm2d from(Config c) {
    return new BatchNorm2d(Settings.from(c));
  }
}
