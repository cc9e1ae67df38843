package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;
import org.jspecify.annotations.Nullable;

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
public interface Kernels extends ImageKernels {

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

  /**
   * What {@link #gemm(int, int, int, float[], int, float[], int, float[], float, float[], int)} would compute from B alone, for
   * a B that stays as it is; null if there is nothing worth keeping.
   *
   * @param b B [n, k]
   */
  default float @Nullable [] prepared(int n, int k, float[] b, int bOff) {
    return null;
  }

  /**
   * {@code C = A * Bᵀ + beta * C}, all row-major and without gaps; the same bits as without {@code prepared}.
   *
   * @param a A [m, k]
   * @param b B [n, k]
   * @param prepared from {@link #prepared}, for this B; or null
   * @param c C [m, n]
   */
  default void gemm(
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
    gemm(false, true, m, n, k, 1, a, aOff, k, b, bOff, k, beta, c, cOff, n);
  }

  // ---------------------------------------------------------------- elementwise

  /** {@code y[i] = f(x[i])}; {@code p} is the function's parameter, where it has one (see {@link Unary}). */
  void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n);

  /**
   * {@code dx[i] = dy[i] * f'(x[i])}, where {@code y[i] = f(x[i])} from the forward pass may be used instead of x. Only
   * y is read for SQRT, RECIPROCAL, EXP, TANH, SIGMOID and RELU, so that x may have been overwritten by y; neither is
   * for NEGATE and SIGN; only x for all others.
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

  /** {@code y[i] = alpha * a[i] + beta * b[i] + gamma}, fused. */
  void combine(
      float alpha,
      float[] a,
      int aOff,
      float beta,
      float[] b,
      int bOff,
      float gamma,
      float[] y,
      int yOff,
      int n);

  /** {@code y[i] = max(a[i], b[i])}; NaN if either is NaN. */
  void maximum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n);

  /** {@code y[i] = min(a[i], b[i])}; NaN if either is NaN. */
  void minimum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n);

  /** {@code y[i] = min(max(x[i], low), high)}; NaN stays NaN. */
  void clamp(float low, float high, float[] x, int xOff, float[] y, int yOff, int n);

  /** {@code y[i, j] = x[i, j] + row[j]}; x and y are [rows, cols]. */
  void addRow(
      float[] x, int xOff, float[] row, int rowOff, float[] y, int yOff, int rows, int cols);

  /** {@code y[i, j] = x[i, j] * row[j]}; x and y are [rows, cols]. */
  void mulRow(
      float[] x, int xOff, float[] row, int rowOff, float[] y, int yOff, int rows, int cols);

  /**
   * Dropout by a counter-based hash: element i of the range is kept when {@code hash(key, base + i)} is at most {@code
   * threshold}, both read as unsigned 32-bit numbers; kept elements are multiplied by scale, others become 0. The
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

  /**
   * Adds the sum of {@code d[i]} to {@code sums[0]}, and that of {@code d[i] * (x[i] + shift)} to {@code sums[1]}. Up to eight
   * numbers may be added up in float before they are in double.
   */
  void momentSums(float[] d, int dOff, float[] x, int xOff, float shift, int n, double[] sums);

  /** {@code d[i] = dy[i]} where {@code alpha * x[i] + beta}, fused, is above 0, else 0. */
  void rectify(
      float alpha,
      float beta,
      float[] x,
      int xOff,
      float[] dy,
      int dyOff,
      float[] d,
      int dOff,
      int n);

  /** The largest of x; NaN if any is NaN; negative infinity if n is 0. */
  float max(float[] x, int xOff, int n);

  /** {@code y[j] = beta * y[j] + sum over i of x[i, j]}; x is [rows, cols] with row stride ld. */
  void columnSums(float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff);

  /**
   * {@code y[j] = beta * y[j] + sum over i of a[i, j] * b[i, j]}; a and b are [rows, cols] with row strides lda, ldb.
   */
  void columnDots(
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
      int yOff);

  // ---------------------------------------------------------------- rows

  /**
   * Softmax of one row, stable for any finite x: {@code y[i] = exp(x[i] - max) / sum exp(x[j] - max)}. Entries of
   * negative infinity get 0, as long as one entry is finite.
   *
   * @return the row's log-sum-exp
   */
  float softmax(float[] x, int xOff, float[] y, int yOff, int n);

  /** {@code dx[i] = y[i] * (dy[i] - sum of dy[j] * y[j])}, the gradient of {@link #softmax} from its output y. */
  void softmaxGradient(float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n);

  /**
   * The logarithm of softmax, of one row: {@code y[i] = x[i] - logSumExp(x)}.
   *
   * @return the row's log-sum-exp
   */
  float logSoftmax(float[] x, int xOff, float[] y, int yOff, int n);

  /** {@code dx[i] = dy[i] - exp(y[i]) * sum of dy[j]}, the gradient of {@link #logSoftmax} from its output y. */
  void logSoftmaxGradient(float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n);

  /**
   * Layer normalization of one row: {@code y[i] = (x[i] - mean) * inverse * gamma[i] + beta[i]}, where mean is the
   * row's and inverse is 1 over its standard deviation.
   */
  void normalize(
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
      int n);

  /**
   * The gradient of layer normalization for one row. With h = (x - mean)·inverse and g = dy·gamma,
   * {@code dx[i] = inverse * (g[i] - average(g) - h[i] * average(g·h))}; adds {@code dy[i] * h[i]} to dGamma[i] and
   * {@code dy[i]} to dBeta[i].
   */
  void normalizeGradient(
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
      int n);
}
