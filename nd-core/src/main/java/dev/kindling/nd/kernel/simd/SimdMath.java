package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.I;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.kindling.nd.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath}'s exponentials and logarithms of whole vectors: the same operations in the same order, so the same
 * bits. What a function does and why is said there. A condition of the scalar form is a comparison and a blend here.
 *
 * <p>Every loop calls the Vector API alone. A method of ours that takes or returns vectors is inlined only while the JIT
 * compiler has room, and else each vector becomes an object; and it has less room when it has seen more of a program. So
 * functions that are made of these run sweep after sweep over a block that stays in the cache. For the same reason
 * constants are vectors that were made once.
 */
final class SimdMath {

  private static final FloatVector LOG2_E = broadcast(F, FloatMath.LOG2_E);
  private static final FloatVector ROUND = broadcast(F, FloatMath.ROUND);
  private static final FloatVector MINUS_LN2_HI = broadcast(F, -FloatMath.LN2_HI);
  private static final FloatVector MINUS_LN2_LO = broadcast(F, -FloatMath.LN2_LO);
  private static final FloatVector EXP_4 = broadcast(F, FloatMath.EXP_4);
  private static final FloatVector EXP_3 = broadcast(F, FloatMath.EXP_3);
  private static final FloatVector EXP_2 = broadcast(F, FloatMath.EXP_2);
  private static final FloatVector EXP_1 = broadcast(F, FloatMath.EXP_1);
  private static final FloatVector EXP_0 = broadcast(F, FloatMath.EXP_0);
  private static final FloatVector EXP_MAX = broadcast(F, FloatMath.EXP_MAX);
  private static final FloatVector EXP_MIN = broadcast(F, FloatMath.EXP_MIN);
  private static final FloatVector EXPM1_MIN = broadcast(F, FloatMath.EXPM1_MIN);
  private static final FloatVector ZERO = broadcast(F, 0);
  private static final FloatVector HALF = broadcast(F, 0.5f);
  private static final FloatVector MINUS_HALF = broadcast(F, -0.5f);
  private static final FloatVector ONE = broadcast(F, 1);
  private static final FloatVector LOG_7 = broadcast(F, FloatMath.LOG_7);
  private static final FloatVector LOG_6 = broadcast(F, FloatMath.LOG_6);
  private static final FloatVector LOG_5 = broadcast(F, FloatMath.LOG_5);
  private static final FloatVector LOG_4 = broadcast(F, FloatMath.LOG_4);
  private static final FloatVector LOG_3 = broadcast(F, FloatMath.LOG_3);
  private static final FloatVector LOG_2 = broadcast(F, FloatMath.LOG_2);
  private static final FloatVector LOG_1 = broadcast(F, FloatMath.LOG_1);
  private static final FloatVector LOG_0 = broadcast(F, FloatMath.LOG_0);
  private static final FloatVector LN2_LO = broadcast(F, FloatMath.LN2_LO);
  private static final FloatVector LN2_HI = broadcast(F, FloatMath.LN2_HI);
  private static final FloatVector SQRT_2_MINUS_1 = broadcast(F, FloatMath.SQRT_2_MINUS_1);
  private static final FloatVector TWO_TO_23 = broadcast(F, 0x1p23f);
  private static final FloatVector ROUND_PLUS_23 = broadcast(F, FloatMath.ROUND + 23);
  private static final FloatVector MIN_NORMAL = broadcast(F, Float.MIN_NORMAL);
  private static final FloatVector INFINITY = broadcast(F, Float.POSITIVE_INFINITY);
  private static final FloatVector MINUS_INFINITY = broadcast(F, Float.NEGATIVE_INFINITY);
  private static final FloatVector NAN = broadcast(F, Float.NaN);
  private static final IntVector ROUND_BITS = IntVector.broadcast(I, FloatMath.ROUND_BITS);
  private static final IntVector BIAS = IntVector.broadcast(I, 127);
  private static final IntVector SQRT_HALF_BITS = IntVector.broadcast(I, FloatMath.SQRT_HALF_BITS);
  private static final IntVector MANTISSA = IntVector.broadcast(I, FloatMath.MANTISSA);

