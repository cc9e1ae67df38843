package dev.kindling.nd.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of batches of images [batch, channels, height, width], and its two gradients, as matrix products that read
 * the images in place of a matrix of all their windows (see {@link Windows}).
 *
 * <ul>
 *   <li>Forward: weights [out, taps] times windows of the input.
 *   <li>Gradient by the input: for each remainder of the stride, the weights that reach those inputs, transposed and turned
 *       round, times windows of the output's gradient. A transposed convolution's forward pass is this too.
 *   <li>Gradient by the weights: the output's gradient times the windows' transpose, summed over the batch.
 * </ul>
 *
 * <p>Where it pays, kernels of 3 × 3 and stride 1 go by {@link Tiles} instead, with a quarter of the multiplications; which
 * convolutions those are depends on their shape alone.
 *
 * <p>Images are independent and fill the threads; few images are cut by pixels and channels as well. Made once for a layer,
 * and safe to share: a run has a job of its own, from a pool, so that a call allocates nothing.
 */
public final class Convolution {

  /** Floats of images that are laid out at once for the weights' gradient: they are still in the cache when they are read. */
  private static final int SLAB = 1 << 18;

  /** And most images. */
  private static final int MOST_IMAGES = 64;

  private static final float[] NOTHING = new float[0];

  private final ConvolutionShape shape;
  private final Scratch scratch = new Scratch();
  private final Pool<ConvolutionJob> jobs;
  private final Pool<EachImage> each = new Pool<>(EachImage::new);

  /** Where inputs lie for {@link #forward} and {@link #weightGradient}. */
  final Planes inputPlanes;

  final Windows inputWindows;
  final ConvolutionPhases phases;
  private final @Nullable LaneConvolution forwardLanes;
  private final @Nullable LaneConvolution backwardLanes;
  private final boolean lanes;
  private final @Nullable Tiles gradientTiles;
  private final ChannelWindows gradientWindows;

  /** For convolutions of this shape, which must have an output. */
  public Convolution(ConvolutionShape shape) {
    this.shape = shape;
    ConvolutionShape s = shape;
    int outHeight = s.outHeight();
    int outWidth = s.outWidth();
    inputPlanes =
        new Planes(
            s.height(),
            s.width(),
            s.top(),
            s.left(),
            (outHeight - 1) * s.strideY() + s.dilationY() * (s.kernelY() - 1) + 1,
            (outWidth - 1) * s.strideX() + s.dilationX() * (s.kernelX() - 1) + 1,
            s.strideY(),
            s.strideX());
    int[] oneChannel = new int[s.kernelY() * s.kernelX()];
    for (int i = 0; i < oneChannel.length; i++) {
      int y = i / s.kernelX() * s.dilationY();
      int x = i % s.kernelX() * s.dilationX();
      oneChannel[i] = inputPlanes.place(y, x);
    }
    int[] places = new int[s.inOfGroup() * oneChannel.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = i / oneChannel.length * inputPlanes.size() + oneChannel[i % oneChannel.length];
    }
    inputWindows = new Windows(places, outHeight, outWidth, inputPlanes.stride());
    phases = new ConvolutionPhases(s);
    jobs = new Pool<>(() -> new ConvolutionJob(this, scratch));
    forwardLanes = LaneConvolution.forward(s);
    backwardLanes = LaneConvolution.backward(s);
    lanes = LaneConvolution.fits(s);
    gradientTiles = lanes ? LaneConvolution.tiles(s) : null;
    gradientWindows = ChannelWindows.forward(s);
  }

  /** The sizes. */
  public ConvolutionShape shape() {
    return shape;
  }

  /**
   * {@code y = w * x + bias}.
   *
   * @param x [batch, in, height, width]
   * @param w [out, in of a group, kernelY, kernelX]
   * @param bias [out], or null
   * @param y [batch, out, outHeight, outWidth], written
   */
  public void forward(
      int batch,
      float[] x,
      int xOff,
      float[] w,
      int wOff,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff) {
    forward(batch, x, xOff, w, wOff, null, bias, biasOff, y, yOff);
  }

  /**
   * What {@link #forward} would compute from these weights alone, for weights that stay as they are; null if there is nothing
   * worth keeping.
   */
  public float @Nullable [] prepared(float[] w, int wOff) {
    return forwardLanes == null ? null : forwardLanes.weights(w, wOff);
  }

