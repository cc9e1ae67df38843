package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;
import dev.kindling.nn.init.Initializer;
import dev.kindling.nn.init.Initializers;

/**
 * Convolution of an image with a learned kernel for each output channel (LeCun et al., "Backpropagation applied to
 * handwritten zip code recognition", 1989): y[o, i, j] = b[o] + Σ over c, k, l of w[o, c, k, l]·x[c, i·stride + k·dilation -
 * padding, j·stride + l·dilation - padding], with zeros outside. Strictly a cross-correlation, as everywhere in the field.
 *
 * <p>Shapes: [channels, height, width] → [out, height′, width′], where each axis gets ⌊(size + 2·padding - dilation·(kernel -
 * 1) - 1) / stride⌋ + 1 places. Parameters: {@code weight} [out, channels / groups, height, width of the kernel], {@code bias}
 * [out].
 *
 * <p>Backward, derived in {@code docs/derivations/convolution.md}: dw is the correlation of x with dy, dx that of dy with the
 * kernel turned round, db the sum of dy over batch and places.
 *
 * <p>Defaults, as in PyTorch: stride 1, no padding, no dilation, one group, with bias. Weights by He's normal initializer,
 * biases 0.
 */
public final class Conv2d extends ForwardConvolving {

  /**
   * With a square kernel.
   *
   * @param out output channels
   * @param kernel its height and width
   * @throws IllegalArgumentException if one is below 1
   */
  public Conv2d(int out, int kernel) {
    this(out, kernel, kernel);
  }

  /**
   * With a kernel of this many rows and columns.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  public Conv2d(int out, int height, int width) {
    this(ConvSettings.of("Conv2d", out, height, width), Initializers.heNormal());
  }

  private Conv2d(ConvSettings settings, Initializer weightInit) {
    super(settings, weightInit);
  }

  /**
   * One kernel for each channel, which sees that channel alone: as many channels come out as go in.
   *
   * @throws IllegalArgumentException if kernel is below 1
   */
  public static Conv2d depthwise(int kernel) {
    return new Conv2d(ConvSettings.depthwise("Conv2d", kernel, kernel), Initializers.heNormal());
  }

  private Conv2d with(ConvSettings s) {
    return new Conv2d(s, weightInit);
  }

  /**
   * The same with outputs this far apart in both directions.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public Conv2d withStride(int stride) {
    return withStride(stride, stride);
  }

  /**
   * The same with outputs this many rows and columns apart.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Conv2d withStride(int down, int right) {
    return with(settings.withStride(down, right));
  }

  /**
   * The same with this many zeros on all four sides.
   *
   * @throws IllegalArgumentException if padding is below 0
   */
  public Conv2d withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /**
   * The same with this many rows of zeros above and below, and columns on the left and right.
   *
   * @throws IllegalArgumentException if one is below 0
   */
  public Conv2d withPadding(int rows, int columns) {
    return with(settings.withPadding(rows, columns));
  }

  /** The same with as many zeros as keep the image's size; the stride must be 1. An odd one goes to the bottom and right. */
  public Conv2d withSamePadding() {
    return with(settings.withSamePadding());
  }

  /**
   * The same with a kernel whose elements are this far apart (Yu, Koltun, "Multi-scale context aggregation by dilated
   * convolutions", 2016).
   *
   * @throws IllegalArgumentException if dilation is below 1
   */
  public Conv2d withDilation(int dilation) {
    return withDilation(dilation, dilation);
  }

  /**
   * The same with a kernel whose elements are this many rows and columns apart.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Conv2d withDilation(int rows, int columns) {
    return with(settings.withDilation(rows, columns));
  }

  /**
   * The same with channels in groups that don't see each other.
   *
   * @throws IllegalArgumentException if groups is below 1
   */
  public Conv2d withGroups(int groups) {
    return with(settings.withAtLeastOneGroup(groups));
  }

  /** The same without a bias, for a layer in front of a normalization. */
  public Conv2d withoutBias() {
    return with(settings.withBias(false));
  }

  /** The same with weights that begin otherwise. */
  public Conv2d withInit(Initializer weights) {
    return new Conv2d(settings, weights);
  }

  @Override
  protected Shape build(Shape in) {
    return build(in, 3);
  }

  /** An equal layer from its config. */
  public static Conv2d from(Config c) {
    return new Conv2d(ConvSettings.from(c), Initializers.heNormal());
  }
}
