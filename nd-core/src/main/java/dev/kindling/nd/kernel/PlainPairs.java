package dev.kindling.nd.kernel;

/** Maximum pooling with windows of 2 × 2 that don't overlap, one number at a time. */
public final class PlainPairs {

  private PlainPairs() {}

  /** Outputs [from, n) of one row of windows. */
  public static void max(int from, int n, float[] x, int xAt, int width, float[] y, int yAt) {
    for (int j = from; j < n; j++) {
      int u = xAt + 2 * j;
      float upper = Math.max(x[u], x[u + 1]);
      y[yAt + j] = Math.max(upper, Math.max(x[u + width], x[u + width + 1]));
    }
  }

  /**
   * Windows [from, n) of one row. Which of four elements was the largest is as good as random, and a wrongly predicted
   * branch costs more than all the rest: so masks, of all ones where an element gets dy.
   */
  public static void maxGradient(
      int from,
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt) {
    for (int j = from; j < n; j++) {
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
  }

  /** All ones if the bits differ, else 0. */
  private static int differ(float x, int bits) {
    int d = Float.floatToRawIntBits(x) ^ bits;
    return (d | -d) >> 31;
  }
}
