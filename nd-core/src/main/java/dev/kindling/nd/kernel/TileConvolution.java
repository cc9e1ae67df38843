package dev.kindling.nd.kernel;

import org.jspecify.annotations.Nullable;

/** A convolution of 3 × 3 with stride 1, or its gradient by the input, which is one too, by {@link Tiles}. */
final class TileConvolution {

  /** Channels on both sides from which the transforms are worth their while. */
  private static final int CHANNELS = 24;

  /** And up to which: a sum over more would have to be cut. */
  private static final int MOST_CHANNELS = 1024;

  /** Multiply-adds below which a parallel region costs more than it saves. */
  private static final long SERIAL = 1 << 19;

  private final ConvolutionShape shape;
  private final boolean turned;
  private final Tiles tiles;
  private final int in;
  private final int out;
  private final Scratch scratch = new Scratch();
  private final Pool<Job> jobs = new Pool<>(Job::new);

  private TileConvolution(ConvolutionShape s, boolean turned) {
    this.shape = s;
    this.turned = turned;
    // The gradient by the input is a convolution of the output's gradient in a border of what the
    // forward border lacks to two.
    this.tiles =
        turned
            ? new Tiles(
                s.outHeight(), s.outWidth(), 2 - s.top(), 2 - s.left(), s.height(), s.width())
            : new Tiles(s.height(), s.width(), s.top(), s.left(), s.outHeight(), s.outWidth());
    this.in = turned ? s.out() : s.in();
    this.out = turned ? s.in() : s.out();
  }

  /** For the forward pass, or null where it doesn't pay. */
  static @Nullable TileConvolution forward(ConvolutionShape s) {
    return fits(s) && Tiles.pay(s.outHeight(), s.outWidth()) ? new TileConvolution(s, false) : null;
  }

  /** For the gradient by the input, or null where it doesn't pay. */
  static @Nullable TileConvolution backward(ConvolutionShape s) {
    return fits(s) && Tiles.pay(s.height(), s.width()) ? new TileConvolution(s, true) : null;
  }

  /** The tiles for the gradient by the weights, or null where they don't pay. */
  static @Nullable Tiles gradient(ConvolutionShape s) {
    return fits(s) && Tiles.pay(s.outHeight(), s.outWidth())
        ? new Tiles(s.height(), s.width(), s.top(), s.left(), s.outHeight(), s.outWidth())
        : null;
  }

  private static boolean fits(ConvolutionShape s) {
    return KernelProvider.get().tiles()
        && s.kernelY() == 3
        && s.kernelX() == 3
        && s.strideY() == 1
        && s.strideX() == 1
        && s.dilationY() == 1
        && s.dilationX() == 1
        && s.groups() == 1
        && s.top() <= 2
        && s.left() <= 2
        && Math.min(s.in(), s.out()) >= CHANNELS
        && Math.max(s.in(), s.out()) <= MOST_CHANNELS;
  }

  /** Whether so many images are too few for all threads, and have to be cut. */
  boolean inParts(int batch) {
    return Parallel.available() && !small(batch) && groups(batch) < 2 * Parallel.threads();
  }

  private boolean small(int batch) {
    return batch * shape.multiplyAdds() < SERIAL;
  }

  private int groups(int batch) {
    return (batch + tiles.images - 1) / tiles.images;
  }

  /** The weights, transformed. */
  float[] weights(float[] w, int wOff) {
    float[] u = new float[KernelProvider.get().tileWeights(out, in)];
    weights(0, out, w, wOff, u);
    return u;
  }

  private void weights(int from, int to, float[] w, int wOff, float[] u) {
    int row = turned ? 9 : 9 * in;
    int column = turned ? 9 * out : 9;
    KernelProvider.get().tileWeights(from, to, out, in, w, wOff, row, column, turned, u);
  }

  /**
   * See {@link Convolution#forward}.
   *
   * @param prepared from {@link #weights}, or null
   * @param from what to convolve in place of x, or null
   * @param to what takes the result in place of y, or null
   * @param parts whether images are to be cut, see {@link #inParts}; then there is no from and no to
   */
  void run(
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
      @Nullable Images from,
      @Nullable Images to,
      boolean parts) {
    Job job = jobs.borrow();
    job.source = from;
    job.target = to;
    job.start(batch, x, xOff, w, wOff, prepared, bias, biasOff, y, yOff, parts);
    job.forget();
    jobs.give(job);
  }

  private enum Task {
    /** Some rows of the weights are transformed. */
    WEIGHTS,
    /** A group of images, laid out and convolved while they are in the cache. */
    GROUP,
    /** One channel of one image is laid out for all. */
    LAY_OUT,
    /** One panel of one group, or a part of its channels. */
    PANEL
  }

  /** One run: its arguments, and how it is cut into chunks. */
  private final class Job implements Parallel.Chunks {

    /** Output channels for which alone it pays to transform the inputs. */
    private static final int PART = 32;

    /** Rows of weights in a chunk. */
    private static final int ROWS = 8;

