package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.SimdGemmTile.ROW;

import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link SimdWindowRows}: some rows of weights times what lies under some vectors of pixels. Most of these vectors lie
 * across two cache lines and take twice as long to load, so a tile has as many rows as the registers hold sums for.
 */
final class SimdWindowTile {

  private SimdWindowTile() {}

  /** Vectors of pixels in a tile of 4, 6 or 8 rows. */
  static int vectors(int rows) {
    return rows == 8 ? 3 : 4;
  }

  /**
   * A tile.
   *
   * @param rows 4, 6 or 8
   * @param k taps
   * @param a the first row of weights begins at {@code a[aOff]}, the next ones each {@link SimdGemmTile#ROW} further
   * @param places of the taps, from {@code places[first]} on
   * @param p0 where the first vector of pixels lies, from the tap's place on; p1 to p3 the same of the other vectors
   * @param t gets the sums, row by row, from {@code t[tOff]} on
   */
  static void tile(
      int rows,
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
    switch (rows) {
      case 4 -> tile4x4(k, a, aOff, x, places, first, p0, p1, p2, p3, t, tOff);
      case 6 -> tile6x4(k, a, aOff, x, places, first, p0, p1, p2, p3, t, tOff);
      default -> tile8x3(k, a, aOff, x, places, first, p0, p1, p2, t, tOff);
    }
  }

  private static void tile4x4(
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
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c03 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c13 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c23 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c33 = c00;
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

  private static void tile6x4(
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
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c03 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c13 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c23 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c33 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c42 = c00;
    FloatVector c43 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c52 = c00;
    FloatVector c53 = c00;
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
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l + 4 * ROW]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l + 5 * ROW]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      c52 = x5.fma(b2, c52);
      c53 = x5.fma(b3, c53);
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
    c40.intoArray(t, tOff + 16 * N);
    c41.intoArray(t, tOff + 17 * N);
    c42.intoArray(t, tOff + 18 * N);
    c43.intoArray(t, tOff + 19 * N);
    c50.intoArray(t, tOff + 20 * N);
    c51.intoArray(t, tOff + 21 * N);
    c52.intoArray(t, tOff + 22 * N);
    c53.intoArray(t, tOff + 23 * N);
  }

  private static void tile8x3(
      int k,
      float[] a,
      int aOff,
      float[] x,
      int[] places,
      int first,
      int p0,
      int p1,
      int p2,
      float[] t,
      int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c42 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c52 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c62 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    FloatVector c72 = c00;
    for (int l = 0; l < k; l++) {
      int at = places[first + l];
      FloatVector b0 = FloatVector.fromArray(F, x, p0 + at);
      FloatVector b1 = FloatVector.fromArray(F, x, p1 + at);
      FloatVector b2 = FloatVector.fromArray(F, x, p2 + at);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l + ROW]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l + 2 * ROW]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l + 3 * ROW]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l + 4 * ROW]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l + 5 * ROW]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      c52 = x5.fma(b2, c52);
      FloatVector x6 = FloatVector.broadcast(F, a[aOff + l + 6 * ROW]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      c62 = x6.fma(b2, c62);
      FloatVector x7 = FloatVector.broadcast(F, a[aOff + l + 7 * ROW]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
      c72 = x7.fma(b2, c72);
    }
    c00.intoArray(t, tOff);
    c01.intoArray(t, tOff + N);
    c02.intoArray(t, tOff + 2 * N);
    c10.intoArray(t, tOff + 3 * N);
    c11.intoArray(t, tOff + 4 * N);
    c12.intoArray(t, tOff + 5 * N);
    c20.intoArray(t, tOff + 6 * N);
    c21.intoArray(t, tOff + 7 * N);
    c22.intoArray(t, tOff + 8 * N);
    c30.intoArray(t, tOff + 9 * N);
    c31.intoArray(t, tOff + 10 * N);
    c32.intoArray(t, tOff + 11 * N);
    c40.intoArray(t, tOff + 12 * N);
    c41.intoArray(t, tOff + 13 * N);
    c42.intoArray(t, tOff + 14 * N);
    c50.intoArray(t, tOff + 15 * N);
    c51.intoArray(t, tOff + 16 * N);
    c52.intoArray(t, tOff + 17 * N);
    c60.intoArray(t, tOff + 18 * N);
    c61.intoArray(t, tOff + 19 * N);
    c62.intoArray(t, tOff + 20 * N);
    c70.intoArray(t, tOff + 21 * N);
    c71.intoArray(t, tOff + 22 * N);
    c72.intoArray(t, tOff + 23 * N);
  }
}
