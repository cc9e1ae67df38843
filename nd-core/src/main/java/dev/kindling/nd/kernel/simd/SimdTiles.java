package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fast convolution of {@link Tiles}, and its gradient by the kernels. A vector's lanes are channels, so that transforms move
 * nothing between lanes, and a matrix product's rows are tiles: images of any size fill them.
 */
final class SimdTiles {

  private static final int ELEMENTS = Tiles.ELEMENTS;
  private static final int KERNEL = 9;

  /** Floats of a band's inputs and sums, transformed, that are to stay in the second-level cache. */
  private static final int BAND = 1 << 17;

  /** Tiles of a band at least, for each of which the weights are read once. */
  private static final int FEWEST = 32;

  /** Columns of kernels that are read together. */
  private static final int COLUMNS = 8;

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final Pool<SimdTileProduct> products;
  private final Pool<SimdTilesGradient> gradients;

  SimdTiles(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.products = new Pool<>(() -> new SimdTileProduct(tile, scratch));
    this.gradients = new Pool<>(() -> new SimdTilesGradient(scratch));
  }

  /** How many rows of tiles are convolved together. */
  static int band(Tiles tiles, int m, int k) {
    int most = Math.max(FEWEST, BAND / (ELEMENTS * (m + k)));
    return Math.max(1, most / tiles.columns);
  }

  /** How far one element's transformed weights, panels of [k, m] with k in whole vectors, are from the next one's. */
  int weights(int m, int k) {
    return (k + N - 1) / N * N * ((m + N - 1) / N * N) + N;
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileWeights}. */
  void weights(
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
    int vectors = (m + N - 1) / N;
    int most = Math.min(COLUMNS, to - from);
    int combined = most * vectors * KERNEL * N;
    float[] own = scratch.borrow(combined + Tiles.INPUT * 3 * N);
    if (m % N != 0) {
      Arrays.fill(own, 0, combined, 0);
    }
    for (int c = from; c < to; c += most) {
      int end = Math.min(to, c + most);
      for (int v = 0; v < vectors; v++) {
        int at = wOff + v * N * rowStride + c * columnStride;
        read(w, at, Math.min(N, m - v * N), end - c, rowStride, columnStride, own, v * most);
      }
      transform(c, end, m, k, turned, own, most, combined, u);
    }
    scratch.give(own);
    if (to == k && k % N != 0) {
      beyond(m, k, u);
    }
  }

  /**
   * Kernels of some rows and columns, as a vector of rows for each of their numbers. Many before any is transformed, since a vector
   * can't be loaded from numbers just stored one by one until they have reached the cache, behind all that was stored before.
   */
  private static void read(
      float[] w,
      int at,
      int rows,
      int columns,
      int rowStride,
      int columnStride,
      float[] own,
      int kernel) {
    int to = kernel * KERNEL * N;
    if (columnStride == KERNEL) {
      SimdGemmTranspose.run(w, at, rowStride, rows, columns * KERNEL, own, to, N);
      return;
    }
    for (int c = 0; c < columns; c++) {
      int from = at + c * columnStride;
      SimdGemmTranspose.run(w, from, rowStride, rows, KERNEL, own, to + c * KERNEL * N, N);
    }
  }

  private void transform(
      int from,
      int to,
      int m,
      int k,
      boolean turned,
      float[] own,
      int most,
      int combined,
      float[] u) {
    int width = tile.vectors * N;
    int depth = (k + N - 1) / N * N;
    int distance = weights(m, k);
    int step = turned ? -N : N;
    for (int p = 0; p * width < m; p++) {
      int stride = SimdTurned.stride(p, width, m);
      for (int c = from; c < to; c++) {
        for (int o = 0; o < stride; o += N) {
          int kernel = ((p * width + o) / N * most + c - from) * KERNEL * N;
          int first = turned ? kernel + (KERNEL - 1) * N : kernel;
          int place = p * depth * width + c * stride + o;
          // Columns, then rows: with one call for both there is less for the compiler to take in.
          for (int i = 0; i < 3 + Tiles.INPUT; i++) {
            boolean column = i < 3;
            int row = i - 3;
            SimdTileTransform.kernels(
                own,
                column ? first + i * step : combined + row * 3 * N,
                column ? 3 * step : N,
                column ? own : u,
                column ? combined + i * N : place + row * Tiles.INPUT * distance,
                column ? 3 * N : distance);
          }
        }
      }
    }
  }

  /** Zeros for the input channels beyond the last. */
  private void beyond(int m, int k, float[] u) {
    int width = tile.vectors * N;
    int depth = (k + N - 1) / N * N;
    for (int e = 0; e < ELEMENTS; e++) {
      for (int p = 0; p * width < m; p++) {
        int stride = SimdTurned.stride(p, width, m);
        int panel = e * weights(m, k) + p * depth * width;
        Arrays.fill(u, panel + k * stride, panel + depth * stride, 0);
      }
    }
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileProduct}. */
  void product(
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
    SimdTileProduct job = products.borrow();
    job.run(tiles, first, last, m, k, u, weights(m, k), x, xOff, bias, biasOff, y, yOff);
    products.give(job);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileGradient}. */
  void gradient(
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
    SimdTilesGradient job = gradients.borrow();
    job.run(tiles, images, k, x, xOff, m, dy, dyOff, beta, dw, dwOff);
    gradients.give(job);
  }
}
