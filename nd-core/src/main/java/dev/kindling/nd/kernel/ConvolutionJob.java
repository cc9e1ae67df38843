package dev.kindling.nd.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Convolution}: its arguments, and how it is cut into chunks. */
final class ConvolutionJob implements Parallel.Chunks {

  private enum Task {
    /** One image, laid out and multiplied while it is in the cache. */
    IMAGE,
    /** Some channels of one image are laid out for all. */
    LAY_OUT,
    /** A part of one image's product. */
    PART
  }

  /** Multiply-adds below which a parallel region costs more than it saves. */
  private static final long SERIAL = 1 << 19;

  /** Channels that are laid out in a chunk, if there are many images. */
  private static final int CHANNELS = 16;

  private static final float[] NOTHING = new float[0];

  private final Convolution convolution;
  private final ConvolutionShape s;
  private final Scratch scratch;

  private Task task = Task.IMAGE;
  private boolean backward;
  private Planes planes;
  private int channels; // that are laid out
  private @Nullable Images from; // in place of source
  private @Nullable Images to; // in place of target
  private float[] source = NOTHING;
  private int sourceOff;
  private float[] weights = NOTHING;
  private int weightsOff;
  private float @Nullable [] bias;
  private int biasOff;
  private float[] target = NOTHING;
  private int targetOff;
  private float[] shared = NOTHING; // all images, laid out
  private int perChunk = 1;
  private int parts;
  private int rowParts;

  ConvolutionJob(Convolution convolution, Scratch scratch) {
    this.convolution = convolution;
    this.s = convolution.shape();
    this.scratch = scratch;
    this.planes = convolution.inputPlanes;
  }

  void forget() {
    from = null;
    to = null;
    source = NOTHING;
    weights = NOTHING;
    target = NOTHING;
    shared = NOTHING;
    bias = null;
  }

  /**
   * See {@link Convolution#forward}.
   *
   * @param to what takes the result in place of y, or null
   * @param cut whether images are to be cut, see {@link #inParts}; then there is no {@code to}
   */
  void forward(
      int batch,
      float[] x,
      int xOff,
      float[] w,
      int wOff,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff,
      @Nullable Images to,
      boolean cut) {
    backward = false;
    this.to = to;
    planes = convolution.inputPlanes;
    channels = s.in();
    weights = w;
    weightsOff = wOff;
    run(batch, x, xOff, bias, biasOff, y, yOff, cut);
  }

  /**
   * See {@link Convolution#inputGradient}.
   *
   * @param turned the weights, as {@link ConvolutionPhases#turn} writes them
   * @param from what makes dy, or null
   * @param cut whether images are to be cut, see {@link #inParts}; then there is no {@code from}, and one phase
   */
  void inputGradient(
      int batch,
      float[] dy,
      int dyOff,
      float[] turned,
      float @Nullable [] bias,
      int biasOff,
      float[] dx,
      int dxOff,
      @Nullable Images from,
      boolean cut) {
    backward = true;
    this.from = from;
    planes = convolution.phases.planes;
    channels = s.out();
    weights = turned;
    weightsOff = 0;
    run(batch, dy, dyOff, bias, biasOff, dx, dxOff, cut);
  }

  /** Lays out inputs for the weights' gradient. */
  void layOut(int images, float[] x, int xOff, float[] to) {
    backward = false;
    task = Task.LAY_OUT;
    planes = convolution.inputPlanes;
    channels = s.in();
    source = x;
    sourceOff = xOff;
    shared = to;
    perChunk = Math.min(channels, CHANNELS);
    Parallel.run(chunks(images), (long) images * channels * planes.size() < SERIAL, this);
  }

  private void run(
      int batch,
      float[] source,
      int sourceOff,
      float @Nullable [] bias,
      int biasOff,
      float[] target,
      int targetOff,
      boolean cut) {
    this.source = source;
    this.sourceOff = sourceOff;
    this.bias = bias;
    this.biasOff = biasOff;
    this.target = target;
    this.targetOff = targetOff;
    if (cut) {
      inParts(batch);
    } else {
      task = Task.IMAGE;
      Parallel.run(batch, small(s, batch), this);
    }
  }