  /**
   * As the other, with the same bits.
   *
   * @param prepared from {@link #prepared}, for these weights; or null
   */
  public void forward(
      int batch,
      float[] x,
      int xOff,
      float[] w,
      int wOff,
      float @Nullable [] prepared,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff) {
    boolean cut = forwardInParts(batch);
    forward(batch, x, xOff, w, wOff, prepared, bias, biasOff, y, yOff, null, cut);
  }

  /**
   * As the others, with the same bits, into images that lie nowhere.
   *
   * @param y gets each image of the result, [out, outHeight, outWidth], with room behind
   */
  public void forward(
      int batch,
      float[] x,
      int xOff,
      float[] w,
      int wOff,
      float @Nullable [] prepared,
      float @Nullable [] bias,
      int biasOff,
      Images y) {
    if (!forwardInParts(batch)) {
      forward(batch, x, xOff, w, wOff, prepared, bias, biasOff, NOTHING, 0, y, false);
      return;
    }
    int image = shape.out() * inputWindows.pixels;
    float[] all = scratch.borrow(batch * image + Planes.SLACK);
    forward(batch, x, xOff, w, wOff, prepared, bias, biasOff, all, 0, null, true);
    each(y, 0, batch, image, all);
    scratch.give(all);
  }

  private boolean forwardInParts(int batch) {
    return forwardLanes != null
        ? forwardLanes.inParts(batch)
        : ConvolutionJob.inParts(shape, batch);
  }

  private void forward(
      int batch,
      float[] x,
      int xOff,
      float[] w,
      int wOff,
      float @Nullable [] prepared,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff,
      @Nullable Images to,
      boolean cut) {
    if (forwardLanes != null) {
      forwardLanes.run(batch, x, xOff, w, wOff, prepared, bias, biasOff, y, yOff, null, to);
      return;
    }
    ConvolutionJob job = jobs.borrow();
    job.forward(batch, x, xOff, w, wOff, bias, biasOff, y, yOff, to, cut);
    job.forget();
    jobs.give(job);
  }

  /**
   * The gradient by x from that by y: {@code dx[n, c] = sum over outputs that saw it of w * dy}, plus a bias for each
   * input channel if there is one.
   *
   * @param dy [batch, out, outHeight, outWidth]
   * @param bias [in], or null
   * @param dx [batch, in, height, width], written
   */
  public void inputGradient(
      int batch,
      float[] dy,
      int dyOff,
      float[] w,
      int wOff,
      float @Nullable [] bias,
      int biasOff,
      float[] dx,
      int dxOff) {
    boolean cut = backwardInParts(batch);
    inputGradient(batch, dy, dyOff, null, w, wOff, bias, biasOff, dx, dxOff, cut);
  }

  /**
   * As the other, with the same bits, from images that lie nowhere.
   *
   * @param dy makes each image, [out, outHeight, outWidth]; there is room behind
   */
  public void inputGradient(int batch, Images dy, float[] w, int wOff, float[] dx, int dxOff) {
    if (!backwardInParts(batch)) {
      inputGradient(batch, NOTHING, 0, dy, w, wOff, null, 0, dx, dxOff, false);
      return;
    }
    int image = shape.out() * inputWindows.pixels;
    float[] all = scratch.borrow(batch * image + Planes.SLACK);
    each(dy, 0, batch, image, all);
    inputGradient(batch, all, 0, null, w, wOff, null, 0, dx, dxOff, true);
    scratch.give(all);
  }

  private boolean backwardInParts(int batch) {
    return backwardLanes != null
        ? backwardLanes.inParts(batch)
        : phases.phases.length == 1 && ConvolutionJob.inParts(shape, batch);
  }

  private void each(Images images, int first, int count, int floats, float[] array) {
    EachImage job = each.borrow();
    job.run(images, first, count, floats, array);
    job.forget();
    each.give(job);
  }

