package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.D;
import static dev.kindling.nd.kernel.simd.Lanes.D_EIGHTH;
import static dev.kindling.nd.kernel.simd.Lanes.D_HALF;
import static dev.kindling.nd.kernel.simd.Lanes.D_QUARTER;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.HALF;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * The two sums that a norm's gradient needs, in one sweep. Eight vectors are added up in float, and then in double, which would take
 * longer than to fetch the numbers if it were done for each. Each method returns how many elements it did.
 */
final class SimdMoments {

  private static final int BLOCK = 8 * N;

  private SimdMoments() {}

  static int sums(float[] d, int dOff, float[] x, int xOff, float shift, int n, double[] sums) {
    FloatVector shifts = FloatVector.broadcast(F, shift);
    FloatVector zero = FloatVector.zero(F);
    DoubleVector s = DoubleVector.zero(D);
    DoubleVector t = s;
    int end = F.loopBound(n);
    for (int begin = 0; begin < end; begin += BLOCK) {
      FloatVector f = zero;
      FloatVector g = zero;
      for (int i = begin; i < Math.min(end, begin + BLOCK); i += N) {
        FloatVector v = fromArray(F, d, dOff + i);
        f = v.add(f);
        g = v.fma(fromArray(F, x, xOff + i).add(shifts), g);
      }
      f = zero.add(f);
      g = zero.add(g);
      s = ((DoubleVector) f.convertShape(F2D, D, 0)).add(s);
      s = ((DoubleVector) f.rearrange(HALF).convertShape(F2D, D, 0)).add(s);
      t = ((DoubleVector) g.convertShape(F2D, D, 0)).add(t);
      t = ((DoubleVector) g.rearrange(HALF).convertShape(F2D, D, 0)).add(t);
    }
    s = DoubleVector.zero(D).add(s);
    t = DoubleVector.zero(D).add(t);
    s = s.add(s.rearrange(D_HALF));
    t = t.add(t.rearrange(D_HALF));
    if (N >= 8) {
      s = s.add(s.rearrange(D_QUARTER));
      t = t.add(t.rearrange(D_QUARTER));
    }
    if (N >= 16) {
      s = s.add(s.rearrange(D_EIGHTH));
      t = t.add(t.rearrange(D_EIGHTH));
    }
    sums[0] += s.lane(0);
    sums[1] += t.lane(0);
    return end;
  }

  static int rectify(
      float alpha,
      float beta,
      float[] x,
      int xOff,
      float[] dy,
      int dyOff,
      float[] d,
      int dOff,
      int n) {
    FloatVector alphas = FloatVector.broadcast(F, alpha);
    FloatVector betas = FloatVector.broadcast(F, beta);
    FloatVector zero = FloatVector.zero(F);
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      FloatVector y = alphas.fma(fromArray(F, x, xOff + i), betas);
      zero.blend(fromArray(F, dy, dyOff + i), y.compare(GT, 0)).intoArray(d, dOff + i);
    }
    return end;
  }
}
