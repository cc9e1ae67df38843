package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * Normalization of each example by itself, a group of channels at a time (Wu, He, "Group normalization", 2018): y = γ·x̂ + β
 * with x̂ = (x - mean) / √(variance + epsilon), where mean and variance (the biased one) are taken over a group of neighbouring
 * channels and all their pixels. It doesn't look at the batch, so it works with small ones, and is the same in training and in
 * use.
 *
 * <p>Shapes: [channels, …], unchanged; the groups must divide the channels. Parameters {@code weight} (γ, 1 at first) and
 * {@code bias} (β, 0 at first), both [channels].
 *
 * <p>Backward, derived in {@code docs/derivations/group-norm.md}, with g = dy·γ and averages over the group: dβ = Σ dy and dγ
 * = Σ dy·x̂ over batch and pixels, dx = (g - average(g) - x̂·average(g·x̂)) / √(variance + epsilon).
 *
 * <p>Defaults: epsilon 1e-5, with γ and β.
 */
public final class GroupNorm extends GroupedNorm {

  private final int groups;

  /**
   * With this many groups.
   *
   * @throws IllegalArgumentException if groups is below 1
   */
  public GroupNorm(int groups) {
    this(groups, 1e-5f, true);
  }

  private GroupNorm(int groups, float epsilon, boolean affine) {
    super("GroupNorm", epsilon, affine);
    if (groups < 1) {
      throw new IllegalArgumentException("GroupNorm: groups must be at least 1, got " + groups);
    }
    this.groups = groups;
  }

  /**
   * The same with another number added to the variance.
   *
   * @throws IllegalArgumentException if it isn't above 0 and finite
   */
  public GroupNorm withEpsilon(float epsilon) {
    return new GroupNorm(groups, epsilon, affine());
  }

  /** The same without γ and β. */
  public GroupNorm withoutAffine() {
    return new GroupNorm(groups, epsilon(), false);
  }

  @Override
  int groupsOf(Shape in) {
    if (in.rank() < 1 || in.size() == 0) {
      throw mismatch("[channels, …]", in, "");
    }
    if (in.dim(0) % groups != 0) {
      throw mismatch("channels in " + groups + " groups of equal size", in, "");
    }
    return groups;
  }

  @Override
  public Config config() {
    return Config.of("GroupNorm")
        .with("groups", groups)
        .with("epsilon", epsilon())
        .with("affine", affine());
  }

  /** An equal layer from its config. */
  public static GroupNorm from(Config c) {
    return new GroupNorm(c.intOf("groups"), c.floatOf("epsilon"), c.booleanOf("affine"));
  }

  @Override
  public String toString() {
    return "GroupNorm(" + groups + ")";
  }
}
