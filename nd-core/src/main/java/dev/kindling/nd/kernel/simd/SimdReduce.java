package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.D;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in double of floats, on vectors: half a vector of floats becomes a whole one of doubles. Four sums of vectors run side
 * by side, and lanes are added in a fixed order ({@link Lanes#HALF} says why), so the result is the same at every call.
 */
final class SimdReduce {

  /** Doubles a vector. */
  private static final int L = D.length();

  /** As many floats. */
  private static final VectorSpecies<Float> H =
      VectorSpecies.of(float.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

  private static final VectorShuffle<Double> D_HALF = VectorShuffle.iota(D, L / 2, 1, true);
  private static final VectorShuffle<Double> D_QUARTER = VectorShuffle.iota(D, L / 4, 1, true);
  private static final VectorShuffle<Double> D_EIGHTH = VectorShuffle.iota(D, L / 8, 1, true);

  private SimdReduce() {}

  static double sum(float[] x, int xOff, int n) {
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = DoubleVector.zero(D);
    DoubleVector s2 = DoubleVector.zero(D);
    DoubleVector s3 = DoubleVector.zero(D);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      int at = xOff + i;
      s0 = s0.add(FloatVector.fromArray(H, x, at).convertShape(VectorOperators.F2D, D, 0));
      s1 = s1.add(FloatVector.fromArray(H, x, at + L).convertShape(VectorOperators.F2D, D, 0));
      s2 = s2.add(FloatVector.fromArray(H, x, at + 2 * L).convertShape(VectorOperators.F2D, D, 0));
      s3 = s3.add(FloatVector.fromArray(H, x, at + 3 * L).convertShape(VectorOperators.F2D, D, 0));
    }
    for (; i <= n - L; i += L) {
      s0 = s0.add(FloatVector.fromArray(H, x, xOff + i).convertShape(VectorOperators.F2D, D, 0));
    }
    s0 = s0.add(s1).add(s2.add(s3));
    s0 = s0.add(s0.rearrange(D_HALF));
    if (L >= 4) {
      s0 = s0.add(s0.rearrange(D_QUARTER));
    }
    if (L >= 8) {
      s0 = s0.add(s0.rearrange(D_EIGHTH));
    }
    double s = s0.lane(0);
    for (; i < n; i++) {
      s += x[xOff + i];
    }
    return s;
  }

  static double sumOfSquares(float[] x, int xOff, float center, int n) {
    FloatVector c = FloatVector.broadcast(H, center);
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = DoubleVector.zero(D);
    DoubleVector s2 = DoubleVector.zero(D);
    DoubleVector s3 = DoubleVector.zero(D);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      int at = xOff + i;
      DoubleVector d0 =
          (DoubleVector)
              FloatVector.fromArray(H, x, at).sub(c).convertShape(VectorOperators.F2D, D, 0);
      DoubleVector d1 =
          (DoubleVector)
              FloatVector.fromArray(H, x, at + L).sub(c).convertShape(VectorOperators.F2D, D, 0);
      DoubleVector d2 =
          (DoubleVector)
              FloatVector.fromArray(H, x, at + 2 * L)
                  .sub(c)
                  .convertShape(VectorOperators.F2D, D, 0);
      DoubleVector d3 =
          (DoubleVector)
              FloatVector.fromArray(H, x, at + 3 * L)
                  .sub(c)
                  .convertShape(VectorOperators.F2D, D, 0);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
      s2 = d2.fma(d2, s2);
      s3 = d3.fma(d3, s3);
    }
    for (; i <= n - L; i += L) {
      DoubleVector d =
          (DoubleVector)
              FloatVector.fromArray(H, x, xOff + i).sub(c).convertShape(VectorOperators.F2D, D, 0);
      s0 = d.fma(d, s0);
    }
    s0 = s0.add(s1).add(s2.add(s3));
    s0 = s0.add(s0.rearrange(D_HALF));
    if (L >= 4) {
      s0 = s0.add(s0.rearrange(D_QUARTER));
    }
    if (L >= 8) {
      s0 = s0.add(s0.rearrange(D_EIGHTH));
    }
    double s = s0.lane(0);
    for (; i < n; i++) {
      double d = x[xOff + i] - center;
      s = Math.fma(d, d, s);
    }
    return s;
  }

  static double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = DoubleVector.zero(D);
    DoubleVector s2 = DoubleVector.zero(D);
    DoubleVector s3 = DoubleVector.zero(D);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      int at = aOff + i;
      int bt = bOff + i;
      s0 =
          ((DoubleVector) FloatVector.fromArray(H, a, at).convertShape(VectorOperators.F2D, D, 0))
              .fma(FloatVector.fromArray(H, b, bt).convertShape(VectorOperators.F2D, D, 0), s0);
      s1 =
          ((DoubleVector)
                  FloatVector.fromArray(H, a, at + L).convertShape(VectorOperators.F2D, D, 0))
              .fma(FloatVector.fromArray(H, b, bt + L).convertShape(VectorOperators.F2D, D, 0), s1);
      s2 =
          ((DoubleVector)
                  FloatVector.fromArray(H, a, at + 2 * L).convertShape(VectorOperators.F2D, D, 0))
              .fma(
                  FloatVector.fromArray(H, b, bt + 2 * L).convertShape(VectorOperators.F2D, D, 0),
                  s2);
      s3 =
          ((DoubleVector)
                  FloatVector.fromArray(H, a, at + 3 * L).convertShape(VectorOperators.F2D, D, 0))
              .fma(
                  FloatVector.fromArray(H, b, bt + 3 * L).convertShape(VectorOperators.F2D, D, 0),
                  s3);
    }
    for (; i <= n - L; i += L) {
      s0 =
          ((DoubleVector)
                  FloatVector.fromArray(H, a, aOff + i).convertShape(VectorOperators.F2D, D, 0))
              .fma(
                  FloatVector.fromArray(H, b, bOff + i).convertShape(VectorOperators.F2D, D, 0),
                  s0);
    }
    s0 = s0.add(s1).add(s2.add(s3));
    s0 = s0.add(s0.rearrange(D_HALF));
    if (L >= 4) {
      s0 = s0.add(s0.rearrange(D_QUARTER));
    }
    if (L >= 8) {
      s0 = s0.add(s0.rearrange(D_EIGHTH));
    }
    double s = s0.lane(0);
    for (; i < n; i++) {
      s = Math.fma((double) a[aOff + i], b[bOff + i], s);
    }
    return s;
  }

  static float max(float[] x, int xOff, int n) {
    float max = Float.NEGATIVE_INFINITY;
    int i = 0;
    if (n >= N) {
      FloatVector m = FloatVector.fromArray(F, x, xOff);
      FloatVector l = m;
      for (i = N; i <= n - 2 * N; i += 2 * N) {
        m = m.max(FloatVector.fromArray(F, x, xOff + i));
        l = l.max(FloatVector.fromArray(F, x, xOff + i + N));
      }
      // The last ones once more: a maximum doesn't mind.
      m = m.max(l).max(FloatVector.fromArray(F, x, xOff + Math.min(i, n - N)));
      m = m.max(FloatVector.fromArray(F, x, xOff + n - N));
      return m.reduceLanes(VectorOperators.MAX);
    }
    for (; i < n; i++) {
      max = Math.max(max, x[xOff + i]);
    }
    return max;
  }
}
