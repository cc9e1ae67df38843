package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;

/**
 * The loops behind the tensor operations. One implementation a provider: {@code simd} (the Vector API), {@code plain}
 * (loops that the JIT compiler vectorizes by itself) and {@code ejml} (EJML's matrix product, everything else plain).
 *
 * <p>Internal. Every array comes with an offset, every method takes plain ranges, and nothing is checked here: callers
 * (the operations in {@code dev.kindling.nd} and the layers) have compared shapes before. {@link #gemm} splits itself
 * over {@link Parallel}; all other methods run on the calling thread, and their callers split the range into chunks
 * that don't depend on the number of threads. Any output may be the same range as any input of equal length, but must
 * not overlap it partly.
 *
 * <p>Every result is a function of the arguments alone: the same bits at any number of threads.
 */
public interface Kernels {

  /** The provider's name as in {@code -Dkindling.kernels}: {@code simd}, {@code plain} or {@code ejml}. */
  String name();

  /** What a person should know of the provider, as in "simd, 512 bits (16 floats)". */
  String description();

  // ---------------------------------------------------------------- matrix product

  /**
   * {@code C = alpha * op(A) * op(B) + beta * C}, all row-major. With {@code beta == 0}, C is only written, so that
   * what it held before (NaN too) has no say.
   *
   * @param transA op(A) [m, k] is A [m, k] with row stride lda if false, the transpose of A [k, m] if true
   * @param transB op(B) [k, n] is B [k, n] with row stride ldb if false, the transpose of B [n, k] if true
   */
  void gemm(
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
      int ldc);

  // ---------------------------------------------------------------- elementwise

  /** {@code y[i] = f(x[i])}; {@code p} is the function's parameter, where it has one (see {@link Unary}). */
  void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n);

  /**
   * {@code dx[i] = dy[i] * f'(x[i])}, where {@code y[i] = f(x[i])} from the forward pass may be used instead of x.
   */
  void mapGradient(
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
      int n);

  /** {@code y[i] = a[i] + b[i]}. */
  void add(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n);

  /** {@code y[i] = a[i] - b[i]}. */
  void sub(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n);

  /** {@code y[i] = a[i] * b[i]}. */
  void mul(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n);

  /** {@code y[i] = a[i] / b[i]}. */
  void div(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n);

  /** {@code y[i] += alpha * x[i]}, fused. */
  void axpy(float alpha, float[] x, int xOff, float[] y, int yOff, int n);

  /** {@code y[i] = alpha * x[i] + beta}, fused. */
  void affine(float alpha, float beta, float[] x, int xOff, float[] y, int yOff, int n);

  /** {@code y[i] = a[i] * b[i] + c[i]}, fused. */
  void mulAdd(
      float[] a, int aOff, float[] b, int bOff, float[] c, int cOff, float[] y, int yOff, int n);

  /**
   * Dropout by a counter-based hash: element i of the range is kept when {@code hash(key, base + i)}, read as an
   * unsigned 32-bit number, is below {@code threshold}; kept elements are multiplied by scale, others become 0. The
   * backward pass is the same call on the gradient, so that no mask is stored. Integer arithmetic: the same elements
   * are kept on every provider. See {@link DropoutHash}.
   */
  void dropout(
      long key,
      int base,
      int threshold,
      float scale,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      int n);

  // ---------------------------------------------------------------- reductions

  /** The sum of x, accumulated in double. */
  double sum(float[] x, int xOff, int n);

  /** The sum of (x[i] - center)², accumulated in double. */
  double sumOfSquares(float[] x, int xOff, float center, int n);

  /** The sum of a[i] * b[i], accumulated in double. */
  double dot(float[] a, int aOff, float[] b, int bOff, int n);

  /** The largest of x; NaN if any is NaN; negative infinity if n is 0. */
  float max(float[] x, int xOff, int n);

  /** {@code y[j] = beta * y[j] + sum over i of x[i, j]}; x is [rows, cols] with row stride ld. */
  void columnSums(float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff);

  /**
   * Softmax of one row, stable for any finite x: {@code y[i] = exp(x[i] - max) / sum exp(x[j] - max)}.
   *
   * @return the row's log-sum-exp
   */
  float softmax(float[] x, int xOff, float[] y, int yOff, int n);
}
