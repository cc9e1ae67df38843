package dev.kindling.nn.layers;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import java.util.Arrays;

/** The loops of maximum pooling over planes. NaN is larger than any number, as in PyTorch. */
final class MaxWindows {

  private static final Kernels K = KernelProvider.get();

  /** Columns from which a row of a window is worth the call of a kernel. */
  private static final int WIDE = 16;

  private MaxWindows() {}

  /** {@code y[p, i, j]} = the largest of x in window (i, j) of plane p. */
  static void forward(
      Windows rows, Windows cols, int planes, float[] x, int xOff, float[] y, int yOff) {
    for (int p = 0; p < planes; p++) {
      int xAt = xOff + p * rows.in() * cols.in();
      int yAt = yOff + p * rows.out() * cols.out();
      plane(rows, cols, x, xAt, y, yAt);
    }
  }

  private static void plane(Windows rows, Windows cols, float[] x, int xOff, float[] y, int yOff) {
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
      int planes,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff) {
    for (int p = 0; p < planes; p++) {
      int down = p * rows.in() * cols.in();
      int yDown = p * rows.out() * cols.out();
      plane(rows, cols, x, xOff + down, y, yOff + yDown, dy, dyOff + yDown, dx, dxOff + down);
    }
  }

  private static void plane(
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
    int width = cols.in();
    Arrays.fill(dx, dxOff, dxOff + rows.in() * width, 0);
    for (int i = 0; i < rows.out(); i++) {
      int from = rows.from(i) * width;
      int to = rows.to(i) * width;
      int at = i * cols.out();
      for (int j = 0; j < cols.out(); j++) {
        int where = first(y[yOff + at + j], x, xOff, from, to, width, cols.from(j), cols.to(j));
        dx[dxOff + where] += dy[dyOff + at + j];
      }
    }
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
