package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * The average of each window of an image, channel by channel (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998).
 *
 * <p>Shapes: [channels, height, width] → [channels, height′, width′], where each axis gets ⌊(size + 2·padding - kernel) / stride⌋ + 1 windows, or with {@link
 * #withCeil} the same rounded up, less a window that would begin behind the input. Padding counts as zeros; see {@link #withoutPadding}.
 *
 * <p>Backward: each element of a window gets dy over the size of the window. Derived in {@code docs/derivations/pooling.md}.
 *
 * <p>Defaults: a stride of the kernel's size, no padding, rounding down, as in PyTorch.
 */
public final class AvgPool2d extends Pooling {

  private final WindowSettings settings;

  /**
   * Over square windows.
   *
   * @throws IllegalArgumentException if kernel is below 1
   */
  public AvgPool2d(int kernel) {
    this(kernel, kernel);
  }

  /**
   * Over windows of this many rows and columns.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public AvgPool2d(int height, int width) {
    this(WindowSettings.of("AvgPool2d", 2, height, width));
  }

  private AvgPool2d(WindowSettings settings) {
    super(Kind.AVERAGE);
    this.settings = settings;
  }

  /**
   * The same with windows this far apart in both directions.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public AvgPool2d withStride(int stride) {
    return withStride(stride, stride);
  }

  /**
   * The same with windows this many rows and columns apart.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public AvgPool2d withStride(int down, int right) {
    return new AvgPool2d(settings.withStride(down, right));
  }

  /**
   * The same with this much padding on all four sides.
   *
   * @throws IllegalArgumentException if it is below 0 or above half of the kernel
   */
  public AvgPool2d withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /**
   * The same with this many rows of padding above and below, and columns on the left and right.
   *
   * @throws IllegalArgumentException if one is below 0 or above half of the kernel
   */
  public AvgPool2d withPadding(int rows, int columns) {
    return new AvgPool2d(settings.withPadding(rows, columns));
  }

  /** The same where a last window may reach over the end, so that no element is left out. */
  public AvgPool2d withCeil() {
    return new AvgPool2d(settings.withCeil(true));
  }

  /** The same where padding is left out of the average: PyTorch's {@code count_include_pad=False}. */
  public AvgPool2d withoutPadding() {
    return new AvgPool2d(settings.withCountPadding(false));
  }

  @Override
  protected Shape build(Shape in) {
    if (!settings.fit(in)) {
      throw mismatch(settings.expected(), in, settings.fault(in));
    }
    Windows rows = settings.rows(in.dim(1));
    Windows cols = settings.cols(in.dim(-1));
    windows(in.dim(0), rows, cols);
    return Shape.of(in.dim(0), rows.out(), cols.out());
  }

  @Override
  public Config config() {
    return settings.config().with("countPadding", settings.countPadding());
  }

  /** An equal layer from its config. */
  public static AvgPool2d from(Config c) {
    return new AvgPool2d(WindowSettings.from(c, 2).withCountPadding(c.booleanOf("countPadding")));
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
