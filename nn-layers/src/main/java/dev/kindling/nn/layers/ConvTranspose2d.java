package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Convolution;
import dev.kindling.nd.kernel.ConvolutionShape;
import dev.kindling.nn.Config;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializer;
import dev.kindling.nn.init.Initializers;

/**
 * The transpose of a {@link Conv2d}: each input pixel lays its kernel, weighted by its value, onto the output, {@code stride}
 * pixels from its neighbour's; a learned way to enlarge (Zeiler et al., "Deconvolutional networks", 2010).
 *
 * <p>Shapes: [channels, height, width] → [out, height′, width′], where each axis gets (size - 1)·stride - 2·padding +
 * dilation·(kernel - 1) + output padding + 1 places. Parameters: {@code weight} [channels, out / groups, height, width of the
 * kernel], {@code bias} [out].
 *
 * <p>Backward: forward is a convolution's gradient by its input, so dx is that convolution of dy, and dw its gradient by the
 * weights with x and dy in each other's place.
 *
 * <p>Defaults, as in PyTorch: stride 1, no padding, no dilation, one group, with bias. Weights by He's normal initializer,
 * biases 0.
 */
public final class ConvTranspose2d extends Convolving {

  /**
   * With a square kernel.
   *
   * @param out output channels
   * @param kernel its height and width
   * @throws IllegalArgumentException if one is below 1
   */
  public ConvTranspose2d(int out, int kernel) {
    this(out, kernel, kernel);
  }

  /**
   * With a kernel of this many rows and columns.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  public ConvTranspose2d(int out, int height, int width) {
    this(ConvSettings.of("ConvTranspose2d", out, height, width), Initializers.heNormal());
  }

  private ConvTranspose2d(ConvSettings settings, Initializer weightInit) {
    super(settings, weightInit);
  }

  private ConvTranspose2d with(ConvSettings s) {
    return new ConvTranspose2d(s, weightInit);
  }

  /**
   * The same with inputs this far apart in the output, in both directions.
   *
   * @throws IllegalArgumentException if stride is below 1
   */
  public ConvTranspose2d withStride(int stride) {
    return withStride(stride, stride);
  }

  /**
   * The same with inputs this many rows and columns apart in the output.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public ConvTranspose2d withStride(int down, int right) {
    return with(settings.withStride(down, right));
  }

  /**
   * The same with this much cut off the output on all four sides.
   *
   * @throws IllegalArgumentException if padding is below 0
   */
  public ConvTranspose2d withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /**
   * The same with this many rows cut off above and below, and columns on the left and right.
   *
   * @throws IllegalArgumentException if one is below 0
   */
  public ConvTranspose2d withPadding(int rows, int columns) {
    return with(settings.withPadding(rows, columns));
  }

  /**
   * The same with this much added at the bottom and on the right: a convolution with a stride brings several sizes down to the
   * same one, and this says which of them to go back to. Must be below the stride.
   *
   * @throws IllegalArgumentException if it is below 0
   */
  public ConvTranspose2d withOutputPadding(int padding) {
    return with(settings.withOutputPadding(padding, padding));
  }

  /**
   * The same with a kernel whose elements are this far apart.
   *
   * @throws IllegalArgumentException if dilation is below 1
   */
  public ConvTranspose2d withDilation(int dilation) {
    return with(settings.withDilation(dilation, dilation));
  }

  /**
   * The same with channels in groups that don't see each other.
   *
   * @throws IllegalArgumentException if groups is below 1
   */
  public ConvTranspose2d withGroups(int groups) {
    return with(settings.withAtLeastOneGroup(groups));
  }

  /** The same without a bias, for a layer in front of a normalization. */
  public ConvTranspose2d withoutBias() {
    return with(settings.withBias(false));
  }

  /** The same with weights that begin otherwise. */
  public ConvTranspose2d withInit(Initializer weights) {
    return new ConvTranspose2d(settings, weights);
  }

  @Override
  protected Shape build(Shape in) {
    if (in.rank() != 3 || in.size() == 0) {
      throw mismatch("[channels, height, width]", in, "");
    }
    ConvSettings s = settings;
    if (s.moreY() >= s.strideY() || s.moreX() >= s.strideX()) {
      throw misfit(
          "the output padding must be below the stride, got "
              + Math.max(s.moreY(), s.moreX())
              + " with a stride of "
              + Math.min(s.strideY(), s.strideX()));
    }
    int channels = in.dim(0);
    int height = (in.dim(1) - 1) * s.strideY() - s.bothY() + s.reachY() + s.moreY();
    int width = (in.dim(2) - 1) * s.strideX() - s.bothX() + s.reachX() + s.moreX();
    if (height < 1 || width < 1) {
      throw misfit(
          "the padding cuts off all of the output, which would have "
              + height
              + " rows and "
              + width
              + " columns. Use less padding");
    }
    int groups = groups(channels, s.out());
    ConvolutionShape shape =
        new ConvolutionShape(
            s.out(),
            height,
            width,
            channels,
            s.kernelY(),
            s.kernelX(),
            s.strideY(),
            s.strideX(),
            s.paddingY(),
            s.paddingX(),
            s.paddingY(),
            s.paddingX(),
            s.dilationY(),
            s.dilationX(),
            groups);
    declare(
        new Convolution(shape),
        Shape.of(channels, s.out() / groups, s.kernelY(), s.kernelX()),
        channels,
        s.out());
    return Shape.of(s.out(), height, width);
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    Tensor w = weight().value();
    convolution()
        .inputGradient(
            x.dim(0),
            x.data(),
            x.offset(),
            w.data(),
            w.offset(),
            biasData(),
            biasOffset(),
            y.data(),
            y.offset());
    return y;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    int batch = x.dim(0);
    Tensor dw = weight().grad();
    convolution()
        .weightGradient(
            batch,
            dy.data(),
            dy.offset(),
            x.data(),
            x.offset(),
            weight().gradBeta(),
            dw.data(),
            dw.offset());
    biasGradient(dy);
    Tensor dx = pass.buffer(this, INPUT_GRAD, batch, inputShape());
    if (needsInputGradient(pass)) {
      Tensor w = weight().value();
      convolution()
          .forward(
              batch, dy.data(), dy.offset(), w.data(), w.offset(), null, 0, dx.data(), dx.offset());
    }
    return dx;
  }

  /** An equal layer from its config. */
  public static ConvTranspose2d from(Config c) {
    return new ConvTranspose2d(ConvSettings.from(c), Initializers.heNormal());
  }
}
