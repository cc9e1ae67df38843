package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * The average of each whole channel (Lin, Chen, Yan, "Network in network", 2013): what is in the picture, not where.
 *
 * <p>Shapes: [channels, height, width] or [channels, time] → [channels].
 *
 * <p>Backward: each element gets dy over the number of elements. Derived in {@code docs/derivations/pooling.md}.
 */
public final class GlobalAvgPool extends Pooling {

  /** Over all axes but the channels'. */
  public GlobalAvgPool() {
    super(Kind.AVERAGE);
  }

  @Override
  protected Shape build(Shape in) {
    if (in.rank() < 2 || in.size() == 0) {
      throw mismatch("[channels, height, width] or [channels, time]", in, "");
    }
    windows(in.dim(0), Windows.adaptive(1, 1), Windows.adaptive(in.size() / in.dim(0), 1));
    return Shape.of(in.dim(0));
  }

  @Override
  public Config config() {
    return Config.of("GlobalAvgPool");
  }

  @Override
  public String toString() {
    return "GlobalAvgPool";
  }
}