  /** Whether so many images are too few for all threads, and have to be cut. */
  static boolean inParts(ConvolutionShape s, int batch) {
    return Parallel.available() && !small(s, batch) && batch < 2 * Parallel.threads();
  }

  private static boolean small(ConvolutionShape s, int batch) {
    return batch * s.multiplyAdds() < SERIAL;
  }

  /** Few images: all threads lay them out, and multiply parts of them. */
  private void inParts(int batch) {
    shared = scratch.borrow(batch * channels * planes.size() + Planes.SLACK);
    task = Task.LAY_OUT;
    perChunk = 1;
    Parallel.run(chunks(batch), false, this);
    Windows w = backward ? convolution.phases.phases[0].windows : convolution.inputWindows;
    task = Task.PART;
    int wanted = 2 * Parallel.threads();
    int panels = (w.pixels + Kernels.PIXELS - 1) / Kernels.PIXELS;
    parts = Math.min(panels, wanted);
    rowParts = Math.max(1, Math.min(rows() / 16, (wanted + parts - 1) / parts));
    Parallel.run(batch * parts * rowParts, false, this);
    scratch.give(shared);
    shared = NOTHING;
  }

  /** Rows of a group's product: its output channels, or its input channels when going backward. */
  private int rows() {
    return backward ? s.inOfGroup() : s.outOfGroup();
  }

  @Override
  public void run(int index) {
    switch (task) {
      case IMAGE -> image(index);
      case LAY_OUT -> layOut(index);
      case PART -> part(index);
    }
  }

  private int chunks(int images) {
    return images * ((channels + perChunk - 1) / perChunk);
  }

  private void layOut(int index) {
    int each = (channels + perChunk - 1) / perChunk;
    int first = index % each * perChunk;
    int count = Math.min(perChunk, channels - first);
    int all = index / each * channels + first;
    int from = sourceOff + all * channel();
    planes.fill(source, from, count, shared, all * planes.size());
  }

  /** Floats of a channel of the source. */
  private int channel() {
    return backward ? convolution.inputWindows.pixels : s.height() * s.width();
  }

  private void image(int n) {
    int image = channels * channel();
    if (from != null) {
      float[] made = scratch.borrow(image + Planes.SLACK);
      from.image(n, made, 0);
      image(n, made, 0, image);
      scratch.give(made);
    } else {
      image(n, source, sourceOff + n * image, image);
    }
  }

  private void image(int n, float[] image, int at, int size) {
    if (planes.direct() && at + size + Planes.SLACK <= image.length) {
      products(n, image, at);
      return;
    }
    float[] own = scratch.borrow(channels * planes.size() + Planes.SLACK);
    planes.fill(image, at, channels, own, 0);
    products(n, own, 0);
    scratch.give(own);
  }

  private void products(int n, float[] laidOut, int at) {
    if (backward) {
      phases(n, laidOut, at);
    } else {
      Windows w = convolution.inputWindows;
      if (to == null) {
        product(w, weightsOff, laidOut, at, 0, w.pixels, 0, rows(), target, image(n, w.pixels));
        return;
      }
      float[] result = scratch.borrow(results(w.pixels) + Planes.SLACK);
      product(w, weightsOff, laidOut, at, 0, w.pixels, 0, rows(), result, 0);
      to.image(n, result, 0);
      scratch.give(result);
    }
  }

  /** Where image n of the target begins. */
  private int image(int n, int pixels) {
    return targetOff + n * results(pixels);
  }

  /** Floats of an image of the target, with so many pixels. */
  private int results(int pixels) {
    return rows() * s.groups() * pixels;
  }

