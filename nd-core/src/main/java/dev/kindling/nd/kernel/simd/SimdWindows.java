package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Windows;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * A matrix times the elements under a sliding kernel: a matrix product whose packing reads the image. One panel of
 * pixels at a time is gathered for all taps, stays in the second-level cache, and meets all rows of the matrix.
 */
final class SimdWindows {

  /** Most taps that are gathered at once: with the tiles, they stay in the second-level cache. */
  private static final int GATHERED = 1 << 11;

  /** Taps that all rows of the matrix meet before the next ones: so many fit into the first-level cache. */
  private static final int BLOCK = 256;

  private static final int TILES = Scratch.ALIGNED;

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;
  private final int tileFloats;
  private final Pool<SimdWindowsGradient> gradients;
  private final Pool<SimdWindowDots> dots;

  SimdWindows(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.width = tile.vectors * N;
    this.tileFloats = tile.rows * width;
    this.gradients = new Pool<>(() -> new SimdWindowsGradient(tile, scratch));
    this.dots = new Pool<>(() -> new SimdWindowDots(scratch));
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#windowProduct}. */
  void product(
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
    int block = Math.max(1, Math.min(BLOCK, w.taps));
    if (from == 0 && to == w.pixels && SimdWindowRows.pays(w, m, tile)) {
      SimdWindowRows.product(
          scratch, w, block, m, a, aOff, planes, at, bias, biasOff, c, cOff, ldc);
      return;
    }
    int strips = (m + tile.rows - 1) / tile.rows;
    int blocks = (w.taps + block - 1) / block;
    int blockFloats = tile.stripFloats(strips, block);
    int product = TILES + strips * tileFloats;
    int weights = product + tileFloats;
    int panel = weights + blocks * blockFloats;
    int most = Math.min(w.taps, GATHERED);
    float[] own = scratch.borrow(panel + most * width + width);
    for (int b = 0; b < blocks; b++) {
      int depth = Math.min(block, w.taps - b * block);
      for (int s = 0; s < strips; s++) {
        int i = s * tile.rows;
        int to0 = weights + b * blockFloats + tile.stripAt(s, block);
        tile.strip(
            Math.min(tile.rows, m - i), depth, a, aOff + i * w.taps + b * block, w.taps, own, to0);
      }
    }
    Windows.Pieces pieces = w.pieces(width, N);
    for (int j = from; j < to; j += width) {
      int count = Math.min(width, to - j);
      int vectors = (count + N - 1) / N;
      int tileSize = tile.rows * vectors * N;
      clear(own, TILES, strips * tileSize);
      for (int k = 0; k < w.taps; k += most) {
        int depth = Math.min(most, w.taps - k);
        gather(w, pieces, j / width, k, depth, planes, at, own, panel, vectors * N);
        for (int l = 0; l < depth; l += BLOCK) {
          int right = panel + l * vectors * N;
          int some = Math.min(BLOCK, depth - l);
          for (int s = 0; s < strips; s++) {
            int left = weights + (k + l) / block * blockFloats + tile.stripAt(s, block);
            tile.tileAdd(
                vectors, some, own, left, own, right, own, TILES + s * tileSize, own, product);
          }
        }
      }
      for (int s = 0; s < strips; s++) {
        int i = s * tile.rows;
        int height = Math.min(tile.rows, m - i);
        int t = TILES + s * tileSize;
        write(own, t, vectors * N, height, count, bias, biasOff + i, c, cOff + i * ldc + j, ldc);
      }
    }
    scratch.give(own);
  }

  private static void clear(float[] t, int at, int size) {
    FloatVector zero = FloatVector.zero(F);
    for (int i = 0; i < size; i += N) {
      zero.intoArray(t, at + i);
    }
  }

  /** One panel of pixels, for taps k to k + depth, as [depth, stride]. */
  private static void gather(
      Windows w,
      Windows.Pieces pieces,
      int panel,
      int k,
      int depth,
      float[] planes,
      int at,
      float[] to,
      int toOff,
      int stride) {
    int[] places = w.places();
    int first = pieces.first[panel];
    int end = pieces.first[panel + 1];
    if (end - first == 4 && stride == 4 * N && pieces.to[first + 3] == 3 * N) {
      int p0 = at + pieces.from[first];
      int p1 = at + pieces.from[first + 1];
      int p2 = at + pieces.from[first + 2];
      int p3 = at + pieces.from[first + 3];
      for (int l = 0; l < depth; l++) {
        int place = places[k + l];
        int row = toOff + l * (4 * N);
        FloatVector.fromArray(F, planes, p0 + place).intoArray(to, row);
        FloatVector.fromArray(F, planes, p1 + place).intoArray(to, row + N);
        FloatVector.fromArray(F, planes, p2 + place).intoArray(to, row + 2 * N);
        FloatVector.fromArray(F, planes, p3 + place).intoArray(to, row + 3 * N);
      }
      return;
    }
    for (int l = 0; l < depth; l++) {
      int place = at + places[k + l];
      int row = toOff + l * stride;
      for (int i = first; i < end; i++) {
        FloatVector.fromArray(F, planes, place + pieces.from[i]).intoArray(to, row + pieces.to[i]);
      }
    }
  }

  /** A finished tile plus a bias for each row, into C. */
  private static void write(
      float[] t,
      int tOff,
      int stride,
      int height,
      int count,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff,
      int ldc) {
    for (int i = 0; i < height; i++) {
      float b = bias == null ? 0 : bias[biasOff + i];
      int from = tOff + i * stride;
      int to = cOff + i * ldc;
      int j = 0;
      for (; j <= count - N; j += N) {
        FloatVector.fromArray(F, t, from + j).add(b).intoArray(c, to + j);
      }
      for (; j < count; j++) {
        c[to + j] = t[from + j] + b;
      }
    }
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#windowGradient}. */
  void gradient(
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
    if (readsBehind(w, m)) {
      SimdWindowDots job = dots.borrow();
      job.run(w, images, planes, at, distance, m, dy, dyOff, dyDistance, beta, da, daOff);
      dots.give(job);
      return;
    }
    SimdWindowsGradient job = gradients.borrow();
    job.run(w, images, planes, at, distance, m, dy, dyOff, dyDistance, beta, da, daOff);
    gradients.give(job);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#readsBehind}. */
  boolean readsBehind(Windows w, int m) {
    return SimdWindowDots.pays(w, m, tile);
  }
}
