package dev.kindling.nn.layers;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import java.util.Arrays;

/** The loops of average pooling over one plane. */
final class AverageWindows {

  private static final Kernels K = KernelProvider.get();

  /** Columns from which a row of a window is worth the call of a kernel. */
  private static final int WIDE = 16;

  private AverageWindows() {}

  /** {@code y[i, j]} = the sum of x in window (i, j), divided by the window's count. */
  static void forward(Windows rows, Windows cols, float[] x, int xOff, float[] y, int yOff) {
    int width = cols.in();
    for (int i = 0; i < rows.out(); i++) {
      int from = xOff + rows.from(i) * width;
      int yAt = yOff + i * cols.out();
      int to = xOff + rows.to(i) * width;
      for (int j = 0; j < cols.out(); j++) {
        double sum = sum(x, from, to, width, cols.from(j), cols.to(j));
        y[yAt + j] = (float) (sum / (rows.count(i) * cols.count(j)));
      }
    }
  }

  private static double sum(float[] x, int from, int to, int width, int left, int right) {
    double sum = 0;
    for (int row = from; row < to; row += width) {
      if (right - left >= WIDE) {
        sum += K.sum(x, row + left, right - left);
      } else {
        for (int at = row + left; at < row + right; at++) {
          sum += x[at];
        }
      }
    }
    return sum;
  }

  /** dx = for each element, the sum of dy over count, of the windows that it is in. */
  static void backward(Windows rows, Windows cols, float[] dy, int dyOff, float[] dx, int dxOff) {
    boolean pairs = rows.pairs() && cols.pairs();
    int width = cols.in();
    int covered = pairs ? 2 * rows.out() * width : 0;
    Arrays.fill(dx, dxOff + covered, dxOff + rows.in() * width, 0);
    for (int i = 0; i < rows.out(); i++) {
      int from = dxOff + rows.from(i) * width;
      int at = dyOff + i * cols.out();
      if (pairs) {
        pairsBackward(dy, at, dx, from, width, cols.out());
      } else {
        int to = dxOff + rows.to(i) * width;
        for (int j = 0; j < cols.out(); j++) {
          float d = (float) (dy[at + j] / (rows.count(i) * cols.count(j)));
          add(d, dx, from, to, width, cols.from(j), cols.to(j));
        }
      }
    }
  }

  private static void pairsBackward(float[] dy, int dyAt, float[] dx, int dxAt, int width, int n) {
    for (int j = 0; j < n; j++) {
      float d = 0.25f * dy[dyAt + j];
      int at = dxAt + 2 * j;
      dx[at] = d;
      dx[at + 1] = d;
      dx[at + width] = d;
      dx[at + width + 1] = d;
    }
    if (2 * n < width) {
      dx[dxAt + width - 1] = 0;
      dx[dxAt + 2 * width - 1] = 0;
    }
  }

  private static void add(float d, float[] dx, int from, int to, int width, int left, int right) {
    for (int row = from; row < to; row += width) {
      for (int at = row + left; at < row + right; at++) {
        dx[at] += d;
      }
    }
  }
}
