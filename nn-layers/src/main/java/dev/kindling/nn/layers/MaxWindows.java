package dev.kindling.nn.layers;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import java.util.Arrays;

/** The loops of maximum pooling over one plane. NaN is larger than any number, as in PyTorch. */
final class MaxWindows {

  private static final Kernels K = KernelProvider.get();

  /** Columns from which a row of a window is worth the call of a kernel. */
  private static final int WIDE = 16;

  private MaxWindows() {}

  /** {@code y[i, j]} = the largest of x in window (i, j). */
  static void forward(Windows rows, Windows cols, float[] x, int xOff, float[] y, int yOff) {
    int width = cols.in();
    for (int i = 0; i < rows.out(); i++) {
      int from = xOff + rows.from(i) * width;
      int yAt = yOff + i * cols.out();
      int to = xOff + rows.to(i) * width;
      for (int j = 0; j < cols.out(); j++) {
        y[yAt + j] = largest(x, from, to, width, cols.from(j), cols.to(j));
      }
    }
  }

  private static float largest(float[] x, int from, int to, int width, int left, int right) {
    float max = Float.NEGATIVE_INFINITY;
    for (int row = from; row < to; row += width) {
      if (right - left >= WIDE) {
        max = Math.max(max, K.max(x, row + left, right - left));
      } else {
        for (int at = row + left; at < row + right; at++) {
          max = Math.max(max, x[at]);
        }
      }
    }
    return max;
  }

  /**
   * Adds each dy to dx at the first element of its window that equals y; dx is 0 elsewhere. The largest is looked for
   * once more, which is less memory traffic than keeping where it was.
   */
  static void backward(
      Windows rows,
      Windows cols,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff) {
    boolean pairs = rows.pairs() && cols.pairs();
    int width = cols.in();
    int covered = pairs ? 2 * rows.out() * width : 0;
    Arrays.fill(dx, dxOff + covered, dxOff + rows.in() * width, 0);
    for (int i = 0; i < rows.out(); i++) {
      int from = rows.from(i) * width;
      int at = i * cols.out();
      if (pairs) {
        pairsBackward(
            x, xOff + from, width, y, yOff + at, dy, dyOff + at, dx, dxOff + from, cols.out());
      } else {
        int to = rows.to(i) * width;
        for (int j = 0; j < cols.out(); j++) {
          int where = first(y[yOff + at + j], x, xOff, from, to, width, cols.from(j), cols.to(j));
          dx[dxOff + where] += dy[dyOff + at + j];
        }
      }
    }
  }

  /**
   * Two rows of windows of 2 × 2. Which of four elements was the largest is as good as random, and a wrongly predicted
   * branch costs more than all the rest: so masks, of all ones where an element gets dy.
   */
  private static void pairsBackward(
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      int n) {
    for (int j = 0; j < n; j++) {
      int u = xAt + 2 * j;
      int max = Float.floatToRawIntBits(y[yAt + j]);
      int d = Float.floatToRawIntBits(dy[dyAt + j]);
      int notA = differ(x[u], max);
      int notB = differ(x[u + 1], max);
      int notC = differ(x[u + width], max);
      int to = dxAt + 2 * j;
      dx[to] = Float.intBitsToFloat(d & ~notA);
      dx[to + 1] = Float.intBitsToFloat(d & notA & ~notB);
      dx[to + width] = Float.intBitsToFloat(d & notA & notB & ~notC);
      dx[to + width + 1] = Float.intBitsToFloat(d & notA & notB & notC);
    }
    if (2 * n < width) {
      dx[dxAt + width - 1] = 0;
      dx[dxAt + 2 * width - 1] = 0;
    }
  }

  /** All ones if the bits differ, else 0. */
  private static int differ(float x, int bits) {
    int d = Float.floatToRawIntBits(x) ^ bits;
    return (d | -d) >> 31;
  }

  /** The first position in a window where x is {@code max}, counted from the plane's beginning. */
  private static int first(
      float max, float[] x, int xOff, int from, int to, int width, int left, int right) {
    for (int row = from; row < to; row += width) {
      for (int at = row + left; at < row + right; at++) {
        float v = x[xOff + at];
        if (v == max || Float.isNaN(v)) {
          return at;
        }
      }
    }
    return from + left; // x was changed since forward
  }
}
