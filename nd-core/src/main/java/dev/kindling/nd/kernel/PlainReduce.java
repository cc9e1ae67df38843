package dev.kindling.nd.kernel;

/**
 * The plain provider's reductions. Four sums run side by side, since one alone waits for its own last addition; the
 * order is fixed, so the result is too.
 */
final class PlainReduce {

  private PlainReduce() {}

  static double sum(float[] x, int xOff, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = xOff;
    int end = xOff + n;
    for (; i < end - 3; i += 4) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
    }
    for (; i < end; i++) {
      s0 += x[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  static double sumOfSquares(float[] x, int xOff, float center, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = xOff;
    int end = xOff + n;
    for (; i < end - 3; i += 4) {
      double d0 = x[i] - (double) center;
      double d1 = x[i + 1] - (double) center;
      double d2 = x[i + 2] - (double) center;
      double d3 = x[i + 3] - (double) center;
      s0 = Math.fma(d0, d0, s0);
      s1 = Math.fma(d1, d1, s1);
      s2 = Math.fma(d2, d2, s2);
      s3 = Math.fma(d3, d3, s3);
    }
    for (; i < end; i++) {
      double d = x[i] - (double) center;
      s0 = Math.fma(d, d, s0);
    }
    return (s0 + s1) + (s2 + s3);
  }

  static void momentSums(
      float[] d, int dOff, float[] x, int xOff, float shift, int n, double[] sums) {
    double s0 = 0;
    double s1 = 0;
    double t0 = 0;
    double t1 = 0;
    int i = 0;
    for (; i < n - 1; i += 2) {
      s0 += d[dOff + i];
      s1 += d[dOff + i + 1];
      t0 += d[dOff + i] * (x[xOff + i] + shift);
      t1 += d[dOff + i + 1] * (x[xOff + i + 1] + shift);
    }
    if (i < n) {
      s0 += d[dOff + i];
      t0 += d[dOff + i] * (x[xOff + i] + shift);
    }
    sums[0] += s0 + s1;
    sums[1] += t0 + t1;
  }

  static void rectify(
      float alpha,
      float beta,
      float[] x,
      int xOff,
      float[] dy,
      int dyOff,
      float[] d,
      int dOff,
      int n) {
    for (int i = 0; i < n; i++) {
      d[dOff + i] = Math.fma(alpha, x[xOff + i], beta) > 0 ? dy[dyOff + i] : 0;
    }
  }

  static double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      s0 = Math.fma((double) a[aOff + i], b[bOff + i], s0);
      s1 = Math.fma((double) a[aOff + i + 1], b[bOff + i + 1], s1);
      s2 = Math.fma((double) a[aOff + i + 2], b[bOff + i + 2], s2);
      s3 = Math.fma((double) a[aOff + i + 3], b[bOff + i + 3], s3);
    }
    for (; i < n; i++) {
      s0 = Math.fma((double) a[aOff + i], b[bOff + i], s0);
    }
    return (s0 + s1) + (s2 + s3);
  }

  static float max(float[] x, int xOff, int n) {
    float m0 = Float.NEGATIVE_INFINITY;
    float m1 = m0;
    float m2 = m0;
    float m3 = m0;
    int i = xOff;
    int end = xOff + n;
    for (; i < end - 3; i += 4) {
      m0 = Math.max(m0, x[i]);
      m1 = Math.max(m1, x[i + 1]);
      m2 = Math.max(m2, x[i + 2]);
      m3 = Math.max(m3, x[i + 3]);
    }
    for (; i < end; i++) {
      m0 = Math.max(m0, x[i]);
    }
    return Math.max(Math.max(m0, m1), Math.max(m2, m3));
  }

  static void columnSums(
      float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff) {
    int j = 0;
    for (; j < cols - 3; j += 4) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0, at = xOff + j; i < rows; i++, at += ld) {
        s0 += x[at];
        s1 += x[at + 1];
        s2 += x[at + 2];
        s3 += x[at + 3];
      }
      accumulate(beta, y, yOff + j, s0);
      accumulate(beta, y, yOff + j + 1, s1);
      accumulate(beta, y, yOff + j + 2, s2);
      accumulate(beta, y, yOff + j + 3, s3);
    }
    for (; j < cols; j++) {
      columnSum(x, xOff + j, ld, rows, beta, y, yOff + j);
    }
  }

  static void columnSum(float[] x, int xOff, int ld, int rows, float beta, float[] y, int yOff) {
    double s = 0;
    for (int i = 0, at = xOff; i < rows; i++, at += ld) {
      s += x[at];
    }
    accumulate(beta, y, yOff, s);
  }

  static void columnDots(
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      int rows,
      int cols,
      float beta,
      float[] y,
      int yOff) {
    int j = 0;
    for (; j < cols - 3; j += 4) {
      double s0 = 0;
      double s1 = 0;
      double s2 = 0;
      double s3 = 0;
      for (int i = 0, at = aOff + j, bt = bOff + j; i < rows; i++, at += lda, bt += ldb) {
        s0 = Math.fma((double) a[at], b[bt], s0);
        s1 = Math.fma((double) a[at + 1], b[bt + 1], s1);
        s2 = Math.fma((double) a[at + 2], b[bt + 2], s2);
        s3 = Math.fma((double) a[at + 3], b[bt + 3], s3);
      }
      accumulate(beta, y, yOff + j, s0);
      accumulate(beta, y, yOff + j + 1, s1);
      accumulate(beta, y, yOff + j + 2, s2);
      accumulate(beta, y, yOff + j + 3, s3);
    }
    for (; j < cols; j++) {
      columnDot(a, aOff + j, lda, b, bOff + j, ldb, rows, beta, y, yOff + j);
    }
  }

  static void columnDot(
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      int rows,
      float beta,
      float[] y,
      int yOff) {
    double s = 0;
    for (int i = 0, at = aOff, bt = bOff; i < rows; i++, at += lda, bt += ldb) {
      s = Math.fma((double) a[at], b[bt], s);
    }
    accumulate(beta, y, yOff, s);
  }

  private static void accumulate(float beta, float[] y, int at, double s) {
    y[at] = (float) (beta == 0 ? s : (double) beta * y[at] + s);
  }
}
