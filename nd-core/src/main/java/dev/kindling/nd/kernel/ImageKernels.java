package dev.kindling.nd.kernel;

import org.jspecify.annotations.Nullable;

/** The loops behind convolution and pooling, a part of {@link Kernels}, whose rules hold here too. */
public interface ImageKernels {

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

  /**
   * Rows of a and b in turns: {@code y[2 * i] = a[i]} and {@code y[2 * i + 1] = b[i]} for i from 0 to n - 1, in each of {@code rows}
   * rows that lie {@code lda}, {@code ldb} and {@code ldy} apart.
   */
  default void takeTurns(
      int rows,
      int n,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float[] y,
      int yOff,
      int ldy) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i++) {
        y[yOff + r * ldy + 2 * i] = a[aOff + r * lda + i];
        y[yOff + r * ldy + 2 * i + 1] = b[bOff + r * ldb + i];
      }
    }
  }

  /**
   * Every other element of rows of x: {@code y[yOff + i] = x[xOff + 2 * i]} for i from 0 to n - 1, in each of {@code rows} rows that
   * lie {@code ldx} and {@code ldy} apart. Rows are written in order.
   *
   * @param end where what may be overwritten ends: between the rows, and from the last one to there, y gets any content
   */
  default void everyOther(
      int rows, int n, float[] x, int xOff, int ldx, float[] y, int yOff, int ldy, int end) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i++) {
        y[yOff + r * ldy + i] = x[xOff + r * ldx + 2 * i];
      }
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

  /** Whether {@link #tileProduct} and {@link #channelProduct} are here. */
  default boolean lanes() {
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

  /** How many rows of the target are best computed together, for k channels of the source. */
  default int channelBand(ChannelWindows windows, int k) {
    throw new UnsupportedOperationException();
  }

  /** Floats that {@link #channelWeights} writes for a matrix of kernels [m, k]. */
  default int channelWeights(ChannelWindows windows, int m, int k) {
    throw new UnsupportedOperationException();
  }

  /** Writes columns [from, to) of a matrix of kernels [m, k] for {@link #channelProduct}; arguments as of {@link #tileWeights}. */
  default void channelWeights(
      ChannelWindows windows,
      int from,
      int to,
      int m,
      int k,
      float[] w,
      int wOff,
      int rowStride,
      int columnStride,
      float[] u) {
    throw new UnsupportedOperationException();
  }

  /**
   * A convolution by {@link ChannelWindows}, for rows [first, last) of the target, numbered through all images; on the calling
   * thread. Arguments as of {@link #tileProduct}.
   */
  default void channelProduct(
      ChannelWindows windows,
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

  /** The gradient of {@link #channelProduct} by the kernels, for the windows of a forward pass; as {@link #tileGradient}. */
  default void channelGradient(
      ChannelWindows windows,
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
}
