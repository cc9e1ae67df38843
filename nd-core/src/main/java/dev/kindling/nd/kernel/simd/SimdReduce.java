package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.D;
import static dev.kindling.nd.kernel.simd.Lanes.D_EIGHTH;
import static dev.kindling.nd.kernel.simd.Lanes.D_HALF;
import static dev.kindling.nd.kernel.simd.Lanes.D_QUARTER;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.HALF;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions. Floats are widened to doubles before they are added: at the speed of memory, and exact. Lanes are added up
 * in a fixed order, since {@code reduceLanes} leaves the order of additions open: code could add up to something else
 * before and after it is compiled.
 *
 * <p>A running sum is an argument of vector operations, never what they are called on. Where a loop's passes meet, the
 * JIT compiler knows a variable's declared class alone, and a call on it may be left as a call that makes objects; an
 * argument is compared with the class of the vector that it is added to, and known from there on. All is written out for
 * the same reason: a method that takes or returns vectors may not be inlined.
 */
final class SimdReduce {

  private SimdReduce() {}

  static double sum(float[] x, int xOff, int n) {
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    for (; i <= n - 2 * N; i += 2 * N) {
      FloatVector v0 = fromArray(F, x, xOff + i);
      s0 = ((DoubleVector) v0.convertShape(F2D, D, 0)).add(s0);
      s1 = ((DoubleVector) v0.rearrange(HALF).convertShape(F2D, D, 0)).add(s1);
      FloatVector v1 = fromArray(F, x, xOff + i + N);
      s2 = ((DoubleVector) v1.convertShape(F2D, D, 0)).add(s2);
      s3 = ((DoubleVector) v1.rearrange(HALF).convertShape(F2D, D, 0)).add(s3);
    }
    for (; i <= n - N; i += N) {
      FloatVector v0 = fromArray(F, x, xOff + i);
      s0 = ((DoubleVector) v0.convertShape(F2D, D, 0)).add(s0);
      s1 = ((DoubleVector) v0.rearrange(HALF).convertShape(F2D, D, 0)).add(s1);
    }
    s0 = DoubleVector.zero(D).add(s0).add(s1).add(s2).add(s3);
    s0 = s0.add(s0.rearrange(D_HALF));
    if (N >= 8) {
      s0 = s0.add(s0.rearrange(D_QUARTER));
    }
    if (N >= 16) {
      s0 = s0.add(s0.rearrange(D_EIGHTH));
    }
    double sum = s0.lane(0);
    for (; i < n; i++) {
      sum += x[xOff + i];
    }
    return sum;
  }

  static double sumOfSquares(float[] x, int xOff, float center, int n) {
    DoubleVector c = DoubleVector.broadcast(D, center);
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = s0;
    int end = F.loopBound(n);
    int i = 0;
    for (; i < Math.min(end, x.length - xOff - N / 2 - N + 1); i += N) {
      DoubleVector d0 = ((DoubleVector) fromArray(F, x, xOff + i).convertShape(F2D, D, 0)).sub(c);
      DoubleVector d1 =
          ((DoubleVector) fromArray(F, x, xOff + i + N / 2).convertShape(F2D, D, 0)).sub(c);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
    }
    for (; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      DoubleVector d0 = ((DoubleVector) v.convertShape(F2D, D, 0)).sub(c);
      DoubleVector d1 = ((DoubleVector) v.rearrange(HALF).convertShape(F2D, D, 0)).sub(c);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
    }
    s0 = DoubleVector.zero(D).add(s0).add(s1);
    s0 = s0.add(s0.rearrange(D_HALF));
    if (N >= 8) {
      s0 = s0.add(s0.rearrange(D_QUARTER));
    }
    if (N >= 16) {
      s0 = s0.add(s0.rearrange(D_EIGHTH));
    }
    double sum = s0.lane(0);
    for (; i < n; i++) {
      double d = x[xOff + i] - (double) center;
      sum = Math.fma(d, d, sum);
    }
    return sum;
  }

