package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;
import dev.kindling.nn.init.Initializer;
import dev.kindling.nn.init.Initializers;

/**
 * Convolution of a sequence with a learned kernel for each output channel: y[o, i] = b[o] + Σ over c, k of w[o, c, k]·x[c,
 * i·stride + k·dilation - padding], with zeros outside.
 *
 * <p>Shapes: [channels, time] → [out, time′], with time′ = ⌊(time + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1.
 * Parameters: {@code weight} [out, channels / groups, kernel], {@code bias} [out].
 *
 * <p>Backward: that of {@link Conv2d} on images of one row.
 *
 * <p>Defaults, as in PyTorch: stride 1, no padding, no dilation, one group, with bias. Weights by He's normal initializer,
 * biases 0.
 */
public final class Conv1d extends ForwardConvolving {

  /**
   * With a kernel of this many steps.
   *
   * @param out output channels
   * @throws IllegalArgumentException if a number is below 1
   */
  public Conv1d(int out, int kernel) {
    this(ConvSettings.of("Conv1d", out, 1, kernel), Initializers.heNormal());
  }

  private Conv1d(ConvSettings settings, Initializer weightInit) {
    super(settings, weightInit);
  }

  /**
   * One kernel for each channel, which sees that channel alone: as many channels come out as go in.
   *
   * @throws IllegalArgumentException if kernel is below 1
   */
  public static Conv1d depthwise(int kernel) {
    return new Conv1d(ConvSettings.depthwise("Conv1d", 1, kernel), Initializers.heNormal());
  }

  private Conv1d with(ConvSettings s) {
    return new Conv1d(s, weightInit);
  }

  /**
   * The same with outputs this many steps apart.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public Conv1d withStride(int stride) {
    return with(settings.withStride(1, stride));
  }

  /**
   * The same with this many zeros before and behind.
   *
   * @throws IllegalArgumentException if padding is below 0
   */
  public Conv1d withPadding(int padding) {
    return with(settings.withPadding(0, padding));
  }

  /** The same with as many zeros as keep the length; the stride must be 1. An odd one goes to the end. */
  public Conv1d withSamePadding() {
    return with(settings.withSamePadding());
  }

  /**
   * The same with a kernel whose elements are this many steps apart.
   *
   * @throws IllegalArgumentException if dilation is below 1
   */
  public Conv1d withDilation(int dilation) {
    return with(settings.withDilation(1, dilation));
  }

  /**
   * The same with channels in groups that don't see each other.
   *
   * @throws IllegalArgumentException if groups is below 1
   */
  public Conv1d withGroups(int groups) {
    return with(settings.withAtLeastOneGroup(groups));
  }

  /** The same without a bias, for a layer in front of a normalization. */
  public Conv1d withoutBias() {
    return with(settings.withBias(false));
  }

  /** The same with weights that begin otherwise. */
  public Conv1d withInit(Initializer weights) {
    return new Conv1d(settings, weights);
  }

  @Override
  protected Shape build(Shape in) {
    return build(in, 2);
  }

  /** An equal layer from its config. */
  public static Conv1d from(Config c) {
    return new Conv1d(ConvSettings.from(c), Initializers.heNormal());
  }
}
