package dev.kindling.nd.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A convolution whose channels lie in the lanes of vectors, or its gradient by the input, which is one too: of 3 × 3 with stride 1 by
 * {@link Tiles}, or else by {@link ChannelWindows}.
 */
final class LaneConvolution {

  /** Channels on both sides from which lanes are full enough. */
  private static final int CHANNELS = 16;

  /** And up to which: a sum over more would have to be cut. */
  private static final int MOST_CHANNELS = 1024;

  /** Elements of a kernel from which copying what it sees pays. */
  private static final int WINDOW = 4;

  /** Floats up to which it is taken that a row of pixels sees: these are copied together. */
  private static final long MOST_ROW = 1 << 23;

  /** Multiply-adds below which a parallel region costs more than it saves. */
  private static final long SERIAL = 1 << 19;

  private final ConvolutionShape shape;
  private final boolean turned;
  private final @Nullable Tiles tiles;
  private final ChannelWindows windows;
  private final int in;
  private final int out;
  private final int rows; // that an image is cut into
  private final Kernels kernels = KernelProvider.get();
  private final Scratch scratch = new Scratch();
  private final Pool<Job> jobs = new Pool<>(Job::new);

  private LaneConvolution(ConvolutionShape s, boolean turned) {
    this.shape = s;
    this.turned = turned;
    this.tiles = turned ? backwardTiles(s) : tiles(s);
    this.windows = turned ? ChannelWindows.backward(s) : ChannelWindows.forward(s);
    this.in = turned ? s.out() : s.in();
    this.out = turned ? s.in() : s.out();
    this.rows = tiles != null ? tiles.rows : windows.height;
  }

  /** For the forward pass, or null where it doesn't pay. */
  static @Nullable LaneConvolution forward(ConvolutionShape s) {
    return fits(s) && (tiles(s) != null || windowsPay(s)) ? new LaneConvolution(s, false) : null;
  }

  /** For the gradient by the input, or null where it doesn't pay. */
  static @Nullable LaneConvolution backward(ConvolutionShape s) {
    boolean pays = fits(s) && (backwardTiles(s) != null || windowsPay(s));
    return pays ? new LaneConvolution(s, true) : null;
  }

  /** Whether it is faster to copy the pixels that are seen than to part even columns from odd ones. */
  private static boolean windowsPay(ConvolutionShape s) {
    return s.strideX() > 1
        && s.kernelY() * s.kernelX() >= WINDOW
        && Math.min(s.in(), s.out()) >= 2 * CHANNELS;
  }

  /** The tiles for the forward pass and the gradient by the weights, or null where they don't pay. */
  static @Nullable Tiles tiles(ConvolutionShape s) {
    return tilesFit(s) && Tiles.pay(s.outHeight(), s.outWidth())
        ? new Tiles(s.height(), s.width(), s.top(), s.left(), s.outHeight(), s.outWidth())
        : null;
  }

  /**
   * Those for the gradient by the input: a convolution of the output's gradient in a border of what the forward border lacks to two.
   */
  private static @Nullable Tiles backwardTiles(ConvolutionShape s) {
    return tilesFit(s) && Tiles.pay(s.height(), s.width())
        ? new Tiles(s.outHeight(), s.outWidth(), 2 - s.top(), 2 - s.left(), s.height(), s.width())
        : null;
  }

  /** Whether a convolution may go this way, and its gradient by the weights does: decided by its shape alone. */
  static boolean fits(ConvolutionShape s) {
    return KernelProvider.get().lanes()
        && s.groups() == 1
        && Math.min(s.in(), s.out()) >= CHANNELS
        && Math.max(s.in(), s.out()) <= MOST_CHANNELS
        && ((long) s.in() + s.out()) * Math.max(s.width(), s.outWidth()) * s.kernelY() * s.kernelX()
            <= MOST_ROW;
  }

  private static boolean tilesFit(ConvolutionShape s) {
    return s.kernelY() == 3
        && s.kernelX() == 3
        && s.strideY() == 1
        && s.strideX() == 1
        && s.dilationY() == 1
        && s.dilationX() == 1
        && s.top() <= 2
        && s.left() <= 2;
  }

  /** Whether so many images are too few for all threads, and have to be cut. */
  boolean inParts(int batch) {
    return Parallel.available() && !small(batch) && batch < 2 * Parallel.threads();
  }