  private void part(int index) {
    int n = index / (parts * rowParts);
    int part = index % (parts * rowParts) / rowParts;
    int rowPart = index % rowParts;
    Windows w = backward ? convolution.phases.phases[0].windows : convolution.inputWindows;
    int panels = (w.pixels + Kernels.PIXELS - 1) / Kernels.PIXELS;
    product(
        w,
        weightsOff,
        shared,
        n * channels * planes.size(),
        (int) ((long) panels * part / parts) * Kernels.PIXELS,
        Math.min(w.pixels, (int) ((long) panels * (part + 1) / parts) * Kernels.PIXELS),
        (int) ((long) rows() * rowPart / rowParts),
        (int) ((long) rows() * (rowPart + 1) / rowParts),
        target,
        image(n, w.pixels));
  }

  /** Pixels [from, to) and rows [row, end) of every group's product, for one image. */
  private void product(
      Windows w,
      int a,
      float[] laidOut,
      int at,
      int from,
      int to,
      int row,
      int end,
      float[] c,
      int cOff) {
    int sees = backward ? s.outOfGroup() : s.inOfGroup();
    for (int g = 0; g < s.groups(); g++) {
      int first = g * rows() + row;
      KernelProvider.get()
          .windowProduct(
              w,
              from,
              to,
              end - row,
              weights,
              a + first * w.taps,
              laidOut,
              at + g * sees * planes.size(),
              bias,
              biasOff + first,
              c,
              cOff + first * w.pixels,
              w.pixels);
    }
  }

  /** One image's input gradient. With a stride, the pixels of its phases take turns. */
  private void phases(int n, float[] laidOut, int at) {
    ConvolutionPhases.Phase[] all = convolution.phases.phases;
    if (all.length == 1) {
      Windows w = all[0].windows;
      int to = image(n, w.pixels);
      product(w, all[0].weightsAt, laidOut, at, 0, w.pixels, 0, rows(), target, to);
      return;
    }
    int side = Math.min(s.strideX(), s.width());
    for (int first = 0; first < all.length; first += side) {
      float[] own = scratch.borrow(side * s.in() * all[first].windows.pixels);
      for (int i = 0; i < side; i++) {
        phase(all[first + i], laidOut, at, own, i * s.in() * all[first].windows.pixels);
      }
      for (int c = 0; c < s.in(); c++) {
        int row = (n * s.in() + c) * s.height() + all[first].firstY;
        int to = targetOff + row * s.width();
        if (side == 2 && s.strideX() == 2) {
          pairs(all[first].windows, all[first + 1].windows, c, own, to);
        } else {
          spread(first, side, c, own, to);
        }
      }
      scratch.give(own);
    }
  }

  /** The result of one phase, all channels. */
  private void phase(ConvolutionPhases.Phase p, float[] laidOut, int at, float[] own, int ownAt) {
    Windows w = p.windows;
    if (w.taps > 0) {
      product(w, p.weightsAt, laidOut, at, 0, w.pixels, 0, rows(), own, ownAt);
      return;
    }
    for (int c = 0; c < s.in(); c++) {
      int from = ownAt + c * w.pixels;
      Arrays.fill(own, from, from + w.pixels, bias == null ? 0 : bias[biasOff + c]);
    }
  }

  /** Rows of channel c out of two phases, the first of which may have a column more. */
  private void pairs(Windows even, Windows odd, int c, float[] own, int to) {
    int a = c * even.pixels;
    int b = s.in() * even.pixels + c * odd.pixels;
    int step = s.strideY() * s.width();
    KernelProvider.get()
        .takeTurns(even.height, odd.width, own, a, even.width, own, b, odd.width, target, to, step);
    for (int i = 0; i < even.height && even.width > odd.width; i++) {
      target[to + i * step + 2 * odd.width] = own[a + i * even.width + odd.width];
    }
  }

  /** Rows of channel c out of any number of phases. */
  private void spread(int first, int side, int c, float[] own, int to) {
    ConvolutionPhases.Phase[] all = convolution.phases.phases;
    int step = s.strideY() * s.width();
    for (int x = 0; x < side; x++) {
      Windows w = all[first + x].windows;
      int from = x * s.in() * all[first].windows.pixels + c * w.pixels;
      for (int i = 0; i < w.pixels; i++) {
        target[to + i / w.width * step + x + i % w.width * s.strideX()] = own[from + i];
      }
    }
  }
}
