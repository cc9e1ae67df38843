package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;
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
  private static final int CHUNK = 1 << 14;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;

  private final Kind kind;
  private @Nullable Windows rows;
  private @Nullable Windows cols;

  /** A pooling of this kind. */
  Pooling(Kind kind) {
    this.kind = kind;
  }

  /** Says what the windows are, in {@link #build}, before anything runs. */
  final void windows(Windows rows, Windows cols) {
    this.rows = rows;
    this.cols = cols;
  }

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    Windows r = made(rows);
    Windows c = made(cols);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    pass.keep(this, INPUT, x);
    pass.keep(this, OUTPUT, y);
    int planes = x.size() / (r.in() * c.in());
    if (serial(x)) {
      forward(r, c, x, y, 0, planes);
    } else {
      int step = planesInChunk(r, c);
      Parallel.run(
          (planes + step - 1) / step,
          i -> forward(r, c, x, y, i * step, Math.min(planes, (i + 1) * step)));
    }
    return y;
  }

  private void forward(Windows rows, Windows cols, Tensor x, Tensor y, int from, int to) {
    int in = rows.in() * cols.in();
    int out = rows.out() * cols.out();
    for (int p = from; p < to; p++) {
      int xAt = x.offset() + p * in;
      int yAt = y.offset() + p * out;
      if (kind == Kind.MAX) {
        MaxWindows.forward(rows, cols, x.data(), xAt, y.data(), yAt);
      } else {
        AverageWindows.forward(rows, cols, x.data(), xAt, y.data(), yAt);
      }
    }
  }

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Windows r = made(rows);
    Windows c = made(cols);
    Tensor x = pass.kept(this, INPUT);
    Tensor y = pass.kept(this, OUTPUT);
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    int planes = x.size() / (r.in() * c.in());
    if (serial(x)) {
      backward(r, c, x, y, dy, dx, 0, planes);
    } else {
      int step = planesInChunk(r, c);
      Parallel.run(
          (planes + step - 1) / step,
          i -> backward(r, c, x, y, dy, dx, i * step, Math.min(planes, (i + 1) * step)));
    }
    return dx;
  }

  private void backward(
      Windows rows, Windows cols, Tensor x, Tensor y, Tensor dy, Tensor dx, int from, int to) {
    int in = rows.in() * cols.in();
    int out = rows.out() * cols.out();
    for (int p = from; p < to; p++) {
      int dyAt = dy.offset() + p * out;
      int dxAt = dx.offset() + p * in;
      if (kind == Kind.MAX) {
        MaxWindows.backward(
            rows,
            cols,
            x.data(),
            x.offset() + p * in,
            y.data(),
            y.offset() + p * out,
            dy.data(),
            dyAt,
            dx.data(),
            dxAt);
      } else {
        AverageWindows.backward(rows, cols, dy.data(), dyAt, dx.data(), dxAt);
      }
    }
  }

  private static boolean serial(Tensor x) {
    return x.size() < 2 * CHUNK || !Parallel.available();
  }

  /** Decided by the sizes alone; a plane's result doesn't depend on it either. */
  private static int planesInChunk(Windows rows, Windows cols) {
    return Math.max(1, CHUNK / (rows.in() * cols.in()));
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
