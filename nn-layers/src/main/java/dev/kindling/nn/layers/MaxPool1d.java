package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * The largest element of each window of a sequence, channel by channel.
 *
 * <p>Shapes: [channels, time] → [channels, time′], where each axis gets ⌊(size + 2·padding - kernel) / stride⌋ + 1 windows, or with {@link
 * #withCeil} the same rounded up, less a window that would begin behind the input. Padding is never the largest.
 *
 * <p>Backward: dy goes to the first largest element of its window. Derived in {@code docs/derivations/pooling.md}.
 *
 * <p>Defaults: a stride of the kernel's size, no padding, rounding down, as in PyTorch.
 */
public final class MaxPool1d extends Pooling {

  private final WindowSettings settings;

  /**
   * Over windows of this many steps.
   *
   * @throws IllegalArgumentException if kernel is below 1
   */
  public MaxPool1d(int kernel) {
    this(WindowSettings.of("MaxPool1d", 1, 1, kernel));
  }

  private MaxPool1d(WindowSettings settings) {
    super(Kind.MAX);
    this.settings = settings;
  }

  /**
   * The same with windows this many steps apart.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public MaxPool1d withStride(int stride) {
    return new MaxPool1d(settings.withStride(1, stride));
  }

  /**
   * The same with this many steps of padding in front and behind.
   *
   * @throws IllegalArgumentException if it is below 0 or above half of the kernel
   */
  public MaxPool1d withPadding(int padding) {
    return new MaxPool1d(settings.withPadding(0, padding));
  }

  /** The same where a last window may reach over the end, so that no element is left out. */
  public MaxPool1d withCeil() {
    return new MaxPool1d(settings.withCeil(true));
  }

  @Override
  protected Shape build(Shape in) {
    if (!settings.fit(in)) {
      throw mismatch(settings.expected(), in, settings.fault(in));
    }
    Windows rows = settings.rows(1);
    Windows cols = settings.cols(in.dim(-1));
    windows(in.dim(0), rows, cols);
    return Shape.of(in.dim(0), cols.out());
  }

  @Override
  public Config config() {
    return settings.config();
  }

  /** An equal layer from its config. */
  public static MaxPool1d from(Config c) {
    return new MaxPool1d(WindowSettings.from(c, 1));
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
