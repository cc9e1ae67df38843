package dev.kindling.nn.layers;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import java.util.Arrays;

/**
 * Pooling with windows that slide, as sums or maxima of whole planes: first every element with its neighbours on the right, then
 * with those below, then the places where windows begin are picked. That computes windows nobody asked for, and is still several
 * times as fast as going through each, since all of it is long vectors.
 */
final class SlidingWindows {

  private static final Kernels K = KernelProvider.get();

  /** Rows and columns of a window together, up to which this pays. */
  private static final int LARGEST = 16;

  private final Windows rows;
  private final Windows cols;
  private final boolean max;

  /** Whether the plane can be read as it is, without room for padding around it. */
  private final boolean direct;

  private final int width;
  private final int size;

  SlidingWindows(Windows rows, Windows cols, boolean max) {
    this.rows = rows;
    this.cols = cols;
    this.max = max;
    direct = rows.inside() && cols.inside();
    width = direct ? cols.in() : cols.span();
    size = rows.span() * width;
  }

  /** Whether windows are of this kind. */
  static boolean fit(Windows rows, Windows cols) {
    return rows.kernel() > 0
        && cols.kernel() > 0
        && rows.kernel() + cols.kernel() <= LARGEST
        && rows.kernel() + cols.kernel() > 2
        && (long) rows.span() * Math.max(cols.in(), cols.span()) <= 1 << 28;
  }

  /** Floats of scratch memory that each call needs. */
  int scratch() {
    return 2 * size;
  }

  // ---------------------------------------------------------------- forward

  void forward(float[] x, int xOff, float[] y, int yOff, float[] scratch, int at) {
    float[] from = x;
    int fromAt = xOff;
    int n = size;
    if (!direct) {
      pad(x, xOff, scratch, at);
      from = scratch;
      fromAt = at;
    }
    if (cols.kernel() > 1) {
      n -= cols.kernel() - 1;
      join(from, fromAt, 1, cols.kernel(), scratch, at + size, n);
      from = scratch;
      fromAt = at + size;
    }
    if (rows.kernel() > 1) {
      n -= (rows.kernel() - 1) * width;
      int to = cols.kernel() > 1 ? at : at + size;
      join(from, fromAt, width, rows.kernel(), scratch, to, n);
      from = scratch;
      fromAt = to;
    }
    pick(from, fromAt, y, yOff);
  }

  private void pad(float[] x, int xOff, float[] to, int at) {
    Arrays.fill(to, at, at + size, max ? Float.NEGATIVE_INFINITY : 0);
    int columns = Math.min(cols.in(), width - cols.padding());
    for (int i = 0; i < Math.min(rows.in(), rows.span() - rows.padding()); i++) {
      int row = at + (rows.padding() + i) * width + cols.padding();
      System.arraycopy(x, xOff + i * cols.in(), to, row, columns);
    }
  }

  /** {@code y[j]} = the sum or maximum of {@code count} elements of x, {@code step} apart from j on. */
  private void join(float[] x, int xAt, int step, int count, float[] y, int yAt, int n) {
    for (int k = 1; k < count; k++) {
      float[] first = k == 1 ? x : y;
      int firstAt = k == 1 ? xAt : yAt;
      if (max) {
        K.maximum(first, firstAt, x, xAt + k * step, y, yAt, n);
      } else {
        K.add(first, firstAt, x, xAt + k * step, y, yAt, n);
      }
    }
  }

  private void pick(float[] from, int at, float[] y, int yOff) {
    boolean even = max || (rows.even() && cols.even());
    float factor = max ? 1 : (float) (1.0 / (rows.kernel() * cols.kernel()));
    int step = cols.stride();
    for (int i = 0; i < rows.out(); i++) {
      int row = at + i * rows.stride() * width;
      int to = yOff + i * cols.out();
      if (even) {
        for (int j = 0; j < cols.out(); j++) {
          y[to + j] = factor * from[row + j * step];
        }
      } else {
        double count = rows.count(i);
        for (int j = 0; j < cols.out(); j++) {
          y[to + j] = (float) (from[row + j * step] / (count * cols.count(j)));
        }
      }
    }
  }

  // ---------------------------------------------------------------- backward, of averages

  void backward(float[] dy, int dyOff, float[] dx, int dxOff, float[] scratch, int at) {
    Arrays.fill(scratch, at, at + size, 0);
    place(dy, dyOff, scratch, at);
    int from = at;
    if (cols.kernel() > 1) {
      spread(scratch, from, 1, cols.kernel(), at + size);
      from = at + size;
    }
    if (rows.kernel() > 1) {
      int to = from == at ? at + size : at;
      spread(scratch, from, width, rows.kernel(), to);
      from = to;
    }
    int top = rows.padding();
    int left = cols.padding();
    int columns = Math.min(cols.in(), width - left);
    for (int i = 0; i < rows.in(); i++) {
      int to = dxOff + i * cols.in();
      int copied = top + i < rows.span() ? columns : 0;
      if (copied > 0) {
        System.arraycopy(scratch, from + (top + i) * width + left, dx, to, copied);
      }
      Arrays.fill(dx, to + copied, to + cols.in(), 0);
    }
  }

  private void place(float[] dy, int dyOff, float[] to, int at) {
    boolean even = rows.even() && cols.even();
    float factor = (float) (1.0 / (rows.kernel() * cols.kernel()));
    int step = cols.stride();
    for (int i = 0; i < rows.out(); i++) {
      int row = at + i * rows.stride() * width;
      int from = dyOff + i * cols.out();
      double count = rows.count(i);
      for (int j = 0; j < cols.out(); j++) {
        to[row + j * step] =
            even ? factor * dy[from + j] : (float) (dy[from + j] / (count * cols.count(j)));
      }
    }
  }

  /** {@code y[j]} = the sum of {@code count} elements of x, {@code step} apart, up to j. */
  private void spread(float[] a, int from, int step, int count, int to) {
    System.arraycopy(a, from, a, to, size);
    for (int k = 1; k < count; k++) {
      int n = size - k * step;
      K.add(a, to + k * step, a, from, a, to + k * step, n);
    }
  }
}