  static double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = s0;
    DoubleVector s2 = s0;
    DoubleVector s3 = s0;
    int i = 0;
    // The two pairs of sums take turns by changing names: written out twice, the method would have
    // more vector operations than the compiler inlines.
    int end = Math.min(n, Math.min(a.length - aOff, b.length - bOff) - N / 2);
    for (; i <= end - N; i += N) {
      // The second half of a vector is loaded as the first of another: to rearrange lanes takes
      // longer.
      DoubleVector v0 = (DoubleVector) fromArray(F, a, aOff + i).convertShape(F2D, D, 0);
      DoubleVector t0 = v0.fma(fromArray(F, b, bOff + i).convertShape(F2D, D, 0), s0);
      DoubleVector v1 = (DoubleVector) fromArray(F, a, aOff + i + N / 2).convertShape(F2D, D, 0);
      DoubleVector t1 = v1.fma(fromArray(F, b, bOff + i + N / 2).convertShape(F2D, D, 0), s1);
      s0 = s2;
      s1 = s3;
      s2 = t0;
      s3 = t1;
    }
    for (; i <= n - N; i += N) {
      FloatVector v = fromArray(F, a, aOff + i);
      FloatVector w = fromArray(F, b, bOff + i);
      DoubleVector t0 =
          ((DoubleVector) v.convertShape(F2D, D, 0)).fma(w.convertShape(F2D, D, 0), s0);
      DoubleVector t1 =
          ((DoubleVector) v.rearrange(HALF).convertShape(F2D, D, 0))
              .fma(w.rearrange(HALF).convertShape(F2D, D, 0), s1);
      s0 = s2;
      s1 = s3;
      s2 = t0;
      s3 = t1;
    }
    if (n / N % 2 == 1) {
      DoubleVector t0 = s0;
      DoubleVector t1 = s1;
      s0 = s2;
      s1 = s3;
      s2 = t0;
      s3 = t1;
    }
    s0 = DoubleVector.zero(D).add(s0).add(s1).add(s2).add(s3);
    s0 = s0.add(s0.rearrange(D_HALF));
    if (N >= 8) {
      s0 = s0.add(s0.rearrange(D_QUARTER));
    }
    if (N >= 16) {
      s0 = s0.add(s0.rearrange(D_EIGHTH));
    }
    double sum = s0.lane(0);
    for (; i < n; i++) {
      sum = Math.fma((double) a[aOff + i], b[bOff + i], sum);
    }
    return sum;
  }

  static float max(float[] x, int xOff, int n) {
    FloatVector m0 = broadcast(F, Float.NEGATIVE_INFINITY);
    FloatVector m1 = m0;
    FloatVector m2 = m0;
    FloatVector m3 = m0;
    FloatVector m4 = m0;
    FloatVector m5 = m0;
    FloatVector m6 = m0;
    FloatVector m7 = m0;
    int i = 0;
    for (; i <= n - 8 * N; i += 8 * N) {
      m0 = fromArray(F, x, xOff + i).max(m0);
      m1 = fromArray(F, x, xOff + i + N).max(m1);
      m2 = fromArray(F, x, xOff + i + 2 * N).max(m2);
      m3 = fromArray(F, x, xOff + i + 3 * N).max(m3);
      m4 = fromArray(F, x, xOff + i + 4 * N).max(m4);
      m5 = fromArray(F, x, xOff + i + 5 * N).max(m5);
      m6 = fromArray(F, x, xOff + i + 6 * N).max(m6);
      m7 = fromArray(F, x, xOff + i + 7 * N).max(m7);
    }
    for (; i <= n - N; i += N) {
      m0 = fromArray(F, x, xOff + i).max(m0);
    }
    m0 = broadcast(F, Float.NEGATIVE_INFINITY).max(m0).max(m1).max(m2).max(m3);
    float max = m0.max(m4).max(m5).max(m6).max(m7).reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      max = Math.max(max, x[xOff + i]);
    }
    return max;
  }

  /** As many columns as fill vectors; returns how many. The order of additions is the plain one. */
  static int columnSums(
      float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff) {
    int end = F.loopBound(cols);
    for (int j = 0; j < end; j += N) {
      columnSums(x, xOff + j, ld, rows, beta, y, yOff + j);
    }
    return end;
  }

  private static void columnSums(
      float[] x, int xOff, int ld, int rows, float beta, float[] y, int yOff) {
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = s0;
    for (int i = 0; i < rows; i++) {
      FloatVector v = fromArray(F, x, xOff + i * ld);
      s0 = ((DoubleVector) v.convertShape(F2D, D, 0)).add(s0);
      s1 = ((DoubleVector) v.rearrange(HALF).convertShape(F2D, D, 0)).add(s1);
    }
    if (beta != 0) {
      FloatVector old = fromArray(F, y, yOff);
      DoubleVector betas = DoubleVector.broadcast(D, beta);
      s0 = betas.fma(old.convertShape(F2D, D, 0), s0);
      s1 = betas.fma(old.rearrange(HALF).convertShape(F2D, D, 0), s1);
    }
    s0 = DoubleVector.zero(D).add(s0);
    s1 = DoubleVector.zero(D).add(s1);
    IntVector low = ((FloatVector) s0.convertShape(D2F, F, 0)).reinterpretAsInts();
    FloatVector high = (FloatVector) s1.convertShape(D2F, F, 0);
    low.or(high.rearrange(HALF).reinterpretAsInts()).reinterpretAsFloats().intoArray(y, yOff);
  }

  /** As many columns as fill vectors; returns how many. The order of additions is the plain one. */
  static int columnDots(
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      int rows,
      int cols,
      float beta,
      float[] y,
      int yOff) {
    int end = F.loopBound(cols);
    for (int j = 0; j < end; j += N) {
      columnDots(a, aOff + j, lda, b, bOff + j, ldb, rows, beta, y, yOff + j);
    }
    return end;
  }

  private static void columnDots(
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      int rows,
      float beta,
      float[] y,
      int yOff) {
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = s0;
    for (int i = 0; i < rows; i++) {
      FloatVector v = fromArray(F, a, aOff + i * lda);
      FloatVector w = fromArray(F, b, bOff + i * ldb);
      s0 = ((DoubleVector) v.convertShape(F2D, D, 0)).fma(w.convertShape(F2D, D, 0), s0);
      s1 =
          ((DoubleVector) v.rearrange(HALF).convertShape(F2D, D, 0))
              .fma(w.rearrange(HALF).convertShape(F2D, D, 0), s1);
    }
    if (beta != 0) {
      FloatVector old = fromArray(F, y, yOff);
      DoubleVector betas = DoubleVector.broadcast(D, beta);
      s0 = betas.fma(old.convertShape(F2D, D, 0), s0);
      s1 = betas.fma(old.rearrange(HALF).convertShape(F2D, D, 0), s1);
    }
    s0 = DoubleVector.zero(D).add(s0);
    s1 = DoubleVector.zero(D).add(s1);
    IntVector low = ((FloatVector) s0.convertShape(D2F, F, 0)).reinterpretAsInts();
    FloatVector high = (FloatVector) s1.convertShape(D2F, F, 0);
    low.or(high.rearrange(HALF).reinterpretAsInts()).reinterpretAsFloats().intoArray(y, yOff);
  }
}
