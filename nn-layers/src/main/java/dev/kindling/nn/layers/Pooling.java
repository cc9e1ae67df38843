package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One number out of each window of each channel: the largest, or the average. Which windows, subclasses decide; a
 * channel is a plane of rows and columns here, a sequence a plane of one row.
 *
 * <p>Backward, derived in {@code docs/derivations/pooling.md}: each dy goes to the first largest element of its window,
 * or is shared by all evenly; where windows overlap, the parts are added.
 */
abstract class Pooling extends Layer {

  /** What is taken out of a window. */
  enum Kind {
    /** The largest element; padding is never it. */
    MAX,
    /** The average. */
    AVERAGE
  }

  /** Elements of a batch that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 15;

  /** Chunks of a batch, each with scratch memory of its own. */
  private static final int MOST_CHUNKS = 64;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int SCRATCH = 3;
  private static final int WHERE = 4;

  private static final float[] NONE = {};

  private final Kind kind;
  private @Nullable Windows rows;
  private @Nullable Windows cols;
  private @Nullable PairWindows pairs;
  private @Nullable SlidingWindows sliding;
  private @Nullable Shape scratchShape; // of a chunk

  /** A pooling of this kind. */
  Pooling(Kind kind) {
    this.kind = kind;
  }

  /** Says what the windows are, in {@link #build}, before anything runs. */
  final void windows(int channels, Windows rows, Windows cols) {
    this.rows = rows;
    this.cols = cols;
    if (kind == Kind.MAX && PairWindows.fit(channels, rows, cols)) {
      pairs = new PairWindows(channels, rows, cols);
    } else if (SlidingWindows.fit(rows, cols)) {
      SlidingWindows made = new SlidingWindows(rows, cols, kind == Kind.MAX);
      sliding = made;
      scratchShape = Shape.of(made.scratch());
    }
  }

  @Override
  protected final boolean picksLargest() {
    return kind == Kind.MAX;
  }

  /** The windows of 2 × 2 that don't overlap, or null if these are others. */
  final @Nullable PairWindows pairs() {
    return pairs;
  }

  /** Where the output goes, and stays until backward. */
  final Tensor output(Pass pass, int batch) {
    return pass.buffer(this, OUTPUT, batch, outputShape());
  }

  /** Whether where the largest elements are is to be remembered: a backward pass may ask. */
  static boolean remembers(Pass pass) {
    return pass.training() || pass.inputGradient();
  }

  /** What is to remember it, of pairs. */
  final Tensor whereTo(Pass pass, int batch) {
    Tensor where =
        pass.buffer(this, WHERE, batch, Objects.requireNonNull(pairs, "no pairs").where());
    pass.keep(this, WHERE, where);
    return where;
  }

  /** What remembers where they were. */
  final Tensor where(Pass pass) {
    return pass.kept(this, WHERE);
  }

