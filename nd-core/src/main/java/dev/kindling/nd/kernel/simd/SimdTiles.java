package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The fast convolution of {@link Tiles}. A panel of tiles at a time: its inputs are gathered and transformed, 16 small
 * matrix products mix the channels, and the result is transformed back, all within the second-level cache.
 */
final class SimdTiles {

  private static final int ELEMENTS = Tiles.ELEMENTS;

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final Pool<SimdTileProduct> products;
  private final Pool<SimdTilesGradient> gradients;

  SimdTiles(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.products = new Pool<>(() -> new SimdTileProduct(tile, scratch));
    this.gradients = new Pool<>(() -> new SimdTilesGradient(tile, scratch));
  }

  /** How far one element's transformed weights [m, k], cut into strips, are from the next one's. */
  int weights(int m, int k) {
    return tile.stripFloats((m + tile.rows - 1) / tile.rows, k) + N;
  }

  /** Where row i of an element's transformed weights begins. */
  private int weightsAt(int i, int k) {
    return tile.stripAt(i / tile.rows, k) + i % tile.rows * SimdGemmTile.ROW;
  }

  // ---------------------------------------------------------------- weights

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
    float[] own = scratch.borrow(9 * N + ELEMENTS * N);
    int distance = weights(m, k);
    for (int i = from; i < to; i++) {
      int row = weightsAt(i, k);
      for (int j = 0; j < k; j += N) {
        int count = Math.min(N, k - j);
        int at = wOff + i * rowStride + j * columnStride;
        for (int c = 0; c < count; c++) {
          for (int e = 0; e < 9; e++) {
            own[e * N + c] = w[at + c * columnStride + (turned ? 8 - e : e)];
          }
        }
        boolean direct = count == N;
        float[] to16 = direct ? u : own;
        int place = direct ? row + j : 9 * N;
        int d = direct ? distance : N;
        for (int e = 0; e < 2; e++) {
          outerRow(own, e * 6 * N, to16, place + e * 12 * d, d);
          middleRow(own, 1 - 2 * e, to16, place + (4 + 4 * e) * d, d);
        }
        for (int e = 0; e < ELEMENTS && !direct; e++) {
          System.arraycopy(own, (9 + e) * N, u, e * distance + row + j, count);
        }
      }
    }
    scratch.give(own);
    for (int i = m; to == m && i % tile.rows > 0; i++) {
      for (int e = 0; e < ELEMENTS; e++) {
        int row = e * distance + weightsAt(i, k);
        Arrays.fill(u, row, row + k, 0);
      }
    }
  }

  /**
   * The first or last row of {@code G g Gᵀ} for a vector of kernels, G = (1 0 0; ½ ½ ½; ½ -½ ½; 0 0 1): a row of g times Gᵀ.
   */
  private static void outerRow(float[] g, int row, float[] u, int at, int d) {
    FloatVector a = FloatVector.fromArray(F, g, row);
    FloatVector b = FloatVector.fromArray(F, g, row + N);
    FloatVector c = FloatVector.fromArray(F, g, row + 2 * N);
    FloatVector s = a.add(c);
    a.intoArray(u, at);
    s.add(b).mul(0.5f).intoArray(u, at + d);
    s.sub(b).mul(0.5f).intoArray(u, at + 2 * d);
    c.intoArray(u, at + 3 * d);
  }

  /** The second row, for a sign of 1, or the third, for -1. */
  private static void middleRow(float[] g, float sign, float[] u, int at, int d) {
    FloatVector f = FloatVector.broadcast(F, sign);
    FloatVector s0 = FloatVector.fromArray(F, g, 0).add(FloatVector.fromArray(F, g, 6 * N));
    FloatVector s1 = FloatVector.fromArray(F, g, N).add(FloatVector.fromArray(F, g, 7 * N));
    FloatVector s2 = FloatVector.fromArray(F, g, 2 * N).add(FloatVector.fromArray(F, g, 8 * N));
    FloatVector a = FloatVector.fromArray(F, g, 3 * N).fma(f, s0).mul(0.5f);
    FloatVector b = FloatVector.fromArray(F, g, 4 * N).fma(f, s1).mul(0.5f);
    FloatVector c = FloatVector.fromArray(F, g, 5 * N).fma(f, s2).mul(0.5f);
    FloatVector s = a.add(c);
    a.intoArray(u, at);
    s.add(b).mul(0.5f).intoArray(u, at + d);
    s.sub(b).mul(0.5f).intoArray(u, at + 2 * d);
    c.intoArray(u, at + 3 * d);
  }

  // ---------------------------------------------------------------- product and gradient

  /** See {@link dev.kindling.nd.kernel.Kernels#tileProduct}. */
  void product(
      Tiles tiles,
      int images,
      int from,
      int to,
      int part,
      int parts,
      int m,
      int k,
      float[] u,
      float[] planes,
      int at,
      int distance,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff) {
    SimdTileProduct job = products.borrow();
    int weights = weights(m, k);
    job.run(
        tiles, images, from, to, part, parts, m, k, u, weights, planes, at, distance, bias, biasOff,
        c, cOff);
    products.give(job);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileGradient}. */
  void gradient(
      Tiles tiles,
      int images,
      int k,
      float[] planes,
      int at,
      int distance,
      int m,
      float[] dy,
      int dyOff,
      float beta,
      float[] dw,
      int dwOff) {
    SimdTilesGradient job = gradients.borrow();
    job.run(tiles, images, k, planes, at, distance, m, dy, dyOff, beta, dw, dwOff);
    gradients.give(job);
  }
}
