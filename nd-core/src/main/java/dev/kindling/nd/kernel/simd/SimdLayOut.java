package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.APART;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.LOW;
import static dev.kindling.nd.kernel.simd.Lanes.MEET;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Deals pixels out to where a convolution wants them: even and odd columns apart. Whole vectors are written, so that a row goes
 * beyond its end; what lies there belongs to rows that are written later. Where it doesn't, a row is written number by
 * number.
 */
final class SimdLayOut {

  /** Numbers that are moved one by one sooner than as a vector. */
  private static final int FEW = 2;

  private SimdLayOut() {}

  /** See {@link dev.kindling.nd.kernel.Kernels#takeTurns}. */
  static void takeTurns(
      int rows,
      int n,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float[] y,
      int yOff,
      int ldy) {
    for (int r = 0; r < rows; r++) {
      takeTurns(n, a, aOff + r * lda, b, bOff + r * ldb, y, yOff + r * ldy);
    }
  }

  private static void takeTurns(
      int n, float[] a, int aOff, float[] b, int bOff, float[] y, int yOff) {
    int i = 0;
    for (; i <= n - N; i += N) {
      LongVector even = FloatVector.fromArray(F, a, aOff + i).rearrange(MEET).reinterpretAsLongs();
      LongVector odd = FloatVector.fromArray(F, b, bOff + i).rearrange(MEET).reinterpretAsLongs();
      LongVector first = even.and(LOW).or(odd.lanewise(VectorOperators.LSHL, 32));
      LongVector last = even.lanewise(VectorOperators.LSHR, 32).or(odd.and(~LOW));
      first.reinterpretAsFloats().intoArray(y, yOff + 2 * i);
      last.reinterpretAsFloats().intoArray(y, yOff + 2 * i + N);
    }
    boolean readable = aOff + i + N <= a.length && bOff + i + N <= b.length;
    if (i <= n - N / 2 && readable) {
      LongVector even = FloatVector.fromArray(F, a, aOff + i).rearrange(MEET).reinterpretAsLongs();
      LongVector odd = FloatVector.fromArray(F, b, bOff + i).rearrange(MEET).reinterpretAsLongs();
      LongVector first = even.and(LOW).or(odd.lanewise(VectorOperators.LSHL, 32));
      first.reinterpretAsFloats().intoArray(y, yOff + 2 * i);
      i += N / 2;
    }
    for (; i < n; i++) {
      y[yOff + 2 * i] = a[aOff + i];
      y[yOff + 2 * i + 1] = b[bOff + i];
    }
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#everyOther}. */
  static void everyOther(
      int rows, int n, float[] x, int xOff, int ldx, float[] y, int yOff, int ldy, int end) {
    for (int r = 0; r < rows; r++) {
      everyOther(n, x, xOff + r * ldx, y, yOff + r * ldy, end);
    }
  }

  private static void everyOther(int n, float[] x, int xOff, float[] y, int yOff, int end) {
    int most = Math.min(end - yOff, (x.length - xOff) / 2);
    int i = 0;
    for (; i + FEW < n && i + N <= most; i += N) {
      FloatVector a = FloatVector.fromArray(F, x, xOff + 2 * i);
      FloatVector b = FloatVector.fromArray(F, x, xOff + 2 * i + N);
      LongVector low = a.reinterpretAsLongs().and(LOW);
      LongVector high = b.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 32);
      low.or(high).reinterpretAsFloats().rearrange(APART).intoArray(y, yOff + i);
    }
    for (; i < n; i++) {
      y[yOff + i] = x[xOff + 2 * i];
    }
  }
}