  private SimdMath() {}

  /** y = exp(x). */
  static void exp(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector z = fromArray(F, x, xOff + i).min(EXP_MAX).max(EXP_MIN);
      FloatVector t = z.fma(LOG2_E, ROUND);
      FloatVector m = t.sub(ROUND);
      FloatVector r = m.fma(MINUS_LN2_LO, m.fma(MINUS_LN2_HI, z));
      FloatVector q = EXP_4.fma(r, EXP_3).fma(r, EXP_2).fma(r, EXP_1).fma(r, EXP_0);
      FloatVector e = q.fma(r.mul(r), r).add(ONE);
      IntVector k = t.reinterpretAsInts().sub(ROUND_BITS);
      IntVector half = k.lanewise(VectorOperators.ASHR, 1);
      IntVector low = half.add(BIAS).lanewise(VectorOperators.LSHL, 23);
      IntVector high = k.sub(half).add(BIAS).lanewise(VectorOperators.LSHL, 23);
      e.mul(low.reinterpretAsFloats()).mul(high.reinterpretAsFloats()).intoArray(y, yOff + i);
    }
  }

  /** y = exp(x) - 1. */
  static void expm1(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector z = fromArray(F, x, xOff + i).max(EXPM1_MIN);
      FloatVector t = z.fma(LOG2_E, ROUND);
      FloatVector m = t.sub(ROUND);
      FloatVector r = m.fma(MINUS_LN2_LO, m.fma(MINUS_LN2_HI, z));
      FloatVector q = EXP_4.fma(r, EXP_3).fma(r, EXP_2).fma(r, EXP_1).fma(r, EXP_0);
      FloatVector e = q.fma(r.mul(r), r);
      IntVector k = t.reinterpretAsInts().sub(ROUND_BITS);
      FloatVector power = k.add(BIAS).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      e.fma(power, power.sub(ONE)).intoArray(y, yOff + i);
    }
  }

  /** y = log(x). */
  static void log(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      VectorMask<Float> denormal = v.compare(VectorOperators.LT, MIN_NORMAL);
      FloatVector scaled = v.blend(v.mul(TWO_TO_23), denormal);
      IntVector bits = scaled.reinterpretAsInts().sub(SQRT_HALF_BITS);
      IntVector exponent = bits.lanewise(VectorOperators.ASHR, 23).add(ROUND_BITS);
      FloatVector k = exponent.reinterpretAsFloats().sub(ROUND.blend(ROUND_PLUS_23, denormal));
      FloatVector f = bits.and(MANTISSA).add(SQRT_HALF_BITS).reinterpretAsFloats().sub(ONE);
      FloatVector q = LOG_7.fma(f, LOG_6).fma(f, LOG_5).fma(f, LOG_4).fma(f, LOG_3);
      q = q.fma(f, LOG_2).fma(f, LOG_1).fma(f, LOG_0).fma(f, MINUS_HALF);
      FloatVector l = k.fma(LN2_HI, f.add(k.fma(LN2_LO, q.mul(f.mul(f)))));
      l = v.blend(l, v.compare(VectorOperators.LT, INFINITY));
      l = l.blend(MINUS_INFINITY, v.compare(VectorOperators.EQ, ZERO));
      l.blend(NAN, v.compare(VectorOperators.LT, ZERO)).intoArray(y, yOff + i);
    }
  }

  /** y = log(1 + u) for u from 0 to 1. */
  static void log1p(float[] u, int uOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, u, uOff + i);
      VectorMask<Float> big = v.compare(VectorOperators.GT, SQRT_2_MINUS_1);
      FloatVector f = v.blend(v.sub(ONE).mul(HALF), big);
      FloatVector k = ZERO.blend(ONE, big);
      FloatVector q = LOG_7.fma(f, LOG_6).fma(f, LOG_5).fma(f, LOG_4).fma(f, LOG_3);
      q = q.fma(f, LOG_2).fma(f, LOG_1).fma(f, LOG_0).fma(f, MINUS_HALF);
      k.fma(LN2_HI, f.add(k.fma(LN2_LO, q.mul(f.mul(f))))).intoArray(y, yOff + i);
    }
  }
}
