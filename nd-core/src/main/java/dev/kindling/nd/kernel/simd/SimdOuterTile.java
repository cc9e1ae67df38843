package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost part of a product {@code C += Aᵀ B} whose factors both lie as [k, lanes], a vector a row: a sum of outer products.
 * All distances are constants, so that the JIT compiler takes the bounds checks out of the loop.
 */
final class SimdOuterTile {

  private SimdOuterTile() {}

  /** Rows of a tile of 1 or 2 vectors: a vector's lanes are a multiple of them, and the registers hold the sums. */
  static int rows(int vectors) {
    if (N == 16) {
      return vectors == 1 ? 16 : 8;
    }
    return vectors == 1 ? Math.min(N, 8) : 4;
  }

  /**
   * One tile.
   *
   * @param vectors 1 or 2
   * @param a row r of the tile is {@code a[aOff + l * N + r]}, l from 0 to k
   * @param b0 where the first vector lies, {@code b[b0 + l * N]}
   * @param b1 where the second one does
   * @param c [rows, vectors] is at {@code c[cOff]}, with rows that are {@code ldc} apart
   */
  static void tile(
      int vectors,
      int k,
      float[] a,
      int aOff,
      float[] b,
      int b0,
      int b1,
      float[] c,
      int cOff,
      int ldc) {
    switch (rows(vectors) * vectors) {
      case 16 -> {
        if (vectors == 2) {
          tile8x2(k, a, aOff, b, b0, b1, c, cOff, ldc);
        } else {
          tile16x1(k, a, aOff, b, b0, c, cOff, ldc);
        }
      }
      case 8 -> {
        if (vectors == 2) {
          tile4x2(k, a, aOff, b, b0, b1, c, cOff, ldc);
        } else {
          tile8x1(k, a, aOff, b, b0, c, cOff, ldc);
        }
      }
      default -> tile4x1(k, a, aOff, b, b0, c, cOff, ldc);
    }
  }

