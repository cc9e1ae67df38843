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

  // ---------------------------------------------------------------- convolution

  /**
   * {@code C[i, q] = bias[i] + sum over taps k of A[i, k] * (the element under tap k at pixel q)}, for pixels q in [from,
   * to) of one image; on the calling thread.
   *
   * @param from a multiple of {@value #PIXELS}
   * @param a A [m, taps], row-major
   * @param planes the image's planes begin at {@code planes[at]}; {@link Planes#SLACK} floats behind them can be read
   * @param bias of each row of C, or null for zeros
   * @param c C [m, pixels] begins at {@code c[cOff]}, with row stride ldc
   */
  void windowProduct(
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
      int ldc);

  /** Pixels that {@link #windowProduct} may be cut by. */
  int PIXELS = 64;

  /**
   * The gradient of {@link #windowProduct} by A, over several images: {@code dA[i, k] = beta * dA[i, k] + sum over images
   * and pixels q of dY[i, q] * (the element under tap k at pixel q)}. Splits itself over {@link Parallel}.
   *
   * @param planes the first image's planes begin at {@code planes[at]}, the next ones each {@code distance} further; {@link
   *     Planes#SLACK} floats behind the last can be read
   * @param dy dY [m, pixels] of the first image, without gaps, the next ones each {@code dyDistance} further
   * @param da dA [m, taps]
   */
  void windowGradient(
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
      int daOff);

  /**
   * Whether {@link #windowGradient} for these windows and m rows of dY reads the {@link Planes#SLACK} floats behind the last
   * planes. They then must be there and be numbers; which doesn't matter.
   */
  default boolean readsBehind(Windows w, int m) {
    return false;
  }

  /** {@code y[2 * i] = a[i]} and {@code y[2 * i + 1] = b[i]} for i from 0 to n - 1, each from its offset on. */
  default void takeTurns(int n, float[] a, int aOff, float[] b, int bOff, float[] y, int yOff) {
    for (int i = 0; i < n; i++) {
      y[yOff + 2 * i] = a[aOff + i];
      y[yOff + 2 * i + 1] = b[bOff + i];
    }
  }

  /**
   * {@code y[yOff + i] = x[xOff + 2 * i]} for i from 0 to count - 1.
   *
   * @param room how many elements of y may be overwritten, from {@code yOff} on: those beyond count get any content
   */
  default void everyOther(int count, float[] x, int xOff, float[] y, int yOff, int room) {
    for (int i = 0; i < count; i++) {
      y[yOff + i] = x[xOff + 2 * i];
    }
  }

  /** Floats that {@link #pairMax} needs to remember where a row of n windows had its largest elements. */
  default int pairPlaces(int n) {
    return n;
  }

  /**
   * Maximum pooling with windows of 2 × 2 that don't overlap, {@code rows} rows of n windows: of one plane, or of many of even
   * height, one behind the other. The largest is the first of those that are as large.
   *
   * @param x 2 * rows rows, each of them width elements, the last too
   * @param width how far a row of x is from the next, at least 2n
   * @param y [rows, n]
   * @param where [rows, {@link #pairPlaces}], written, for {@link #pairMaxGradient}; null if that won't follow
   */
  default void pairMax(
      int rows,
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float @Nullable [] where,
      int whereAt) {
    for (int i = 0; i < rows; i++) {
      PlainPairs.max(n, x, xAt + 2 * i * width, width, y, yAt + i * n, where, whereAt + i * n);
    }
  }

  /**
   * Its gradient: each dy goes to where the largest element was. dx lies as x does; between its rows of windows there may be
   * anything afterwards.
   */
  default void pairMaxGradient(
      int rows,
      int n,
      float[] where,
      int whereAt,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      int width) {
    for (int i = 0; i < rows; i++) {
      PlainPairs.gradient(
          n, where, whereAt + i * n, dy, dyAt + i * n, dx, dxAt + 2 * i * width, width);
    }
  }

  /** Whether {@link #tileProduct} is here and worth taking where {@link Tiles} pay. */
  default boolean tiles() {
    return false;
  }

  /** How many rows of {@link Tiles} are best convolved together, for m output and k input channels. */
  default int tileBand(Tiles tiles, int m, int k) {
    throw new UnsupportedOperationException();
  }

  /** Floats that {@link #tileWeights} writes for a matrix of kernels [m, k]. */
  default int tileWeights(int m, int k) {
    throw new UnsupportedOperationException();
  }

  /**
   * Transforms columns [from, to) of a matrix of kernels, [m, k] of 3 × 3 each, for {@link #tileProduct}.
   *
   * @param rowStride how far a kernel is from that below it in the matrix, in {@code w}
   * @param columnStride how far it is from that to its right
   * @param turned whether every kernel is turned round by 180°
   * @param u all of it, for all columns
   */
  default void tileWeights(
      int from,
      int to,
      int m,
      int k,
      float[] w,
      int wOff,
      int rowStride,
      int columnStride,
      boolean turned,
      float[] u) {
    throw new UnsupportedOperationException();
  }

  /**
   * A convolution of 3 × 3 by {@link Tiles}, for rows [first, last) of tiles, numbered through all images; on the calling thread.
   *
   * @param m output channels
   * @param k input channels
   * @param u from {@link #tileWeights}
   * @param x [images, k, inHeight, inWidth]
   * @param bias of each output channel, or null
   * @param y [images, m, height, width], of which the tiles' rows are written
   */
  default void tileProduct(
      Tiles tiles,
      int first,
      int last,
      int m,
      int k,
      float[] u,
      float[] x,
      int xOff,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff) {
    throw new UnsupportedOperationException();
  }

  /**
   * The gradient of {@link #tileProduct} by the kernels, over several images: {@code dw = beta * dw + sum over images and pixels
   * of dy * (what lies under the kernel)}. Splits itself over {@link Parallel}.
   *
   * @param k input channels
   * @param x [images, k, inHeight, inWidth]
   * @param m output channels
   * @param dy [images, m, height, width]
   * @param dw [m, k, 3, 3]
   */
  default void tileGradient(
      Tiles tiles,
      int images,
      int k,
      float[] x,
      int xOff,
      int m,
      float[] dy,
      int dyOff,
      float beta,
      float[] dw,
      int dwOff) {
    throw new UnsupportedOperationException();
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