  private boolean small(int batch) {
    return batch * shape.multiplyAdds() < SERIAL;
  }

  /** The weights, transformed. */
  float[] weights(float[] w, int wOff) {
    float[] u = new float[weights()];
    weights(0, in, w, wOff, u);
    return u;
  }

  private int weights() {
    return tiles != null ? kernels.tileWeights(out, in) : kernels.channelWeights(windows, out, in);
  }

  private void weights(int from, int to, float[] w, int wOff, float[] u) {
    int row = windows.kernel * (turned ? 1 : in);
    int column = windows.kernel * (turned ? out : 1);
    if (tiles != null) {
      kernels.tileWeights(from, to, out, in, w, wOff, row, column, turned, u);
    } else {
      kernels.channelWeights(windows, from, to, out, in, w, wOff, row, column, u);
    }
  }

  /**
   * See {@link Convolution#forward}.
   *
   * @param prepared from {@link #weights}, or null
   * @param from what to convolve in place of x, or null
   * @param to what takes the result in place of y, or null
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
      @Nullable Images to) {
    Job job = jobs.borrow();
    job.source = from;
    job.target = to;
    job.start(batch, x, xOff, w, wOff, prepared, bias, biasOff, y, yOff);
    job.forget();
    jobs.give(job);
  }

  private enum Task {
    /** Some columns of the weights are transformed. */
    WEIGHTS,
    /** A band of rows. */
    BAND,
    /** An image that lies nowhere, or whose result does. */
    IMAGE
  }

  /** One run: its arguments, and how it is cut into chunks. */
  private final class Job implements Parallel.Chunks {

    /** Columns of weights in a chunk. */
    private static final int COLUMNS = 8;

    private static final float[] NOTHING = new float[0];

    private Task task = Task.WEIGHTS;
    private int all; // rows, in all images
    private int band; // rows of a chunk
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
        int yOff) {
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
        u = scratch.borrow(weights());
        task = Task.WEIGHTS;
        Parallel.run((in + COLUMNS - 1) / COLUMNS, serial, this);
      } else {
        u = prepared;
      }
      if (source == null && target == null) {
        task = Task.BAND;
        all = batch * rows;
        int most =
            tiles != null ? kernels.tileBand(tiles, out, in) : kernels.channelBand(windows, in);
        band = serial ? all : Math.max(1, Math.min(most, all / (2 * Parallel.threads())));
        Parallel.run((all + band - 1) / band, serial, this);
      } else {
        task = Task.IMAGE;
        Parallel.run(batch, serial, this);
      }
      if (prepared == null) {
        scratch.give(u);
      }
    }

    void forget() {
      source = null;
      target = null;
      x = NOTHING;
      w = NOTHING;
      bias = null;
      y = NOTHING;
      u = NOTHING;
    }

    @Override
    public void run(int index) {
      switch (task) {
        case WEIGHTS -> weights(index * COLUMNS, Math.min(in, (index + 1) * COLUMNS), w, wOff, u);
        case BAND -> product(index * band, Math.min(all, (index + 1) * band), x, xOff, y, yOff);
        case IMAGE -> image(index);
      }
    }

    private void image(int n) {
      int size = in * windows.sourceHeight * windows.sourceWidth;
      int result = out * windows.height * windows.width;
      float[] from = x;
      int at = xOff + n * size;
      if (source != null) {
        from = scratch.borrow(size + Planes.SLACK);
        source.image(n, from, 0);
        at = 0;
      }
      if (target == null) {
        product(0, rows, from, at, y, yOff + n * result);
      } else {
        float[] to = scratch.borrow(result + Planes.SLACK);
        product(0, rows, from, at, to, 0);
        target.image(n, to, 0);
        scratch.give(to);
      }
      if (source != null) {
        scratch.give(from);
      }
    }

    private void product(int first, int last, float[] from, int at, float[] to, int toOff) {
      if (tiles != null) {
        kernels.tileProduct(tiles, first, last, out, in, u, from, at, bias, biasOff, to, toOff);
      } else {
        kernels.channelProduct(
            windows, first, last, out, in, u, from, at, bias, biasOff, to, toOff);
      }
    }
  }
}
