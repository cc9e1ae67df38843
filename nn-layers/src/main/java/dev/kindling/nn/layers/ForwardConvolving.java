package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Convolution;
import dev.kindling.nd.kernel.ConvolutionShape;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Convolutions of images and of sequences, which are images of one row. */
abstract class ForwardConvolving extends Convolving {

  /** Floats of an image's output from which it pays to pool it by itself: batches of smaller ones stay in the cache anyway. */
  private static final int LARGE = 1 << 14;

  private static final Pool<PooledImages> IMAGES = new Pool<>(PooledImages::new);

  private float @Nullable [] prepared;

  ForwardConvolving(ConvSettings settings, Initializer weightInit) {
    super(settings, weightInit);
  }

  /**
   * Builds for images, or sequences, of this shape.
   *
   * @param rank of an example: 3 for images, 2 for sequences
   */
  final Shape build(Shape in, int rank) {
    boolean image = rank == 3;
    if (in.rank() != rank || in.size() == 0) {
      throw mismatch(
          image ? "[channels, height, width]" : "[channels, time]",
          in,
          image && in.rank() == 2
              ? "A grayscale image needs an axis for its one channel: Reshape(1, height, width)"
              : "");
    }
    ConvSettings s = settings;
    int channels = in.dim(0);
    int height = image ? in.dim(1) : 1;
    int width = in.dim(-1);
    if ((s.paddingY() == ConvSettings.SAME || s.paddingX() == ConvSettings.SAME)
        && (s.strideY() != 1 || s.strideX() != 1)) {
      throw misfit(
          "padding that keeps the size needs a stride of 1, got "
              + s.strideY()
              + "×"
              + s.strideX()
              + ". Give the padding in pixels");
    }
    if (height + s.bothY() < s.reachY() || width + s.bothX() < s.reachX()) {
      throw misfit(
          "the kernel reaches over "
              + (image ? s.reachY() + "×" + s.reachX() : s.reachX())
              + " elements, the padded input "
              + in
              + " has only "
              + (image
                  ? (height + s.bothY()) + "×" + (width + s.bothX())
                  : "" + (width + s.bothX()))
              + ". Use a smaller kernel, more padding, or less pooling before");
    }
    int out = s.out() == 0 ? channels : s.out();
    int groups = groups(channels, out);
    int top = s.bothY() / 2;
    int left = s.bothX() / 2;
    ConvolutionShape shape =
        new ConvolutionShape(
            channels,
            height,
            width,
            out,
            s.kernelY(),
            s.kernelX(),
            s.strideY(),
            s.strideX(),
            top,
            left,
            s.bothY() - top,
            s.bothX() - left,
            s.dilationY(),
            s.dilationX(),
            groups);
    Shape weights =
        image
            ? Shape.of(out, channels / groups, s.kernelY(), s.kernelX())
            : Shape.of(out, channels / groups, s.kernelX());
    declare(new Convolution(shape), weights, channels, out);
    return image
        ? Shape.of(out, shape.outHeight(), shape.outWidth())
        : Shape.of(out, shape.outWidth());
  }

  @Override
  protected final void freeze() {
    Tensor w = weight().value();
    prepared = convolution().prepared(w.data(), w.offset());
  }

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    Tensor w = weight().value();
    convolution()
        .forward(
            x.dim(0),
            x.data(),
            x.offset(),
            w.data(),
            w.offset(),
            prepared,
            biasData(),
            biasOffset(),
            y.data(),
            y.offset());
    return y;
  }

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    int batch = x.dim(0);
    Tensor dw = weight().grad();
    convolution()
        .weightGradient(
            batch,
            x.data(),
            x.offset(),
            dy.data(),
            dy.offset(),
            weight().gradBeta(),
            dw.data(),
            dw.offset());
    biasGradient(dy);
    Tensor dx = pass.buffer(this, INPUT_GRAD, batch, inputShape());
    if (needsInputGradient(pass)) {
      Tensor w = weight().value();
      convolution()
          .inputGradient(
              batch, dy.data(), dy.offset(), w.data(), w.offset(), null, 0, dx.data(), dx.offset());
    }
    return dx;
  }

  // ---------------------------------------------------------------- with the pooling behind

  @Override
  protected final boolean joins(Layer next) {
    return next instanceof MaxPool2d pool && pool.pairs() != null && outputShape().size() >= LARGE;
  }

  @Override
  protected final Tensor forwardWith(Layer next, Tensor x, Pass pass) {
    if (!Pooling.remembers(pass)) { // without a backward pass there is little to save
      return next.forward(forward(x, pass), pass);
    }
    pass.keep(this, INPUT, x);
    int batch = x.dim(0);
    Tensor y = ((MaxPool2d) next).output(pass, batch);
    Tensor w = weight().value();
    PooledImages images = images(false, (MaxPool2d) next, y, pass);
    convolution()
        .forward(
            batch,
            x.data(),
            x.offset(),
            w.data(),
            w.offset(),
            prepared,
            biasData(),
            biasOffset(),
            images);
    giveBack(images);
    return y;
  }

  /** The sums for the bias are over dy itself: every element of it goes to one place. */
  @Override
  protected final Tensor backwardWith(Layer next, Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    int batch = x.dim(0);
    Tensor dw = weight().grad();
    PooledImages images = images(true, (MaxPool2d) next, dy, pass);
    convolution()
        .weightGradient(
            batch, x.data(), x.offset(), images, weight().gradBeta(), dw.data(), dw.offset());
    biasGradient(dy);
    Tensor dx = pass.buffer(this, INPUT_GRAD, batch, inputShape());
    if (needsInputGradient(pass)) {
      Tensor w = weight().value();
      convolution().inputGradient(batch, images, w.data(), w.offset(), dx.data(), dx.offset());
    }
    giveBack(images);
    return dx;
  }

  private static PooledImages images(boolean backward, MaxPool2d pool, Tensor pooled, Pass pass) {
    PairWindows pairs = Objects.requireNonNull(pool.pairs());
    PooledImages images = IMAGES.borrow();
    Tensor where = backward ? pool.where(pass) : pool.whereTo(pass, pooled.dim(0));
    images.are(backward, pairs, pooled, where);
    return images;
  }

  private static void giveBack(PooledImages images) {
    images.forget();
    IMAGES.give(images);
  }
}
