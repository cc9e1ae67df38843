package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;
import org.jspecify.annotations.Nullable;

/** Loops that the JIT compiler vectorizes by itself. */
public class PlainKernels implements Kernels {

  private final PlainGemm gemm = new PlainGemm();
  private final PlainWindows windows = new PlainWindows();

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public void gemm(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      float alpha,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    gemm.run(transA, transB, m, n, k, alpha, a, aOff, lda, b, bOff, ldb, beta, c, cOff, ldc);
  }

  @Override
  public void windowProduct(
      Windows w,
      int from,
      int to,
      int m,
      float[] a,
      int aOff,
      float[] planes,
      int at,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff,
      int ldc) {
    windows.product(this, w, from, to, m, a, aOff, planes, at, bias, biasOff, c, cOff, ldc);
  }

  @Override
  public void windowGradient(
      Windows w,
      int images,
      float[] planes,
      int at,
      int distance,
      int m,
      float[] dy,
      int dyOff,
      int dyDistance,
      float beta,
      float[] da,
      int daOff) {
    windows.gradient(
        this, w, images, planes, at, distance, m, dy, dyOff, dyDistance, beta, da, daOff);
  }

  @Override
  public void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    PlainMap.map(f, p, x, xOff, y, yOff, n);
  }

  @Override
  public void mapGradient(
      Unary f,
      float p,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff,
      int n) {
    PlainMapGradient.mapGradient(f, p, x, xOff, y, yOff, dy, dyOff, dx, dxOff, n);
  }

  @Override
  public void add(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] + b[bOff + i];
    }
  }

  @Override
  public void sub(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] - b[bOff + i];
    }
  }

  @Override
  public void mul(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] * b[bOff + i];
    }
  }

  @Override
  public void div(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] / b[bOff + i];
    }
  }

  @Override
  public void axpy(float alpha, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(alpha, x[xOff + i], y[yOff + i]);
    }
  }

  @Override
  public void affine(float alpha, float beta, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(alpha, x[xOff + i], beta);
    }
  }

  @Override
  public void mulAdd(
      float[] a, int aOff, float[] b, int bOff, float[] c, int cOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(a[aOff + i], b[bOff + i], c[cOff + i]);
    }
  }

  @Override
  public void combine(
      float alpha,
      float[] a,
      int aOff,
      float beta,
      float[] b,
      int bOff,
      float gamma,
      float[] y,
      int yOff,
      int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(alpha, a[aOff + i], Math.fma(beta, b[bOff + i], gamma));
    }
  }

  @Override
  public void maximum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.max(a[aOff + i], b[bOff + i]);
    }
  }

  @Override
  public void minimum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.min(a[aOff + i], b[bOff + i]);
    }
  }

  @Override
  public void clamp(float low, float high, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.min(Math.max(x[xOff + i], low), high);
    }
  }

  @Override
  public void addRow(
      float[] x, int xOff, float[] row, int rowOff, float[] y, int yOff, int rows, int cols) {
    for (int i = 0; i < rows; i++) {
      add(x, xOff + i * cols, row, rowOff, y, yOff + i * cols, cols);
    }
  }

  @Override
  public void mulRow(
      float[] x, int xOff, float[] row, int rowOff, float[] y, int yOff, int rows, int cols) {
    for (int i = 0; i < rows; i++) {
      mul(x, xOff + i * cols, row, rowOff, y, yOff + i * cols, cols);
    }
  }

  @Override
  public void dropout(
      long key,
      int base,
      int threshold,
      float scale,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      int n) {
    long limit = Integer.toUnsignedLong(threshold) + 1;
    for (int i = 0; i < n; i++) {
      // All ones where the hash is below the limit: a branch would be mispredicted all the time.
      int keep = (int) ((Integer.toUnsignedLong(DropoutHash.hash(key, base + i)) - limit) >> 63);
      y[yOff + i] = Float.intBitsToFloat(Float.floatToRawIntBits(x[xOff + i] * scale) & keep);
    }
  }

  @Override
  public double sum(float[] x, int xOff, int n) {
    return PlainReduce.sum(x, xOff, n);
  }

  @Override
  public double sumOfSquares(float[] x, int xOff, float center, int n) {
    return PlainReduce.sumOfSquares(x, xOff, center, n);
  }

  @Override
  public void momentSums(
      float[] d, int dOff, float[] x, int xOff, float shift, int n, double[] sums) {
    PlainReduce.momentSums(d, dOff, x, xOff, shift, n, sums);
  }

  @Override
  public void rectify(
      float alpha,
      float beta,
      float[] x,
      int xOff,
      float[] dy,
      int dyOff,
      float[] d,
      int dOff,
      int n) {
    PlainReduce.rectify(alpha, beta, x, xOff, dy, dyOff, d, dOff, n);
  }

  @Override
  public double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    return PlainReduce.dot(a, aOff, b, bOff, n);
  }

  @Override
  public float max(float[] x, int xOff, int n) {
    return PlainReduce.max(x, xOff, n);
  }

  @Override
  public void columnSums(
      float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff) {
    PlainReduce.columnSums(x, xOff, ld, rows, cols, beta, y, yOff);
  }

  @Override
  public void columnDots(
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
    PlainReduce.columnDots(a, aOff, lda, b, bOff, ldb, rows, cols, beta, y, yOff);
  }

  @Override
  public float softmax(float[] x, int xOff, float[] y, int yOff, int n) {
    return PlainRows.softmax(x, xOff, y, yOff, n);
  }

  @Override
  public void softmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    PlainRows.softmaxGradient(y, yOff, dy, dyOff, dx, dxOff, n);
  }

  @Override
  public float logSoftmax(float[] x, int xOff, float[] y, int yOff, int n) {
    return PlainRows.logSoftmax(x, xOff, y, yOff, n);
  }

  @Override
  public void logSoftmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    PlainRows.logSoftmaxGradient(y, yOff, dy, dyOff, dx, dxOff, n);
  }

  @Override
  public void normalize(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] beta,
      int betaOff,
      float[] y,
      int yOff,
      int n) {
    PlainRows.normalize(x, xOff, mean, inverse, gamma, gammaOff, beta, betaOff, y, yOff, n);
  }

  @Override
  public void normalizeGradient(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] dy,
      int dyOff,
      float[] dGamma,
      int dGammaOff,
      float[] dBeta,
      int dBetaOff,
      float[] dx,
      int dxOff,
      int n) {
    PlainRows.normalizeGradient(
        x, xOff, mean, inverse, gamma, gammaOff, dy, dyOff, dGamma, dGammaOff, dBeta, dBetaOff, dx,
        dxOff, n);
  }
}
