package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile for 32 vector registers (AVX-512, NEON): 5 rows by 1 to 4 vectors, so 20 accumulators, 4 vectors of
 * B and one broadcast element of A. A tile that needs more than about 24 accumulators spills on JDK 25.
 */
final class SimdGemmTile5x4 extends SimdGemmTile {

  SimdGemmTile5x4() {
    super(5, 4);
  }

  @Override
  void tile(int vectors, int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    switch (vectors) {
      case 1 -> tile1(k, a, aOff, b, bOff, t, tOff);
      case 2 -> tile2(k, a, aOff, b, bOff, t, tOff);
      case 3 -> tile3(k, a, aOff, b, bOff, t, tOff);
      default -> tile4(k, a, aOff, b, bOff, t, tOff);
    }
  }

  private static void tile1(int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c40 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bOff + l * N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l]);
      c00 = x0.fma(b0, c00);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l + ROW]);
      c10 = x1.fma(b0, c10);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l + 2 * ROW]);
      c20 = x2.fma(b0, c20);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l + 3 * ROW]);
      c30 = x3.fma(b0, c30);
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l + 4 * ROW]);
      c40 = x4.fma(b0, c40);
    }
    c00.intoArray(t, tOff);
    c10.intoArray(t, tOff + N);
    c20.intoArray(t, tOff + 2 * N);
    c30.intoArray(t, tOff + 3 * N);
    c40.intoArray(t, tOff + 4 * N);
  }

  private static void tile2(int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c11 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c21 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c31 = FloatVector.zero(F);
    FloatVector c40 = FloatVector.zero(F);
    FloatVector c41 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bOff + l * (2 * N));
      FloatVector b1 = FloatVector.fromArray(F, b, bOff + l * (2 * N) + N);
      FloatVector x0 = FloatVector.broadcast(F, a[aOff + l]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(F, a[aOff + l + ROW]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(F, a[aOff + l + 2 * ROW]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(F, a[aOff + l + 3 * ROW]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(F, a[aOff + l + 4 * ROW]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
    }
    c00.intoArray(t, tOff);
    c01.intoArray(t, tOff + N);
    c10.intoArray(t, tOff + 2 * N);
    c11.intoArray(t, tOff + 3 * N);
    c20.intoArray(t, tOff + 4 * N);
    c21.intoArray(t, tOff + 5 * N);
    c30.intoArray(t, tOff + 6 * N);
    c31.intoArray(t, tOff + 7 * N);
    c40.intoArray(t, tOff + 8 * N);
    c41.intoArray(t, tOff + 9 * N);
  }

  private static void tile3(int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c01 = FloatVector.zero(F);
    FloatVector c02 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c11 = FloatVector.zero(F);
    FloatVector c12 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c21 = FloatVector.zero(F);
    FloatVector c22 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c31 = FloatVector.zero(F);
    FloatVector c32 = FloatVector.zero(F);
    FloatVector c40 = FloatVector.zero(F);
    FloatVector c41 = FloatVector.zero(F);
    FloatVector c42 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bOff + l * (3 * N));
      FloatVector b1 = FloatVector.fromArray(F, b, bOff + l * (3 * N) + N);
      FloatVector b2 = FloatVector.fromArray(F, b, bOff + l * (3 * N) + 2 * N);
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
  }

  private static void tile4(int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
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
    FloatVector c40 = FloatVector.zero(F);
    FloatVector c41 = FloatVector.zero(F);
    FloatVector c42 = FloatVector.zero(F);
    FloatVector c43 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bOff + l * (4 * N));
      FloatVector b1 = FloatVector.fromArray(F, b, bOff + l * (4 * N) + N);
      FloatVector b2 = FloatVector.fromArray(F, b, bOff + l * (4 * N) + 2 * N);
      FloatVector b3 = FloatVector.fromArray(F, b, bOff + l * (4 * N) + 3 * N);
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
  }

  @Override
  void tileInPlace(
      int height, int k, float[] a, int aOff, int lda, float[] b, int bOff, float[] t, int tOff) {
    int last = height - 1;
    int a0 = aOff;
    int a1 = aOff + Math.min(1, last) * lda;
    int a2 = aOff + Math.min(2, last) * lda;
    int a3 = aOff + Math.min(3, last) * lda;
    int a4 = aOff + Math.min(4, last) * lda;
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
    FloatVector c40 = FloatVector.zero(F);
    FloatVector c41 = FloatVector.zero(F);
    FloatVector c42 = FloatVector.zero(F);
    FloatVector c43 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bOff + l * (4 * N));
      FloatVector b1 = FloatVector.fromArray(F, b, bOff + l * (4 * N) + N);
      FloatVector b2 = FloatVector.fromArray(F, b, bOff + l * (4 * N) + 2 * N);
      FloatVector b3 = FloatVector.fromArray(F, b, bOff + l * (4 * N) + 3 * N);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + l]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c02 = x0.fma(b2, c02);
      c03 = x0.fma(b3, c03);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + l]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c12 = x1.fma(b2, c12);
      c13 = x1.fma(b3, c13);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + l]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c22 = x2.fma(b2, c22);
      c23 = x2.fma(b3, c23);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + l]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      c32 = x3.fma(b2, c32);
      c33 = x3.fma(b3, c33);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + l]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      c42 = x4.fma(b2, c42);
      c43 = x4.fma(b3, c43);
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
  }
}
