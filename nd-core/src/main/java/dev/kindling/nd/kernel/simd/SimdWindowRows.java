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

  /** Vectors of pixels in a tile. */
  private static final int VECTORS = 4;

  /** Rows of a tile, but 3 at the end where that leaves fewer rows empty. */
  private static final int ROWS = 4;

  /** Rows of the matrix up to which it is tried; with more, gathering costs next to nothing. */
  private static final int MOST_ROWS = 64;

  /** Cycles in which a piece of a row is gathered for one tap. */
  private static final double GATHER = 3;

  private static final int TILE = ROWS * VECTORS * N;

  private SimdWindowRows() {}

  /** Whether it is faster than to gather; decided by shapes alone. */
  static boolean pays(Windows w, int m, SimdGemmTile tile) {
    if (tile.vectors != VECTORS || m > MOST_ROWS || w.pixels == 0) {
      return false;
    }
    double here = (double) w.height * pieces(w) * (strips(m) * ROWS - threes(m)) / 2;
    int gathered = (w.pixels + N - 1) / N;
    int rows = (m + tile.rows - 1) / tile.rows * tile.rows;
    return here < gathered * rows / 2.0 + GATHER * (w.height + gathered);
  }

  /** Vectors in a row of pixels. */
  private static int pieces(Windows w) {
    return (w.width + N - 1) / N;
  }

  private static int strips(int m) {
    return (m + ROWS - 1) / ROWS;
  }

  /** How many of the last strips have one row less. */
  private static int threes(int m) {
    return Math.min(strips(m), strips(m) * ROWS - m);
  }

  /** The first row of strip s. */
  private static int row(int s, int m) {
    return s * ROWS - Math.max(0, s - (strips(m) - threes(m)));
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
    int blocks = Math.max(1, (w.taps + block - 1) / block);
    int product = Scratch.ALIGNED;
    int sums = product + TILE;
    int weights = sums + TILE;
    int each = MOST / block; // strips side by side
    int blockFloats = (strips + each - 1) / each * ROWS * ROW;
    float[] own = scratch.borrow(weights + blocks * blockFloats);
    for (int b = 0; b < blocks; b++) {
      int depth = Math.min(block, w.taps - b * block);
      for (int s = 0; s < strips; s++) {
        int to = weights + b * blockFloats + strip(s, each, block);
        for (int r = 0; r < ROWS; r++) {
          int i = Math.min(m - 1, row(s, m) + r);
          System.arraycopy(a, aOff + i * w.taps + b * block, own, to + r * ROW, depth);
        }
      }
    }
    int pieces = pieces(w);
    int all = w.height * pieces;
    for (int p = 0; p < all; p += VECTORS) {
      int p0 = at + place(w, pieces, p, w.stride);
      int p1 = at + place(w, pieces, Math.min(all - 1, p + 1), w.stride);
      int p2 = at + place(w, pieces, Math.min(all - 1, p + 2), w.stride);
      int p3 = at + place(w, pieces, Math.min(all - 1, p + 3), w.stride);
      int q0 = place(w, pieces, p, w.width);
      int q1 = place(w, pieces, p + 1, w.width);
      int q2 = place(w, pieces, p + 2, w.width);
      int q3 = place(w, pieces, p + 3, w.width);
      for (int s = 0; s < strips; s++) {
        int height = s < strips - threes(m) ? ROWS : ROWS - 1;
        for (int b = 0; b < blocks; b++) {
          int depth = Math.min(block, w.taps - b * block);
          int left = weights + b * blockFloats + strip(s, each, block);
          int to = b == 0 ? sums : product;
          if (height == ROWS) {
            tile4(depth, own, left, planes, w.places(), b * block, p0, p1, p2, p3, own, to);
          } else {
            tile3(depth, own, left, planes, w.places(), b * block, p0, p1, p2, p3, own, to);
          }
          if (b > 0) {
            add(own, product, sums, height * VECTORS * N);
          }
        }
        int first = row(s, m);
        for (int r = 0; r < Math.min(height, m - first); r++) {
          float one = bias == null ? 0 : bias[biasOff + first + r];
          int to = cOff + (first + r) * ldc;
          // One call in a loop: four in a row are more vector operations than the compiler inlines.
          for (int v = 0; v < Math.min(VECTORS, all - p); v++) {
            int q = v == 0 ? q0 : v == 1 ? q1 : v == 2 ? q2 : q3;
            write(w, own, sums + (r * VECTORS + v) * N, one, c, to, q);
          }
        }
      }
    }
    scratch.give(own);
  }

  /** Where strip s begins, if each is {@code block} deep and so many lie side by side. */
  private static int strip(int s, int each, int block) {
    return s / each * ROWS * ROW + s % each * block;
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

  private static void tile4(
      int k,
      float[] a,
      int aOff,
      float[] x,
      int[] places,
      int first,
      int p0,
      int p1,
      int p2,
      int p3,
      float[] t,
      int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = FloatVector.zero(F);
    FloatVector c02 = FloatVector.zero(F);
    FloatVector c03 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c11 = FloatVector.zero(F);
    FloatVector c12 = FloatVector.zero(F);
    FloatVector c13 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c21 = FloatVector.zero(F);
    FloatVector c22 = FloatVector.zero(F);
    FloatVector c23 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c31 = FloatVector.zero(F);
    FloatVector c32 = FloatVector.zero(F);
    FloatVector c33 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      int at = places[first + l];
      FloatVector b0 = FloatVector.fromArray(F, x, p0 + at);
      FloatVector b1 = FloatVector.fromArray(F, x, p1 + at);
      FloatVector b2 = FloatVector.fromArray(F, x, p2 + at);
      FloatVector b3 = FloatVector.fromArray(F, x, p3 + at);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l + ROW]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l + 2 * ROW]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l + 3 * ROW]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
    }
    c00.intoArray(t, tOff);
    c01.intoArray(t, tOff + N);
    c02.intoArray(t, tOff + 2 * N);
    c03.intoArray(t, tOff + 3 * N);
    c10.intoArray(t, tOff + 4 * N);
    c11.intoArray(t, tOff + 5 * N);
    c12.intoArray(t, tOff + 6 * N);
    c13.intoArray(t, tOff + 7 * N);
    c20.intoArray(t, tOff + 8 * N);
    c21.intoArray(t, tOff + 9 * N);
    c22.intoArray(t, tOff + 10 * N);
    c23.intoArray(t, tOff + 11 * N);
    c30.intoArray(t, tOff + 12 * N);
    c31.intoArray(t, tOff + 13 * N);
    c32.intoArray(t, tOff + 14 * N);
    c33.intoArray(t, tOff + 15 * N);
  }

  private static void tile3(
      int k,
      float[] a,
      int aOff,
      float[] x,
      int[] places,
      int first,
      int p0,
      int p1,
      int p2,
      int p3,
      float[] t,
      int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = FloatVector.zero(F);
    FloatVector c02 = FloatVector.zero(F);
    FloatVector c03 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c11 = FloatVector.zero(F);
    FloatVector c12 = FloatVector.zero(F);
    FloatVector c13 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c21 = FloatVector.zero(F);
    FloatVector c22 = FloatVector.zero(F);
    FloatVector c23 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      int at = places[first + l];
      FloatVector b0 = FloatVector.fromArray(F, x, p0 + at);
      FloatVector b1 = FloatVector.fromArray(F, x, p1 + at);
      FloatVector b2 = FloatVector.fromArray(F, x, p2 + at);
      FloatVector b3 = FloatVector.fromArray(F, x, p3 + at);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l + ROW]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l + 2 * ROW]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
    }
    c00.intoArray(t, tOff);
    c01.intoArray(t, tOff + N);
    c02.intoArray(t, tOff + 2 * N);
    c03.intoArray(t, tOff + 3 * N);
    c10.intoArray(t, tOff + 4 * N);
    c11.intoArray(t, tOff + 5 * N);
    c12.intoArray(t, tOff + 6 * N);
    c13.intoArray(t, tOff + 7 * N);
    c20.intoArray(t, tOff + 8 * N);
    c21.intoArray(t, tOff + 9 * N);
    c22.intoArray(t, tOff + 10 * N);
    c23.intoArray(t, tOff + 11 * N);
  }
}
