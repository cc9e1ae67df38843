package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * The largest element of each whole channel: what is in the picture, not where.
 *
 * <p>Shapes: [channels, height, width] or [channels, time] → [channels].
 *
 * <p>Backward: dy goes to the first largest element. Derived in {@code docs/derivations/pooling.md}.
 */
public final class GlobalMaxPool extends Pooling {

  /** Over all axes but the channels'. */
  public GlobalMaxPool() {
    super(Kind.MAX);
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
    return Config.of("GlobalMaxPool");
  }

  @Override
  public String toString() {
    return "GlobalMaxPool";
  }
}
