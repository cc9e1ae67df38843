package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** Transposes a matrix, in blocks of as many rows and columns as a vector has lanes. */
final class SimdGemmTranspose {

  // Round s swaps the lanes whose number has bit s: upward by s lanes in one row, downward in the
  // other.
  private static final VectorShuffle<Float> UP8 = shifted(-8);
  private static final VectorShuffle<Float> UP4 = shifted(-4);
  private static final VectorShuffle<Float> UP2 = shifted(-2);
  private static final VectorShuffle<Float> UP1 = shifted(-1);
  private static final VectorShuffle<Float> DOWN8 = shifted(8);
  private static final VectorShuffle<Float> DOWN4 = shifted(4);
  private static final VectorShuffle<Float> DOWN2 = shifted(2);
  private static final VectorShuffle<Float> DOWN1 = shifted(1);
  private static final VectorMask<Float> HIGH8 = lanes(8);
  private static final VectorMask<Float> HIGH4 = lanes(4);
  private static final VectorMask<Float> HIGH2 = lanes(2);
  private static final VectorMask<Float> HIGH1 = lanes(1);
  private static final VectorMask<Float> LOW8 = HIGH8.not();
  private static final VectorMask<Float> LOW4 = HIGH4.not();
  private static final VectorMask<Float> LOW2 = HIGH2.not();
  private static final VectorMask<Float> LOW1 = HIGH1.not();

  private SimdGemmTranspose() {}

  private static VectorShuffle<Float> shifted(int by) {
    return VectorShuffle.fromOp(F, i -> (i + by) & (N - 1));
  }