  private static void tile8x2(
      int k, float[] a, int aOff, float[] b, int b0, int b1, float[] c, int cOff, int ldc) {
    FloatVector c00 = FloatVector.fromArray(F, c, cOff);
    FloatVector c01 = FloatVector.fromArray(F, c, cOff + N);
    FloatVector c10 = FloatVector.fromArray(F, c, cOff + ldc);
    FloatVector c11 = FloatVector.fromArray(F, c, cOff + ldc + N);
    FloatVector c20 = FloatVector.fromArray(F, c, cOff + 2 * ldc);
    FloatVector c21 = FloatVector.fromArray(F, c, cOff + 2 * ldc + N);
    FloatVector c30 = FloatVector.fromArray(F, c, cOff + 3 * ldc);
    FloatVector c31 = FloatVector.fromArray(F, c, cOff + 3 * ldc + N);
    FloatVector c40 = FloatVector.fromArray(F, c, cOff + 4 * ldc);
    FloatVector c41 = FloatVector.fromArray(F, c, cOff + 4 * ldc + N);
    FloatVector c50 = FloatVector.fromArray(F, c, cOff + 5 * ldc);
    FloatVector c51 = FloatVector.fromArray(F, c, cOff + 5 * ldc + N);
    FloatVector c60 = FloatVector.fromArray(F, c, cOff + 6 * ldc);
    FloatVector c61 = FloatVector.fromArray(F, c, cOff + 6 * ldc + N);
    FloatVector c70 = FloatVector.fromArray(F, c, cOff + 7 * ldc);
    FloatVector c71 = FloatVector.fromArray(F, c, cOff + 7 * ldc + N);
    for (int l = 0; l < k; l++) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l * N);
      FloatVector y1 = FloatVector.fromArray(F, b, b1 + l * N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l * N]);
      c00 = x0.fma(y0, c00);
      c01 = x0.fma(y1, c01);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l * N + 1]);
      c10 = x1.fma(y0, c10);
      c11 = x1.fma(y1, c11);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l * N + 2]);
      c20 = x2.fma(y0, c20);
      c21 = x2.fma(y1, c21);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l * N + 3]);
      c30 = x3.fma(y0, c30);
      c31 = x3.fma(y1, c31);
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l * N + 4]);
      c40 = x4.fma(y0, c40);
      c41 = x4.fma(y1, c41);
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l * N + 5]);
      c50 = x5.fma(y0, c50);
      c51 = x5.fma(y1, c51);
      FloatVector x6 = FloatVector.broadcast(F, a[aOff + l * N + 6]);
      c60 = x6.fma(y0, c60);
      c61 = x6.fma(y1, c61);
      FloatVector x7 = FloatVector.broadcast(F, a[aOff + l * N + 7]);
      c70 = x7.fma(y0, c70);
      c71 = x7.fma(y1, c71);
    }
    c00.intoArray(c, cOff);
    c01.intoArray(c, cOff + N);
    c10.intoArray(c, cOff + ldc);
    c11.intoArray(c, cOff + ldc + N);
    c20.intoArray(c, cOff + 2 * ldc);
    c21.intoArray(c, cOff + 2 * ldc + N);
    c30.intoArray(c, cOff + 3 * ldc);
    c31.intoArray(c, cOff + 3 * ldc + N);
    c40.intoArray(c, cOff + 4 * ldc);
    c41.intoArray(c, cOff + 4 * ldc + N);
    c50.intoArray(c, cOff + 5 * ldc);
    c51.intoArray(c, cOff + 5 * ldc + N);
    c60.intoArray(c, cOff + 6 * ldc);
    c61.intoArray(c, cOff + 6 * ldc + N);
    c70.intoArray(c, cOff + 7 * ldc);
    c71.intoArray(c, cOff + 7 * ldc + N);
  }

  private static void tile4x2(
      int k, float[] a, int aOff, float[] b, int b0, int b1, float[] c, int cOff, int ldc) {
    FloatVector c00 = FloatVector.fromArray(F, c, cOff);
    FloatVector c01 = FloatVector.fromArray(F, c, cOff + N);
    FloatVector c10 = FloatVector.fromArray(F, c, cOff + ldc);
    FloatVector c11 = FloatVector.fromArray(F, c, cOff + ldc + N);
    FloatVector c20 = FloatVector.fromArray(F, c, cOff + 2 * ldc);
    FloatVector c21 = FloatVector.fromArray(F, c, cOff + 2 * ldc + N);
    FloatVector c30 = FloatVector.fromArray(F, c, cOff + 3 * ldc);
    FloatVector c31 = FloatVector.fromArray(F, c, cOff + 3 * ldc + N);
    for (int l = 0; l < k; l++) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l * N);
      FloatVector y1 = FloatVector.fromArray(F, b, b1 + l * N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l * N]);
      c00 = x0.fma(y0, c00);
      c01 = x0.fma(y1, c01);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l * N + 1]);
      c10 = x1.fma(y0, c10);
      c11 = x1.fma(y1, c11);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l * N + 2]);
      c20 = x2.fma(y0, c20);
      c21 = x2.fma(y1, c21);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l * N + 3]);
      c30 = x3.fma(y0, c30);
      c31 = x3.fma(y1, c31);
    }
    c00.intoArray(c, cOff);
    c01.intoArray(c, cOff + N);
    c10.intoArray(c, cOff + ldc);
    c11.intoArray(c, cOff + ldc + N);
    c20.intoArray(c, cOff + 2 * ldc);
    c21.intoArray(c, cOff + 2 * ldc + N);
    c30.intoArray(c, cOff + 3 * ldc);
    c31.intoArray(c, cOff + 3 * ldc + N);
  }

  private static void tile16x1(
      int k, float[] a, int aOff, float[] b, int b0, float[] c, int cOff, int ldc) {
    FloatVector c00 = FloatVector.fromArray(F, c, cOff);
    FloatVector c10 = FloatVector.fromArray(F, c, cOff + ldc);
    FloatVector c20 = FloatVector.fromArray(F, c, cOff + 2 * ldc);
    FloatVector c30 = FloatVector.fromArray(F, c, cOff + 3 * ldc);
    FloatVector c40 = FloatVector.fromArray(F, c, cOff + 4 * ldc);
    FloatVector c50 = FloatVector.fromArray(F, c, cOff + 5 * ldc);
    FloatVector c60 = FloatVector.fromArray(F, c, cOff + 6 * ldc);
    FloatVector c70 = FloatVector.fromArray(F, c, cOff + 7 * ldc);
    FloatVector c80 = FloatVector.fromArray(F, c, cOff + 8 * ldc);
    FloatVector c90 = FloatVector.fromArray(F, c, cOff + 9 * ldc);
    FloatVector c100 = FloatVector.fromArray(F, c, cOff + 10 * ldc);
    FloatVector c110 = FloatVector.fromArray(F, c, cOff + 11 * ldc);
    FloatVector c120 = FloatVector.fromArray(F, c, cOff + 12 * ldc);
    FloatVector c130 = FloatVector.fromArray(F, c, cOff + 13 * ldc);
    FloatVector c140 = FloatVector.fromArray(F, c, cOff + 14 * ldc);
    FloatVector c150 = FloatVector.fromArray(F, c, cOff + 15 * ldc);
    for (int l = 0; l < k; l++) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l * N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l * N]);
      c00 = x0.fma(y0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l * N + 1]);
      c10 = x1.fma(y0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l * N + 2]);
      c20 = x2.fma(y0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l * N + 3]);
      c30 = x3.fma(y0, c30);
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l * N + 4]);
      c40 = x4.fma(y0, c40);
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l * N + 5]);
      c50 = x5.fma(y0, c50);
      FloatVector x6 = FloatVector.broadcast(F, a[aOff + l * N + 6]);
      c60 = x6.fma(y0, c60);
      FloatVector x7 = FloatVector.broadcast(F, a[aOff + l * N + 7]);
      c70 = x7.fma(y0, c70);
      FloatVector x8 = FloatVector.broadcast(F, a[aOff + l * N + 8]);
      c80 = x8.fma(y0, c80);
      FloatVector x9 = FloatVector.broadcast(F, a[aOff + l * N + 9]);
      c90 = x9.fma(y0, c90);
      FloatVector x10 = FloatVector.broadcast(F, a[aOff + l * N + 10]);
      c100 = x10.fma(y0, c100);
      FloatVector x11 = FloatVector.broadcast(F, a[aOff + l * N + 11]);
      c110 = x11.fma(y0, c110);
      FloatVector x12 = FloatVector.broadcast(F, a[aOff + l * N + 12]);
      c120 = x12.fma(y0, c120);
      FloatVector x13 = FloatVector.broadcast(F, a[aOff + l * N + 13]);
      c130 = x13.fma(y0, c130);
      FloatVector x14 = FloatVector.broadcast(F, a[aOff + l * N + 14]);
      c140 = x14.fma(y0, c140);
      FloatVector x15 = FloatVector.broadcast(F, a[aOff + l * N + 15]);
      c150 = x15.fma(y0, c150);
    }
    c00.intoArray(c, cOff);
    c10.intoArray(c, cOff + ldc);
    c20.intoArray(c, cOff + 2 * ldc);
    c30.intoArray(c, cOff + 3 * ldc);
    c40.intoArray(c, cOff + 4 * ldc);
    c50.intoArray(c, cOff + 5 * ldc);
    c60.intoArray(c, cOff + 6 * ldc);
    c70.intoArray(c, cOff + 7 * ldc);
    c80.intoArray(c, cOff + 8 * ldc);
    c90.intoArray(c, cOff + 9 * ldc);
    c100.intoArray(c, cOff + 10 * ldc);
    c110.intoArray(c, cOff + 11 * ldc);
    c120.intoArray(c, cOff + 12 * ldc);
    c130.intoArray(c, cOff + 13 * ldc);
    c140.intoArray(c, cOff + 14 * ldc);
    c150.intoArray(c, cOff + 15 * ldc);
  }

  private static void tile8x1(
      int k, float[] a, int aOff, float[] b, int b0, float[] c, int cOff, int ldc) {
    FloatVector c00 = FloatVector.fromArray(F, c, cOff);
    FloatVector c10 = FloatVector.fromArray(F, c, cOff + ldc);
    FloatVector c20 = FloatVector.fromArray(F, c, cOff + 2 * ldc);
    FloatVector c30 = FloatVector.fromArray(F, c, cOff + 3 * ldc);
    FloatVector c40 = FloatVector.fromArray(F, c, cOff + 4 * ldc);
    FloatVector c50 = FloatVector.fromArray(F, c, cOff + 5 * ldc);
    FloatVector c60 = FloatVector.fromArray(F, c, cOff + 6 * ldc);
    FloatVector c70 = FloatVector.fromArray(F, c, cOff + 7 * ldc);
    for (int l = 0; l < k; l++) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l * N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l * N]);
      c00 = x0.fma(y0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l * N + 1]);
      c10 = x1.fma(y0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l * N + 2]);
      c20 = x2.fma(y0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l * N + 3]);
      c30 = x3.fma(y0, c30);
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l * N + 4]);
      c40 = x4.fma(y0, c40);
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l * N + 5]);
      c50 = x5.fma(y0, c50);
      FloatVector x6 = FloatVector.broadcast(F, a[aOff + l * N + 6]);
      c60 = x6.fma(y0, c60);
      FloatVector x7 = FloatVector.broadcast(F, a[aOff + l * N + 7]);
      c70 = x7.fma(y0, c70);
    }
    c00.intoArray(c, cOff);
    c10.intoArray(c, cOff + ldc);
    c20.intoArray(c, cOff + 2 * ldc);
    c30.intoArray(c, cOff + 3 * ldc);
    c40.intoArray(c, cOff + 4 * ldc);
    c50.intoArray(c, cOff + 5 * ldc);
    c60.intoArray(c, cOff + 6 * ldc);
    c70.intoArray(c, cOff + 7 * ldc);
  }

  private static void tile4x1(
      int k, float[] a, int aOff, float[] b, int b0, float[] c, int cOff, int ldc) {
    FloatVector c00 = FloatVector.fromArray(F, c, cOff);
    FloatVector c10 = FloatVector.fromArray(F, c, cOff + ldc);
    FloatVector c20 = FloatVector.fromArray(F, c, cOff + 2 * ldc);
    FloatVector c30 = FloatVector.fromArray(F, c, cOff + 3 * ldc);
    for (int l = 0; l < k; l++) {
      FloatVector y0 = FloatVector.fromArray(F, b, b0 + l * N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l * N]);
      c00 = x0.fma(y0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l * N + 1]);
      c10 = x1.fma(y0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l * N + 2]);
      c20 = x2.fma(y0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l * N + 3]);
      c30 = x3.fma(y0, c30);
    }
    c00.intoArray(c, cOff);
    c10.intoArray(c, cOff + ldc);
    c20.intoArray(c, cOff + 2 * ldc);
    c30.intoArray(c, cOff + 3 * ldc);
  }
}