    /** Panels up to the last. */
    private static final int ALL = Integer.MAX_VALUE / Kernels.PIXELS;

    private static final float[] NOTHING = new float[0];

    private final Kernels kernels = KernelProvider.get();
    private final int imageFloats = in * tiles.size;
    private final int pixels = tiles.height * tiles.width;

    private Task task = Task.WEIGHTS;
    private int batch;
    private float[] x = NOTHING;
    private int xOff;
    private float[] w = NOTHING;
    private int wOff;
    private float @Nullable [] bias;
    private int biasOff;
    private float[] y = NOTHING;
    private int yOff;
    private @Nullable Images source;
    private @Nullable Images target;
    private float[] u = NOTHING;
    private float[] shared = NOTHING;
    private int panels; // of a group
    private int parts = 1; // of the output channels

    void start(
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
        boolean cut) {
      this.batch = batch;
      this.x = x;
      this.xOff = xOff;
      this.w = w;
      this.wOff = wOff;
      this.bias = bias;
      this.biasOff = biasOff;
      this.y = y;
      this.yOff = yOff;
      boolean serial = small(batch) || !Parallel.available();
      if (prepared == null) {
        u = scratch.borrow(kernels.tileWeights(out, in));
        task = Task.WEIGHTS;
        Parallel.run((out + ROWS - 1) / ROWS, serial, this);
      } else {
        u = prepared;
      }
      if (cut) {
        inParts(groups(batch));
      } else {
        task = Task.GROUP;
        Parallel.run(groups(batch), serial, this);
      }
      if (prepared == null) {
        scratch.give(u);
      }
    }

    /** Few images: all threads lay them out, and convolve parts of them. */
    private void inParts(int groups) {
      shared = scratch.borrow(batch * imageFloats + Planes.SLACK);
      task = Task.LAY_OUT;
      Parallel.run(batch * in, false, this);
      panels = (tiles.images * tiles.rows * tiles.columns + Kernels.PIXELS - 1) / Kernels.PIXELS;
      task = Task.PANEL;
      parts = Math.min(parts(), (Parallel.threads() + groups * panels - 1) / (groups * panels));
      Parallel.run(groups * panels * parts, false, this);
      scratch.give(shared);
    }

    void forget() {
      source = null;
      target = null;
      x = NOTHING;
      w = NOTHING;
      bias = null;
      y = NOTHING;
      u = NOTHING;
      shared = NOTHING;
    }

    @Override
    public void run(int index) {
      switch (task) {
        case WEIGHTS -> weights(index * ROWS, Math.min(out, (index + 1) * ROWS), w, wOff, u);
        case GROUP -> group(index);
        case LAY_OUT ->
            kernels.tileInputs(tiles, x, xOff + index * channel(), 1, shared, index * tiles.size);
        case PANEL -> {
          int panel = index / parts % panels;
          int first = index / parts / panels * tiles.images;
          int at = yOff + first * out * pixels;
          product(
              first, panel, panel + 1, index % parts, parts, shared, first * imageFloats, y, at);
        }
      }
    }

    /** Parts of the output channels at most: in each, the inputs are transformed again. */
    private int parts() {
      return Math.max(1, out / PART);
    }

    /** Floats of a channel of x. */
    private int channel() {
      return turned ? shape.outHeight() * shape.outWidth() : shape.height() * shape.width();
    }

    private void group(int index) {
      int first = index * tiles.images;
      int images = Math.min(tiles.images, batch - first);
      float[] own = scratch.borrow(images * imageFloats + Planes.SLACK);
      layOut(first, images, own);
      if (target == null) {
        product(first, 0, ALL, 0, 1, own, 0, y, yOff + first * out * pixels);
      } else {
        float[] result = scratch.borrow(images * out * pixels + Planes.SLACK);
        product(first, 0, ALL, 0, 1, own, 0, result, 0);
        for (int i = 0; i < images; i++) {
          target.image(first + i, result, i * out * pixels);
        }
        scratch.give(result);
      }
      scratch.give(own);
    }

    private void layOut(int first, int images, float[] to) {
      int image = in * channel();
      if (source == null) {
        kernels.tileInputs(tiles, x, xOff + first * image, images * in, to, 0);
        return;
      }
      float[] made = scratch.borrow(images * image + Planes.SLACK);
      for (int i = 0; i < images; i++) {
        source.image(first + i, made, i * image);
      }
      kernels.tileInputs(tiles, made, 0, images * in, to, 0);
      scratch.give(made);
    }

    private void product(
        int first,
        int from,
        int to,
        int part,
        int parts,
        float[] planes,
        int at,
        float[] c,
        int cOff) {
      int images = Math.min(tiles.images, batch - first);
      kernels.tileProduct(
          tiles,
          images,
          from,
          to,
          part,
          parts,
          out,
          in,
          u,
          planes,
          at,
          imageFloats,
          bias,
          biasOff,
          c,
          cOff);
    }
  }
}
