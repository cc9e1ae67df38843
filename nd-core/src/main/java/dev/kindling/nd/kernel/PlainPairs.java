package dev.kindling.nd.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Maximum pooling with windows of 2 × 2 that don't overlap, one number at a time. Which of four elements is the largest is as good
 * as random, and a wrongly predicted branch costs more than all the rest: so bits and masks decide, not branches.
 */
final class PlainPairs {

  private PlainPairs() {}

  /** One row of windows. */
  static void max(
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float @Nullable [] where,
      int whereAt) {
    for (int j = 0; j < n; j++) {
      int u = xAt + 2 * j;
      float upper = Math.max(x[u], x[u + 1]);
      float lower = Math.max(x[u + width], x[u + width + 1]);
      float max = Math.max(upper, lower);
      y[yAt + j] = max;
      if (where == null) {
        continue;
      }
      int below = differ(upper, max);
      int right = (differ(x[u], upper) & ~below) | (differ(x[u + width], lower) & below);
      where[whereAt + j] = (2 & below) + (1 & right);
    }
  }

  /** One row of windows. */
  static void gradient(
      int n, float[] where, int whereAt, float[] dy, int dyAt, float[] dx, int dxAt, int width) {
    for (int j = 0; j < n; j++) {
      int place = (int) where[whereAt + j];
      int d = Float.floatToRawIntBits(dy[dyAt + j]);
      int below = -(place >> 1);
      int right = -(place & 1);
      int to = dxAt + 2 * j;
      dx[to] = Float.intBitsToFloat(d & ~below & ~right);
      dx[to + 1] = Float.intBitsToFloat(d & ~below & right);
      dx[to + width] = Float.intBitsToFloat(d & below & ~right);
      dx[to + width + 1] = Float.intBitsToFloat(d & below & right);
    }
  }

  /** All ones if the bits differ, else 0. */
  private static int differ(float x, float y) {
    int d = Float.floatToRawIntBits(x) ^ Float.floatToRawIntBits(y);
    return (d | -d) >> 31;
  }
}
