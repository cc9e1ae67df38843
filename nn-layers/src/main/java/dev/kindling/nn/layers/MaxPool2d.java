package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * The largest element of each window of an image, channel by channel (Ranzato, Huang, Boureau, LeCun, "Unsupervised learning of invariant feature hierarchies", 2007).
 *
 * <p>Shapes: [channels, height, width] → [channels, height′, width′], where each axis gets ⌊(size + 2·padding - kernel) / stride⌋ + 1 windows, or with {@link
 * #withCeil} the same rounded up, less a window that would begin behind the input. Padding is never the largest.
 *
 * <p>Backward: dy goes to the first largest element of its window. Derived in {@code docs/derivations/pooling.md}.
 *
 * <p>Defaults: a stride of the kernel's size, no padding, rounding down, as in PyTorch.
 */
public final class MaxPool2d extends Pooling {

  private final WindowSettings settings;

  /**
   * Over square windows.
   *
   * @throws IllegalArgumentException if kernel is below 1
   */
  public MaxPool2d(int kernel) {
    this(kernel, kernel);
  }

  /**
   * Over windows of this many rows and columns.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public MaxPool2d(int height, int width) {
    this(WindowSettings.of("MaxPool2d", 2, height, width));
  }

  private MaxPool2d(WindowSettings settings) {
    super(Kind.MAX);
    this.settings = settings;
  }

  /**
   * The same with windows this far apart in both directions.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public MaxPool2d withStride(int stride) {
    return withStride(stride, stride);
  }

  /**
   * The same with windows this many rows and columns apart.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public MaxPool2d withStride(int down, int right) {
    return new MaxPool2d(settings.withStride(down, right));
  }

  /**
   * The same with this much padding on all four sides.
   *
   * @throws IllegalArgumentException if it is below 0 or above half of the kernel
   */
  public MaxPool2d withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /**
   * The same with this many rows of padding above and below, and columns on the left and right.
   *
   * @throws IllegalArgumentException if one is below 0 or above half of the kernel
   */
  public MaxPool2d withPadding(int rows, int columns) {
    return new MaxPool2d(settings.withPadding(rows, columns));
  }

  /** The same where a last window may reach over the end, so that no element is left out. */
  public MaxPool2d withCeil() {
    return new MaxPool2d(settings.withCeil(true));
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
    return settings.config();
  }

  /** An equal layer from its config. */
  public static MaxPool2d from(Config c) {
    return new MaxPool2d(WindowSettings.from(c, 2));
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
