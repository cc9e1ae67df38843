package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * The average of each window of a sequence, channel by channel.
 *
 * <p>Shapes: [channels, time] → [channels, time′], where each axis gets ⌊(size + 2·padding - kernel) / stride⌋ + 1 windows, or with {@link
 * #withCeil} the same rounded up, less a window that would begin behind the input. Padding counts as zeros; see {@link #withoutPadding}.
 *
 * <p>Backward: each element of a window gets dy over the size of the window. Derived in {@code docs/derivations/pooling.md}.
 *
 * <p>Defaults: a stride of the kernel's size, no padding, rounding down, as in PyTorch.
 */
public final class AvgPool1d extends Pooling {

  private final WindowSettings settings;

  /**
   * Over windows of this many steps.
   *
   * @throws IllegalArgumentException if kernel is below 1
   */
  public AvgPool1d(int kernel) {
    this(WindowSettings.of("AvgPool1d", 1, 1, kernel));
  }

  private AvgPool1d(WindowSettings settings) {
    super(Kind.AVERAGE);
    this.settings = settings;
  }

  /**
   * The same with windows this many steps apart.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public AvgPool1d withStride(int stride) {
    return new AvgPool1d(settings.withStride(1, stride));
  }

  /**
   * The same with this many steps of padding in front and behind.
   *
   * @throws IllegalArgumentException if it is below 0 or above half of the kernel
   */
  public AvgPool1d withPadding(int padding) {
    return new AvgPool1d(settings.withPadding(0, padding));
  }

  /** The same where a last window may reach over the end, so that no element is left out. */
  public AvgPool1d withCeil() {
    return new AvgPool1d(settings.withCeil(true));
  }

  /** The same where padding is left out of the average: PyTorch's {@code count_include_pad=False}. */
  public AvgPool1d withoutPadding() {
    return new AvgPool1d(settings.withCountPadding(false));
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
    return settings.config().with("countPadding", settings.countPadding());
  }

  /** An equal layer from its config. */
  public static AvgPool1d from(Config c) {
    return new AvgPool1d(WindowSettings.from(c, 1).withCountPadding(c.booleanOf("countPadding")));
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
