package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.SimdGemmTile.MOST;
import static dev.kindling.nd.kernel.simd.SimdGemmTile.ROW;

import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Windows;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of few rows times the elements under a sliding kernel. A vector is a piece of a row of pixels, and is read from the
 * image where it lies: to gather it, as {@link SimdWindows} does for matrices of many rows, would take longer than to
 * multiply it. Where rows of pixels are shorter than a vector, the rest of it is multiplied for nothing.
 *
 * <p>Sums over taps are cut as those of {@link SimdWindows} are, so that both give the same bits.
 */
final class SimdWindowRows {

  /** Rows of the largest tile. */
  private static final int MOST_TILE = 8;

  /** Rows of the matrix up to which it is tried; with more, gathering costs next to nothing. */
  private static final int MOST_ROWS = 64;

  /** Cycles in which a piece of a row is gathered for one tap. */
  private static final double GATHER = 3;

  private SimdWindowRows() {}

  /** Whether it is faster than to gather; decided by shapes alone. */
  static boolean pays(Windows w, int m, SimdGemmTile tile) {
    if (tile.vectors != 4 || m > MOST_ROWS || w.pixels == 0) {
      return false;
    }
    double here = (double) w.height * pieces(w) * strips(m) * rows(m) / 2;
    int gathered = (w.pixels + N - 1) / N;
    int rows = (m + tile.rows - 1) / tile.rows * tile.rows;
    return here < gathered * rows / 2.0 + GATHER * (w.height + gathered);
  }

  /** Vectors in a row of pixels. */
  private static int pieces(Windows w) {
    return (w.width + N - 1) / N;
  }

  private static int strips(int m) {
    return (m + MOST_TILE - 1) / MOST_TILE;
  }

  /** Rows of a tile: as few as strips of nearly the same height need. */
  private static int rows(int m) {
    int height = (m + strips(m) - 1) / strips(m);
    return height <= 4 ? 4 : height <= 6 ? 6 : MOST_TILE;
  }

  /** The first row of strip s. */
  private static int row(int s, int m) {
    return s * m / strips(m);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#windowProduct}, for all pixels. */
  static void product(
      Scratch scratch,
      Windows w,
      int block,
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
    int strips = strips(m);
    int rows = rows(m);
    int vectors = SimdWindowTile.vectors(rows);
    int tile = rows * vectors * N;
    int blocks = Math.max(1, (w.taps + block - 1) / block);
    int product = Scratch.ALIGNED;
    int sums = product + tile;
    int weights = sums + tile;
    int each = MOST / block; // strips side by side
    int blockFloats = (strips + each - 1) / each * rows * ROW;
    float[] own = scratch.borrow(weights + blocks * blockFloats);
    for (int b = 0; b < blocks; b++) {
      int depth = Math.min(block, w.taps - b * block);
      for (int s = 0; s < strips; s++) {
        int to = weights + b * blockFloats + strip(s, each, rows, block);
        for (int r = 0; r < rows; r++) {
          int i = Math.min(m - 1, row(s, m) + r);
          System.arraycopy(a, aOff + i * w.taps + b * block, own, to + r * ROW, depth);
        }
      }
    }
    int pieces = pieces(w);
    int all = w.height * pieces;
    for (int p = 0; p < all; p += vectors) {
      int p0 = at + place(w, pieces, p, w.stride);
      int p1 = at + place(w, pieces, Math.min(all - 1, p + 1), w.stride);
      int p2 = at + place(w, pieces, Math.min(all - 1, p + 2), w.stride);
      int p3 = at + place(w, pieces, Math.min(all - 1, p + 3), w.stride);
      int q0 = place(w, pieces, p, w.width);
      int q1 = place(w, pieces, p + 1, w.width);
      int q2 = place(w, pieces, p + 2, w.width);
      int q3 = place(w, pieces, p + 3, w.width);
      for (int s = 0; s < strips; s++) {
        for (int b = 0; b < blocks; b++) {
          int depth = Math.min(block, w.taps - b * block);
          int left = weights + b * blockFloats + strip(s, each, rows, block);
          int to = b == 0 ? sums : product;
          SimdWindowTile.tile(
              rows, depth, own, left, planes, w.places(), b * block, p0, p1, p2, p3, own, to);
          if (b > 0) {
            add(own, product, sums, tile);
          }
        }
        int first = row(s, m);
        for (int r = 0; r < row(s + 1, m) - first; r++) {
          float one = bias == null ? 0 : bias[biasOff + first + r];
          int to = cOff + (first + r) * ldc;
          // One call in a loop: four in a row are more vector operations than the compiler inlines.
          for (int v = 0; v < Math.min(vectors, all - p); v++) {
            int q = v == 0 ? q0 : v == 1 ? q1 : v == 2 ? q2 : q3;
            write(w, own, sums + (r * vectors + v) * N, one, c, to, q);
          }
        }
      }
    }
    scratch.give(own);
  }

  /** Where strip s begins, if each is {@code block} deep and so many lie side by side. */
  private static int strip(int s, int each, int rows, int block) {
    return s / each * rows * ROW + s % each * block;
  }

  /** Where piece p of the rows of pixels begins, if a row is {@code stride} from the next. The last one ends with its row. */
  private static int place(Windows w, int pieces, int p, int stride) {
    return p / pieces * stride + Math.max(0, Math.min(p % pieces * N, w.width - N));
  }

  /** A piece and a bias, as pixel q and those behind it. What goes beyond the row, the next one overwrites. */
  private static void write(Windows w, float[] t, int from, float bias, float[] c, int to, int q) {
    if (q + N <= w.pixels) {
      FloatVector.fromArray(F, t, from).add(bias).intoArray(c, to + q);
      return;
    }
    for (int i = 0; i < w.pixels - q; i++) {
      c[to + q + i] = t[from + i] + bias;
    }
  }

  private static void add(float[] t, int from, int to, int size) {
    for (int i = 0; i < size; i += N) {
      FloatVector sum =
          FloatVector.fromArray(F, t, to + i).add(FloatVector.fromArray(F, t, from + i));
      sum.intoArray(t, to + i);
    }
  }
}