  private static VectorMask<Float> lanes(int bit) {
    boolean[] set = new boolean[N];
    for (int i = 0; i < N; i++) {
      set[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(F, set, 0);
  }

  /** {@code d[j, i] = s[i, j]}: s is [rows, cols] with row stride lds, d [cols, rows] with row stride ldd. */
  static void run(float[] s, int sOff, int lds, int rows, int cols, float[] d, int dOff, int ldd) {
    if (N < 8 || rows < N || cols < N) {
      scalar(s, sOff, lds, rows, cols, d, dOff, ldd);
      return;
    }
    // The last blocks reach back over the ones before, rather than beyond the end.
    for (int row = 0; row < rows; row += N) {
      int i = Math.min(row, rows - N);
      for (int column = 0; column < cols; column += N) {
        int j = Math.min(column, cols - N);
        if (N == 16) {
          block16(s, sOff + i * lds + j, lds, d, dOff + j * ldd + i, ldd);
        } else {
          block8(s, sOff + i * lds + j, lds, d, dOff + j * ldd + i, ldd);
        }
      }
    }
  }

  private static void scalar(
      float[] s, int sOff, int lds, int rows, int cols, float[] d, int dOff, int ldd) {
    for (int i = 0; i < rows; i++) {
      int from = sOff + i * lds;
      int to = dOff + i;
      for (int j = 0; j < cols; j++) {
        d[to + j * ldd] = s[from + j];
      }
    }
  }

  /** One block of 16 x 16: log2(16) rounds that swap lanes between pairs of rows. */
  private static void block16(float[] s, int sOff, int lds, float[] d, int dOff, int ldd) {
    FloatVector a0 = FloatVector.fromArray(F, s, sOff);
    FloatVector a1 = FloatVector.fromArray(F, s, sOff + lds);
    FloatVector a2 = FloatVector.fromArray(F, s, sOff + 2 * lds);
    FloatVector a3 = FloatVector.fromArray(F, s, sOff + 3 * lds);
    FloatVector a4 = FloatVector.fromArray(F, s, sOff + 4 * lds);
    FloatVector a5 = FloatVector.fromArray(F, s, sOff + 5 * lds);
    FloatVector a6 = FloatVector.fromArray(F, s, sOff + 6 * lds);
    FloatVector a7 = FloatVector.fromArray(F, s, sOff + 7 * lds);
    FloatVector a8 = FloatVector.fromArray(F, s, sOff + 8 * lds);
    FloatVector a9 = FloatVector.fromArray(F, s, sOff + 9 * lds);
    FloatVector a10 = FloatVector.fromArray(F, s, sOff + 10 * lds);
    FloatVector a11 = FloatVector.fromArray(F, s, sOff + 11 * lds);
    FloatVector a12 = FloatVector.fromArray(F, s, sOff + 12 * lds);
    FloatVector a13 = FloatVector.fromArray(F, s, sOff + 13 * lds);
    FloatVector a14 = FloatVector.fromArray(F, s, sOff + 14 * lds);
    FloatVector a15 = FloatVector.fromArray(F, s, sOff + 15 * lds);
    FloatVector b0 = a0.blend(a8.rearrange(UP8), HIGH8);
    FloatVector b8 = a8.blend(a0.rearrange(DOWN8), LOW8);
    FloatVector b1 = a1.blend(a9.rearrange(UP8), HIGH8);
    FloatVector b9 = a9.blend(a1.rearrange(DOWN8), LOW8);
    FloatVector b2 = a2.blend(a10.rearrange(UP8), HIGH8);
    FloatVector b10 = a10.blend(a2.rearrange(DOWN8), LOW8);
    FloatVector b3 = a3.blend(a11.rearrange(UP8), HIGH8);
    FloatVector b11 = a11.blend(a3.rearrange(DOWN8), LOW8);
    FloatVector b4 = a4.blend(a12.rearrange(UP8), HIGH8);
    FloatVector b12 = a12.blend(a4.rearrange(DOWN8), LOW8);
    FloatVector b5 = a5.blend(a13.rearrange(UP8), HIGH8);
    FloatVector b13 = a13.blend(a5.rearrange(DOWN8), LOW8);
    FloatVector b6 = a6.blend(a14.rearrange(UP8), HIGH8);
    FloatVector b14 = a14.blend(a6.rearrange(DOWN8), LOW8);
    FloatVector b7 = a7.blend(a15.rearrange(UP8), HIGH8);
    FloatVector b15 = a15.blend(a7.rearrange(DOWN8), LOW8);
    FloatVector c0 = b0.blend(b4.rearrange(UP4), HIGH4);
    FloatVector c4 = b4.blend(b0.rearrange(DOWN4), LOW4);
    FloatVector c1 = b1.blend(b5.rearrange(UP4), HIGH4);
    FloatVector c5 = b5.blend(b1.rearrange(DOWN4), LOW4);
    FloatVector c2 = b2.blend(b6.rearrange(UP4), HIGH4);
    FloatVector c6 = b6.blend(b2.rearrange(DOWN4), LOW4);
    FloatVector c3 = b3.blend(b7.rearrange(UP4), HIGH4);
    FloatVector c7 = b7.blend(b3.rearrange(DOWN4), LOW4);
    FloatVector c8 = b8.blend(b12.rearrange(UP4), HIGH4);
    FloatVector c12 = b12.blend(b8.rearrange(DOWN4), LOW4);
    FloatVector c9 = b9.blend(b13.rearrange(UP4), HIGH4);
    FloatVector c13 = b13.blend(b9.rearrange(DOWN4), LOW4);
    FloatVector c10 = b10.blend(b14.rearrange(UP4), HIGH4);
    FloatVector c14 = b14.blend(b10.rearrange(DOWN4), LOW4);
    FloatVector c11 = b11.blend(b15.rearrange(UP4), HIGH4);
    FloatVector c15 = b15.blend(b11.rearrange(DOWN4), LOW4);
    FloatVector d0 = c0.blend(c2.rearrange(UP2), HIGH2);
    FloatVector d2 = c2.blend(c0.rearrange(DOWN2), LOW2);
    FloatVector d1 = c1.blend(c3.rearrange(UP2), HIGH2);
    FloatVector d3 = c3.blend(c1.rearrange(DOWN2), LOW2);
    FloatVector d4 = c4.blend(c6.rearrange(UP2), HIGH2);
    FloatVector d6 = c6.blend(c4.rearrange(DOWN2), LOW2);
    FloatVector d5 = c5.blend(c7.rearrange(UP2), HIGH2);
    FloatVector d7 = c7.blend(c5.rearrange(DOWN2), LOW2);
    FloatVector d8 = c8.blend(c10.rearrange(UP2), HIGH2);
    FloatVector d10 = c10.blend(c8.rearrange(DOWN2), LOW2);
    FloatVector d9 = c9.blend(c11.rearrange(UP2), HIGH2);
    FloatVector d11 = c11.blend(c9.rearrange(DOWN2), LOW2);
    FloatVector d12 = c12.blend(c14.rearrange(UP2), HIGH2);
    FloatVector d14 = c14.blend(c12.rearrange(DOWN2), LOW2);
    FloatVector d13 = c13.blend(c15.rearrange(UP2), HIGH2);
    FloatVector d15 = c15.blend(c13.rearrange(DOWN2), LOW2);
    FloatVector e0 = d0.blend(d1.rearrange(UP1), HIGH1);
    FloatVector e1 = d1.blend(d0.rearrange(DOWN1), LOW1);
    FloatVector e2 = d2.blend(d3.rearrange(UP1), HIGH1);
    FloatVector e3 = d3.blend(d2.rearrange(DOWN1), LOW1);
    FloatVector e4 = d4.blend(d5.rearrange(UP1), HIGH1);
    FloatVector e5 = d5.blend(d4.rearrange(DOWN1), LOW1);
    FloatVector e6 = d6.blend(d7.rearrange(UP1), HIGH1);
    FloatVector e7 = d7.blend(d6.rearrange(DOWN1), LOW1);
    FloatVector e8 = d8.blend(d9.rearrange(UP1), HIGH1);
    FloatVector e9 = d9.blend(d8.rearrange(DOWN1), LOW1);
    FloatVector e10 = d10.blend(d11.rearrange(UP1), HIGH1);
    FloatVector e11 = d11.blend(d10.rearrange(DOWN1), LOW1);
    FloatVector e12 = d12.blend(d13.rearrange(UP1), HIGH1);
    FloatVector e13 = d13.blend(d12.rearrange(DOWN1), LOW1);
    FloatVector e14 = d14.blend(d15.rearrange(UP1), HIGH1);
    FloatVector e15 = d15.blend(d14.rearrange(DOWN1), LOW1);
    e0.intoArray(d, dOff);
    e1.intoArray(d, dOff + ldd);
    e2.intoArray(d, dOff + 2 * ldd);
    e3.intoArray(d, dOff + 3 * ldd);
    e4.intoArray(d, dOff + 4 * ldd);
    e5.intoArray(d, dOff + 5 * ldd);
    e6.intoArray(d, dOff + 6 * ldd);
    e7.intoArray(d, dOff + 7 * ldd);
    e8.intoArray(d, dOff + 8 * ldd);
    e9.intoArray(d, dOff + 9 * ldd);
    e10.intoArray(d, dOff + 10 * ldd);
    e11.intoArray(d, dOff + 11 * ldd);
    e12.intoArray(d, dOff + 12 * ldd);
    e13.intoArray(d, dOff + 13 * ldd);
    e14.intoArray(d, dOff + 14 * ldd);
    e15.intoArray(d, dOff + 15 * ldd);
  }

  /** One block of 8 x 8: log2(8) rounds that swap lanes between pairs of rows. */
  private static void block8(float[] s, int sOff, int lds, float[] d, int dOff, int ldd) {
    FloatVector a0 = FloatVector.fromArray(F, s, sOff);
    FloatVector a1 = FloatVector.fromArray(F, s, sOff + lds);
    FloatVector a2 = FloatVector.fromArray(F, s, sOff + 2 * lds);
    FloatVector a3 = FloatVector.fromArray(F, s, sOff + 3 * lds);
    FloatVector a4 = FloatVector.fromArray(F, s, sOff + 4 * lds);
    FloatVector a5 = FloatVector.fromArray(F, s, sOff + 5 * lds);
    FloatVector a6 = FloatVector.fromArray(F, s, sOff + 6 * lds);
    FloatVector a7 = FloatVector.fromArray(F, s, sOff + 7 * lds);
    FloatVector b0 = a0.blend(a4.rearrange(UP4), HIGH4);
    FloatVector b4 = a4.blend(a0.rearrange(DOWN4), LOW4);
    FloatVector b1 = a1.blend(a5.rearrange(UP4), HIGH4);
    FloatVector b5 = a5.blend(a1.rearrange(DOWN4), LOW4);
    FloatVector b2 = a2.blend(a6.rearrange(UP4), HIGH4);
    FloatVector b6 = a6.blend(a2.rearrange(DOWN4), LOW4);
    FloatVector b3 = a3.blend(a7.rearrange(UP4), HIGH4);
    FloatVector b7 = a7.blend(a3.rearrange(DOWN4), LOW4);
    FloatVector c0 = b0.blend(b2.rearrange(UP2), HIGH2);
    FloatVector c2 = b2.blend(b0.rearrange(DOWN2), LOW2);
    FloatVector c1 = b1.blend(b3.rearrange(UP2), HIGH2);
    FloatVector c3 = b3.blend(b1.rearrange(DOWN2), LOW2);
    FloatVector c4 = b4.blend(b6.rearrange(UP2), HIGH2);
    FloatVector c6 = b6.blend(b4.rearrange(DOWN2), LOW2);
    FloatVector c5 = b5.blend(b7.rearrange(UP2), HIGH2);
    FloatVector c7 = b7.blend(b5.rearrange(DOWN2), LOW2);
    FloatVector d0 = c0.blend(c1.rearrange(UP1), HIGH1);
    FloatVector d1 = c1.blend(c0.rearrange(DOWN1), LOW1);
    FloatVector d2 = c2.blend(c3.rearrange(UP1), HIGH1);
    FloatVector d3 = c3.blend(c2.rearrange(DOWN1), LOW1);
    FloatVector d4 = c4.blend(c5.rearrange(UP1), HIGH1);
    FloatVector d5 = c5.blend(c4.rearrange(DOWN1), LOW1);
    FloatVector d6 = c6.blend(c7.rearrange(UP1), HIGH1);
    FloatVector d7 = c7.blend(c6.rearrange(DOWN1), LOW1);
    d0.intoArray(d, dOff);
    d1.intoArray(d, dOff + ldd);
    d2.intoArray(d, dOff + 2 * ldd);
    d3.intoArray(d, dOff + 3 * ldd);
    d4.intoArray(d, dOff + 4 * ldd);
    d5.intoArray(d, dOff + 5 * ldd);
    d6.intoArray(d, dOff + 6 * ldd);
    d7.intoArray(d, dOff + 7 * ldd);
  }
}
