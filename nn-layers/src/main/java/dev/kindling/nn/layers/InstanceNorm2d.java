package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * Normalization of each channel of each image by itself (Ulyanov, Vedaldi, Lempitsky, "Instance normalization: the missing
 * ingredient for fast stylization", 2016): y = γ·x̂ + β with x̂ = (x - mean) / √(variance + epsilon), where mean and variance
 * (the biased one) are taken over the channel's pixels. The same in training and in use.
 *
 * <p>Shapes: [channels, height, width], unchanged, of at least two pixels. Parameters, if asked for: {@code weight} (γ, 1 at
 * first) and {@code bias} (β, 0 at first), both [channels].
 *
 * <p>Backward, derived in {@code docs/derivations/group-norm.md}, with g = dy·γ and averages over the pixels: dβ = Σ dy and dγ
 * = Σ dy·x̂ over batch and pixels, dx = (g - average(g) - x̂·average(g·x̂)) / √(variance + epsilon).
 *
 * <p>Defaults: epsilon 1e-5, without γ and β, as in PyTorch.
 */
public final class InstanceNorm2d extends GroupedNorm {

  /** With the defaults. */
  public InstanceNorm2d() {
    this(1e-5f, false);
  }

  private InstanceNorm2d(float epsilon, boolean affine) {
    super("InstanceNorm2d", epsilon, affine);
  }

  /**
   * The same with another number added to the variance.
   *
   * @throws IllegalArgumentException if it isn't above 0 and finite
   */
  public InstanceNorm2d withEpsilon(float epsilon) {
    return new InstanceNorm2d(epsilon, affine());
  }

  /** The same with γ and β. */
  public InstanceNorm2d withAffine() {
    return new InstanceNorm2d(epsilon(), true);
  }

  @Override
  int groupsOf(Shape in) {
    if (in.rank() != 3 || in.size() == 0) {
      throw mismatch("[channels, height, width]", in, "");
    }
    if (in.size() == in.dim(0)) {
      throw mismatch(
          "at least 2 pixels in each channel", in, "A single one, less the mean, is always 0");
    }
    return in.dim(0);
  }

  @Override
  public Config config() {
    return Config.of("InstanceNorm2d").with("epsilon", epsilon()).with("affine", affine());
  }

  /** An equal layer from its config. */
  public static InstanceNorm2d from(Config c) {
    return new InstanceNorm2d(c.floatOf("epsilon"), c.booleanOf("affine"));
  }

  @Override
  public String toString() {
    return "InstanceNorm2d";
  }
}
