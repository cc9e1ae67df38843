package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.SimdGemmTile.ROW;

import jdk.incubator.vector.FloatVector;

/**
 * A tile of a matrix product that is one vector wide: with as many rows as even AVX2 has registers for, since fewer would wait for
 * each other's sums. What else there is to say, {@link SimdGemmTile} says.
 */
final class SimdColumnTile {

  /** Rows of the tile. */
  static final int ROWS = 12;

  private SimdColumnTile() {}

  /**
   * Computes {@code T = A * B} for one tile.
   *
   * @param a the first of {@value #ROWS} rows is at {@code a[aOff]}, the next ones each {@link SimdGemmTile#ROW} further
   * @param b B [k, N], contiguous
   * @param t T [{@value #ROWS}, N], contiguous
   */
  static void tile(int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    FloatVector c0 = FloatVector.zero(F);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    FloatVector c8 = c0;
    FloatVector c9 = c0;
    FloatVector c10 = c0;
    FloatVector c11 = c0;
    for (int l = 0; l < k; l++) {
      FloatVector y = FloatVector.fromArray(F, b, bOff + l * N);
      c0 = FloatVector.broadcast(F, a[aOff + l]).fma(y, c0);
      c1 = FloatVector.broadcast(F, a[aOff + l + ROW]).fma(y, c1);
      c2 = FloatVector.broadcast(F, a[aOff + l + 2 * ROW]).fma(y, c2);
      c3 = FloatVector.broadcast(F, a[aOff + l + 3 * ROW]).fma(y, c3);
      c4 = FloatVector.broadcast(F, a[aOff + l + 4 * ROW]).fma(y, c4);
      c5 = FloatVector.broadcast(F, a[aOff + l + 5 * ROW]).fma(y, c5);
      c6 = FloatVector.broadcast(F, a[aOff + l + 6 * ROW]).fma(y, c6);
      c7 = FloatVector.broadcast(F, a[aOff + l + 7 * ROW]).fma(y, c7);
      c8 = FloatVector.broadcast(F, a[aOff + l + 8 * ROW]).fma(y, c8);
      c9 = FloatVector.broadcast(F, a[aOff + l + 9 * ROW]).fma(y, c9);
      c10 = FloatVector.broadcast(F, a[aOff + l + 10 * ROW]).fma(y, c10);
      c11 = FloatVector.broadcast(F, a[aOff + l + 11 * ROW]).fma(y, c11);
    }
    c0.intoArray(t, tOff);
    c1.intoArray(t, tOff + N);
    c2.intoArray(t, tOff + 2 * N);
    c3.intoArray(t, tOff + 3 * N);
    c4.intoArray(t, tOff + 4 * N);
    c5.intoArray(t, tOff + 5 * N);
    c6.intoArray(t, tOff + 6 * N);
    c7.intoArray(t, tOff + 7 * N);
    c8.intoArray(t, tOff + 8 * N);
    c9.intoArray(t, tOff + 9 * N);
    c10.intoArray(t, tOff + 10 * N);
    c11.intoArray(t, tOff + 11 * N);
  }
}