  // ---------------------------------------------------------------- forward

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    Windows r = made(rows);
    Windows c = made(cols);
    Tensor y = output(pass, x.dim(0));
    pass.keep(this, INPUT, x);
    pass.keep(this, OUTPUT, y);
    int planes = x.size() / (r.in() * c.in());
    if (serial(x)) {
      forward(x, y, 0, planes, memory(pass, x.dim(0), 1), 0);
    } else {
      int step = planesInChunk(r, c, planes);
      int chunks = (planes + step - 1) / step;
      float[] memory = memory(pass, x.dim(0), chunks);
      Parallel.run(
          chunks, i -> forward(x, y, i * step, Math.min(planes, (i + 1) * step), memory, i));
    }
    return y;
  }

  private void forward(Tensor x, Tensor y, int from, int to, float[] memory, int chunk) {
    Windows r = made(rows);
    Windows c = made(cols);
    int xFrom = x.offset() + from * r.in() * c.in();
    int yFrom = y.offset() + from * r.out() * c.out();
    if (pairs != null) {
      int at = from * pairs.places();
      float[] where = memory == NONE ? null : memory;
      pairs.forward(to - from, x.data(), xFrom, y.data(), yFrom, where, at);
      return;
    }
    if (sliding == null && kind == Kind.MAX) {
      MaxWindows.forward(r, c, to - from, x.data(), xFrom, y.data(), yFrom);
      return;
    }
    for (int p = from; p < to; p++) {
      int xAt = x.offset() + p * r.in() * c.in();
      int yAt = y.offset() + p * r.out() * c.out();
      if (sliding != null) {
        sliding.forward(x.data(), xAt, y.data(), yAt, memory, chunk * sliding.scratch());
      } else {
        AverageWindows.forward(r, c, x.data(), xAt, y.data(), yAt);
      }
    }
  }

  // ---------------------------------------------------------------- backward

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Windows r = made(rows);
    Windows c = made(cols);
    Tensor x = pass.kept(this, INPUT);
    Tensor y = pass.kept(this, OUTPUT);
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    int planes = x.size() / (r.in() * c.in());
    if (serial(x)) {
      backward(x, y, dy, dx, 0, planes, memoryBack(pass, 1), 0);
    } else {
      int step = planesInChunk(r, c, planes);
      int chunks = (planes + step - 1) / step;
      float[] memory = memoryBack(pass, chunks);
      Parallel.run(
          chunks,
          i -> backward(x, y, dy, dx, i * step, Math.min(planes, (i + 1) * step), memory, i));
    }
    return dx;
  }

  private void backward(
      Tensor x, Tensor y, Tensor dy, Tensor dx, int from, int to, float[] memory, int chunk) {
    Windows r = made(rows);
    Windows c = made(cols);
    float[] dyData = dy.data();
    float[] dxData = dx.data();
    int down = from * r.in() * c.in();
    int yDown = from * r.out() * c.out();
    int dyFrom = dy.offset() + yDown;
    int dxFrom = dx.offset() + down;
    if (pairs != null) {
      int at = from * pairs.places();
      pairs.backward(to - from, memory, at, dyData, dyFrom, dxData, dxFrom);
      return;
    }
    if (kind == Kind.MAX) {
      int xAt = x.offset() + down;
      int yAt = y.offset() + yDown;
      MaxWindows.backward(
          r, c, to - from, x.data(), xAt, y.data(), yAt, dyData, dyFrom, dxData, dxFrom);
      return;
    }
    for (int p = from; p < to; p++) {
      int dxAt = dx.offset() + p * r.in() * c.in();
      int dyAt = dy.offset() + p * r.out() * c.out();
      if (sliding != null && !(r.pairs() && c.pairs())) {
        sliding.backward(dyData, dyAt, dxData, dxAt, memory, chunk * sliding.scratch());
      } else {
        AverageWindows.backward(r, c, dyData, dyAt, dxData, dxAt);
      }
    }
  }

  // ---------------------------------------------------------------- how

  /** Scratch for all chunks; or where the largest elements of pairs are, if backward will need it. */
  private float[] memory(Pass pass, int batch, int chunks) {
    if (pairs == null) {
      return scratch(pass, chunks);
    }
    return remembers(pass) ? whereTo(pass, batch).data() : NONE;
  }

  private float[] memoryBack(Pass pass, int chunks) {
    return pairs == null ? scratch(pass, chunks) : where(pass).data();
  }

  private float[] scratch(Pass pass, int chunks) {
    return scratchShape == null ? NONE : pass.buffer(this, SCRATCH, chunks, scratchShape).data();
  }

  private static boolean serial(Tensor x) {
    return x.size() < CHUNK || !Parallel.available();
  }

  /** Decided by the sizes alone; a plane's result doesn't depend on it either. */
  private static int planesInChunk(Windows rows, Windows cols, int planes) {
    int most = (planes + MOST_CHUNKS - 1) / MOST_CHUNKS;
    return Math.max(Math.max(1, most), CHUNK / (rows.in() * cols.in()));
  }

  private Windows made(@Nullable Windows w) {
    if (w == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return w;
  }

  /** [channels, height, width], or the exception that says so. */
  final Shape image(Shape in) {
    if (in.rank() != 3 || in.size() == 0) {
      throw mismatch("[channels, height, width]", in, "");
    }
    return in;
  }
}
