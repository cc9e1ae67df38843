package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.Unary;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** The kernels on the Vector API, at the widest vectors that the processor has. */
public final class SimdKernels extends SimdImageKernels {

  private final SimdGemm gemm = new SimdGemm(tile, scratch);

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return "simd, " + bits + " bits (" + bits / Float.SIZE + " floats)";
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
  public float @Nullable [] prepared(int n, int k, float[] b, int bOff) {
    return gemm.prepared(n, k, b, bOff);
  }

  @Override
  public void gemm(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      float[] b,
      int bOff,
      float @Nullable [] prepared,
      float beta,
      float[] c,
      int cOff) {
    gemm.run(m, n, k, a, aOff, b, bOff, prepared, beta, c, cOff);
  }

  @Override
  public void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    SimdMap.map(scratch, f, p, x, xOff, y, yOff, n);
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
    SimdMapGradient.mapGradient(scratch, f, p, x, xOff, y, yOff, dy, dyOff, dx, dxOff, n);
  }

  @Override
  public void add(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.add(a, aOff, b, bOff, y, yOff, n);
    super.add(a, aOff + i, b, bOff + i, y, yOff + i, n - i);
  }

  @Override
  public void sub(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.sub(a, aOff, b, bOff, y, yOff, n);
    super.sub(a, aOff + i, b, bOff + i, y, yOff + i, n - i);
  }

  @Override
  public void mul(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.mul(a, aOff, b, bOff, y, yOff, n);
    super.mul(a, aOff + i, b, bOff + i, y, yOff + i, n - i);
  }

  @Override
  public void div(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.div(a, aOff, b, bOff, y, yOff, n);
    super.div(a, aOff + i, b, bOff + i, y, yOff + i, n - i);
  }

  @Override
  public void maximum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.maximum(a, aOff, b, bOff, y, yOff, n);
    super.maximum(a, aOff + i, b, bOff + i, y, yOff + i, n - i);
  }

  @Override
  public void minimum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.minimum(a, aOff, b, bOff, y, yOff, n);
    super.minimum(a, aOff + i, b, bOff + i, y, yOff + i, n - i);
  }

  @Override
  public void clamp(float low, float high, float[] x, int xOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.clamp(low, high, x, xOff, y, yOff, n);
    super.clamp(low, high, x, xOff + i, y, yOff + i, n - i);
  }

  @Override
  public void axpy(float alpha, float[] x, int xOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.axpy(alpha, x, xOff, y, yOff, n);
    super.axpy(alpha, x, xOff + i, y, yOff + i, n - i);
  }

  @Override
  public void affine(float alpha, float beta, float[] x, int xOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.affine(alpha, beta, x, xOff, y, yOff, n);
    super.affine(alpha, beta, x, xOff + i, y, yOff + i, n - i);
  }

  @Override
  public void mulAdd(
      float[] a, int aOff, float[] b, int bOff, float[] c, int cOff, float[] y, int yOff, int n) {
    int i = SimdArithmetic.mulAdd(a, aOff, b, bOff, c, cOff, y, yOff, n);
    super.mulAdd(a, aOff + i, b, bOff + i, c, cOff + i, y, yOff + i, n - i);
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
    int i = SimdArithmetic.combine(alpha, a, aOff, beta, b, bOff, gamma, y, yOff, n);
    super.combine(alpha, a, aOff + i, beta, b, bOff + i, gamma, y, yOff + i, n - i);
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
    int i = SimdDropout.dropout(key, base, threshold, scale, x, xOff, y, yOff, n);
    super.dropout(key, base + i, threshold, scale, x, xOff + i, y, yOff + i, n - i);
  }

  @Override
  public double sum(float[] x, int xOff, int n) {
    return SimdReduce.sum(x, xOff, n);
  }

  @Override
  public double sumOfSquares(float[] x, int xOff, float center, int n) {
    return SimdReduce.sumOfSquares(x, xOff, center, n);
  }

  @Override
  public void momentSums(
      float[] d, int dOff, float[] x, int xOff, float shift, int n, double[] sums) {
    int i = SimdMoments.sums(d, dOff, x, xOff, shift, n, sums);
    super.momentSums(d, dOff + i, x, xOff + i, shift, n - i, sums);
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
    int i = SimdMoments.rectify(alpha, beta, x, xOff, dy, dyOff, d, dOff, n);
    super.rectify(alpha, beta, x, xOff + i, dy, dyOff + i, d, dOff + i, n - i);
  }

  @Override
  public double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    return SimdReduce.dot(a, aOff, b, bOff, n);
  }

  @Override
  public float max(float[] x, int xOff, int n) {
    return SimdReduce.max(x, xOff, n);
  }

  @Override
  public void columnSums(
      float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff) {
    int j = SimdReduce.columnSums(x, xOff, ld, rows, cols, beta, y, yOff);
    super.columnSums(x, xOff + j, ld, rows, cols - j, beta, y, yOff + j);
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
    int j = SimdReduce.columnDots(a, aOff, lda, b, bOff, ldb, rows, cols, beta, y, yOff);
    super.columnDots(a, aOff + j, lda, b, bOff + j, ldb, rows, cols - j, beta, y, yOff + j);
  }

  @Override
  public float softmax(float[] x, int xOff, float[] y, int yOff, int n) {
    return SimdRows.softmax(x, xOff, y, yOff, n);
  }

  @Override
  public void softmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    SimdRows.softmaxGradient(y, yOff, dy, dyOff, dx, dxOff, n);
  }

  @Override
  public float logSoftmax(float[] x, int xOff, float[] y, int yOff, int n) {
    return SimdRows.logSoftmax(scratch, x, xOff, y, yOff, n);
  }

  @Override
  public void logSoftmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    SimdRows.logSoftmaxGradient(scratch, y, yOff, dy, dyOff, dx, dxOff, n);
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
    SimdRows.normalize(x, xOff, mean, inverse, gamma, gammaOff, beta, betaOff, y, yOff, n);
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
    SimdRows.normalizeGradient(
        scratch, x, xOff, mean, inverse, gamma, gammaOff, dy, dyOff, dGamma, dGammaOff, dBeta,
        dBetaOff, dx, dxOff, n);
  }
}
