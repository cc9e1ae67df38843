package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile for 16 vector registers (AVX2): 6 rows by 1 or 2 vectors, so 12 accumulators, 2 vectors of B and
 * one broadcast element of A.
 */
final class SimdGemmTile6x2 extends SimdGemmTile {

  SimdGemmTile6x2() {
    super(6, 2);
  }

  @Override
  void tile(int vectors, int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    switch (vectors) {
      case 1 -> tile1(k, a, aOff, b, bOff, t, tOff);
      default -> tile2(k, a, aOff, b, bOff, t, tOff);
    }
  }

  private static void tile1(int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff) {
    FloatVector c00 = FloatVector.zero(F);
    FloatVector c10 = FloatVector.zero(F);
    FloatVector c20 = FloatVector.zero(F);
    FloatVector c30 = FloatVector.zero(F);
    FloatVector c40 = FloatVector.zero(F);
    FloatVector c50 = FloatVector.zero(F);
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
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l + 5 * ROW]);
      c50 = x5.fma(b0, c50);
    }
    c00.intoArray(t, tOff);
    c10.intoArray(t, tOff + N);
    c20.intoArray(t, tOff + 2 * N);
    c30.intoArray(t, tOff + 3 * N);
    c40.intoArray(t, tOff + 4 * N);
    c50.intoArray(t, tOff + 5 * N);
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
    FloatVector c50 = FloatVector.zero(F);
    FloatVector c51 = FloatVector.zero(F);
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
      FloatVector x5 = FloatVector.broadcast(F, a[aOff + l + 5 * ROW]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
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
    c50.intoArray(t, tOff + 10 * N);
    c51.intoArray(t, tOff + 11 * N);
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
    int a5 = aOff + Math.min(5, last) * lda;
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
    FloatVector c50 = FloatVector.zero(F);
    FloatVector c51 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector b0 = FloatVector.fromArray(F, b, bOff + l * (2 * N));
      FloatVector b1 = FloatVector.fromArray(F, b, bOff + l * (2 * N) + N);
      FloatVector x0 = FloatVector.broadcast(F, a[a0 + l]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = FloatVector.broadcast(F, a[a1 + l]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = FloatVector.broadcast(F, a[a2 + l]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = FloatVector.broadcast(F, a[a3 + l]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = FloatVector.broadcast(F, a[a4 + l]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = FloatVector.broadcast(F, a[a5 + l]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
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
    c50.intoArray(t, tOff + 10 * N);
    c51.intoArray(t, tOff + 11 * N);
  }
}