  private void inputGradient(
      int batch,
      float[] dy,
      int dyOff,
      @Nullable Images from,
      float[] w,
      int wOff,
      float @Nullable [] bias,
      int biasOff,
      float[] dx,
      int dxOff,
      boolean cut) {
    if (backwardLanes != null) {
      backwardLanes.run(batch, dy, dyOff, w, wOff, null, bias, biasOff, dx, dxOff, from, null);
      return;
    }
    float[] turned = scratch.borrow(phases.weights());
    phases.turn(w, wOff, turned);
    ConvolutionJob job = jobs.borrow();
    job.inputGradient(batch, dy, dyOff, turned, bias, biasOff, dx, dxOff, from, cut);
    job.forget();
    jobs.give(job);
    scratch.give(turned);
  }

  /**
   * The gradient by w from that by y: {@code dw = beta * dw + sum over the batch of dy * windows(x)}.
   *
   * @param dw [out, in of a group, kernelY, kernelX]
   */
  public void weightGradient(
      int batch, float[] x, int xOff, float[] dy, int dyOff, float beta, float[] dw, int dwOff) {
    weightGradient(batch, x, xOff, dy, dyOff, null, beta, dw, dwOff);
  }

  /**
   * As the other, with the same bits, from images that lie nowhere.
   *
   * @param dy makes each image, [out, outHeight, outWidth]; there is room behind
   */
  public void weightGradient(
      int batch, float[] x, int xOff, Images dy, float beta, float[] dw, int dwOff) {
    weightGradient(batch, x, xOff, NOTHING, 0, dy, beta, dw, dwOff);
  }

  private void weightGradient(
      int batch,
      float[] x,
      int xOff,
      float[] dy,
      int dyOff,
      @Nullable Images from,
      float beta,
      float[] dw,
      int dwOff) {
    ConvolutionShape s = shape;
    int input = s.in() * s.height() * s.width();
    int laidOut = s.in() * inputPlanes.size();
    int output = s.out() * inputWindows.pixels;
    // What is read behind the images counts for nothing, but must be numbers.
    boolean behind = !lanes && KernelProvider.get().readsBehind(inputWindows, s.outOfGroup());
    boolean direct = lanes || (inputPlanes.direct() && !behind);
    int slab = lanes ? 2 * SLAB : SLAB; // whose ends cost more
    int fit = Math.max(1, Math.min(MOST_IMAGES, slab / Math.max(laidOut, output)));
    int group = lanes && from == null ? batch : fit; // all images lie where they are read
    float[] planes = direct ? x : scratch.borrow(Math.min(batch, group) * laidOut + Planes.SLACK);
    float[] made =
        from == null ? dy : scratch.borrow(Math.min(batch, group) * output + Planes.SLACK);
    for (int n = 0; n < batch; n += group) {
      int images = Math.min(group, batch - n);
      if (!direct) {
        ConvolutionJob job = jobs.borrow();
        job.layOut(images, x, xOff + n * input, planes);
        job.forget();
        jobs.give(job);
      }
      if (from != null) {
        each(from, n, images, output, made);
      }
      if (behind) {
        Arrays.fill(planes, images * laidOut, images * laidOut + Planes.SLACK, 0);
      }
      int at = direct ? xOff + n * input : 0;
      int dyAt = from == null ? dyOff + n * output : 0;
      multiply(images, planes, at, laidOut, made, dyAt, n == 0 ? beta : 1, dw, dwOff);
    }
    if (from != null) {
      scratch.give(made);
    }
    if (!direct) {
      scratch.give(planes);
    }
  }

  private void multiply(
      int images,
      float[] planes,
      int at,
      int laidOut,
      float[] dy,
      int dyOff,
      float beta,
      float[] dw,
      int dwOff) {
    ConvolutionShape s = shape;
    Kernels kernels = KernelProvider.get();
    if (gradientTiles != null) {
      kernels.tileGradient(
          gradientTiles, images, s.in(), planes, at, s.out(), dy, dyOff, beta, dw, dwOff);
      return;
    }
    if (lanes) {
      kernels.channelGradient(
          gradientWindows, images, s.in(), planes, at, s.out(), dy, dyOff, beta, dw, dwOff);
      return;
    }
    int outs = s.outOfGroup();
    for (int g = 0; g < s.groups(); g++) {
      kernels.windowGradient(
          inputWindows,
          images,
          planes,
          at + g * s.inOfGroup() * inputPlanes.size(),
          laidOut,
          outs,
          dy,
          dyOff + g * outs * inputWindows.pixels,
          s.out() * inputWindows.pixels,
          beta,
          dw,
          dwOff + g * outs * inputWindows.taps);
    }
  }
}
