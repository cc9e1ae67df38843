package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;

import dev.kindling.nd.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath} on whole vectors: the same operations in the same order, so the same bits. What a function does and
 * why is said there. A condition of the scalar form is a comparison and a blend here.
 *
 * <p>The JIT compiler must inline all of a loop's body, or each vector becomes an object. It stops inlining our methods
 * (not the Vector API's) after about fifty vector operations, so every call of a method of this class comes early, and
 * what is left after it calls the Vector API alone.
 */
final class SimdMath {

  private SimdMath() {}

  static FloatVector exp(FloatVector x) {
    return expBounded(x.min(FloatMath.EXP_MAX).max(FloatMath.EXP_MIN));
  }

  static FloatVector expOfMinusAbs(FloatVector x) {
    return expBounded(x.abs().neg().max(FloatMath.EXP_MIN));
  }

  private static FloatVector expBounded(FloatVector z) {
    FloatVector t =
        z.fma(
            FloatVector.broadcast(F, FloatMath.LOG2_E), FloatVector.broadcast(F, FloatMath.ROUND));
    FloatVector e = expm1Reduced(z, t.sub(FloatMath.ROUND)).add(1);
    IntVector k = t.reinterpretAsInts().sub(FloatMath.ROUND_BITS);
    IntVector half = k.lanewise(VectorOperators.ASHR, 1);
    IntVector low = half.add(127).lanewise(VectorOperators.LSHL, 23);
    IntVector high = k.sub(half).add(127).lanewise(VectorOperators.LSHL, 23);
    return e.mul(low.reinterpretAsFloats()).mul(high.reinterpretAsFloats());
  }

  static FloatVector expm1(FloatVector x) {
    FloatVector z = x.max(FloatMath.EXPM1_MIN);
    FloatVector t =
        z.fma(
            FloatVector.broadcast(F, FloatMath.LOG2_E), FloatVector.broadcast(F, FloatMath.ROUND));
    FloatVector e = expm1Reduced(z, t.sub(FloatMath.ROUND));
    IntVector k = t.reinterpretAsInts().sub(FloatMath.ROUND_BITS);
    FloatVector power = k.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return e.fma(power, power.sub(1));
  }

  private static FloatVector expm1Reduced(FloatVector z, FloatVector k) {
    FloatVector r = k.fma(FloatVector.broadcast(F, -FloatMath.LN2_HI), z);
    r = k.fma(FloatVector.broadcast(F, -FloatMath.LN2_LO), r);
    FloatVector q =
        FloatVector.broadcast(F, FloatMath.EXP_4).fma(r, FloatVector.broadcast(F, FloatMath.EXP_3));
    q = q.fma(r, FloatVector.broadcast(F, FloatMath.EXP_2));
    q = q.fma(r, FloatVector.broadcast(F, FloatMath.EXP_1));
    q = q.fma(r, FloatVector.broadcast(F, FloatMath.EXP_0));
    return q.fma(r.mul(r), r);
  }

  static FloatVector log(FloatVector x) {
    var denormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector scaled = x.blend(x.mul(0x1p23f), denormal);
    IntVector i = scaled.reinterpretAsInts().sub(FloatMath.SQRT_HALF_BITS);
    IntVector exponent = i.lanewise(VectorOperators.ASHR, 23).add(FloatMath.ROUND_BITS);
    FloatVector bias =
        FloatVector.broadcast(F, FloatMath.ROUND).blend(FloatMath.ROUND + 23, denormal);
    IntVector mantissa = i.and(FloatMath.MANTISSA).add(FloatMath.SQRT_HALF_BITS);
    FloatVector y =
        logReduced(mantissa.reinterpretAsFloats().sub(1), exponent.reinterpretAsFloats().sub(bias));
    y = x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
    return y.blend(Float.NaN, x.compare(VectorOperators.LT, 0));
  }

  private static FloatVector logReduced(FloatVector f, FloatVector k) {
    FloatVector q =
        FloatVector.broadcast(F, FloatMath.LOG_7).fma(f, FloatVector.broadcast(F, FloatMath.LOG_6));
    q = q.fma(f, FloatVector.broadcast(F, FloatMath.LOG_5));
    q = q.fma(f, FloatVector.broadcast(F, FloatMath.LOG_4));
    q = q.fma(f, FloatVector.broadcast(F, FloatMath.LOG_3));
    q = q.fma(f, FloatVector.broadcast(F, FloatMath.LOG_2));
    q = q.fma(f, FloatVector.broadcast(F, FloatMath.LOG_1));
    q = q.fma(f, FloatVector.broadcast(F, FloatMath.LOG_0));
    q = q.fma(f, FloatVector.broadcast(F, -0.5f));
    FloatVector low = k.fma(FloatVector.broadcast(F, FloatMath.LN2_LO), q.mul(f.mul(f)));
    return k.fma(FloatVector.broadcast(F, FloatMath.LN2_HI), f.add(low));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector t = expm1(x.abs().mul(-2));
    IntVector magnitude = t.div(t.add(2)).reinterpretAsInts().and(Integer.MAX_VALUE);
    return magnitude.or(x.reinterpretAsInts().and(Integer.MIN_VALUE)).reinterpretAsFloats();
  }

  static FloatVector sigmoid(FloatVector x) {
    FloatVector e = expOfMinusAbs(x);
    return FloatVector.broadcast(F, 1).blend(e, x.compare(VectorOperators.LT, 0)).div(e.add(1));
  }

  static FloatVector elu(FloatVector x, float p) {
    FloatVector y = expm1(x.min(0)).mul(p);
    return y.blend(x, x.compare(VectorOperators.GT, 0));
  }

  static FloatVector eluGradient(FloatVector x, float p) {
    return exp(x).mul(p).blend(1, x.compare(VectorOperators.GT, 0));
  }

  static FloatVector selu(FloatVector x) {
    FloatVector y = expm1(x.min(0)).mul(FloatMath.SELU_SCALE_ALPHA);
    return y.blend(x.mul(FloatMath.SELU_SCALE), x.compare(VectorOperators.GT, 0));
  }

  static FloatVector seluGradient(FloatVector x) {
    FloatVector y = exp(x).mul(FloatMath.SELU_SCALE_ALPHA);
    return y.blend(FloatMath.SELU_SCALE, x.compare(VectorOperators.GT, 0));
  }

  static FloatVector softsign(FloatVector x) {
    FloatVector z = x.max(-Float.MAX_VALUE).min(Float.MAX_VALUE);
    return z.div(z.abs().add(1));
  }

  static FloatVector softsignGradient(FloatVector x) {
    FloatVector inverse = FloatVector.broadcast(F, 1).div(x.abs().add(1));
    return inverse.mul(inverse);
  }

  static FloatVector hardSigmoid(FloatVector x) {
    return x.add(3).max(0).min(6).mul(1 / 6f);
  }

  static FloatVector hardSigmoidGradient(FloatVector x, FloatVector dy) {
    FloatVector zero = FloatVector.broadcast(F, 0);
    return zero.blend(dy.mul(1 / 6f), x.abs().compare(VectorOperators.LT, 3));
  }

  static FloatVector hardSwish(FloatVector x) {
    FloatVector z = x.max(-3);
    return z.mul(z.add(3).min(6).mul(1 / 6f));
  }

  static FloatVector hardSwishGradient(FloatVector x) {
    FloatVector g = x.fma(FloatVector.broadcast(F, 1 / 3f), FloatVector.broadcast(F, 0.5f));
    g = g.blend(1, x.compare(VectorOperators.GT, 3));
    return g.blend(0, x.compare(VectorOperators.LT, -3));
  }

  static FloatVector sign(FloatVector x) {
    FloatVector s = x.blend(1, x.compare(VectorOperators.GT, 0));
    return s.blend(-1, x.compare(VectorOperators.LT, 0));
  }

  static FloatVector leakyRelu(FloatVector x, float p) {
    return x.mul(p).blend(x, x.compare(VectorOperators.GT, 0));
  }

  /** dy where x &gt; 0, else p·dy. */
  static FloatVector leakyReluGradient(FloatVector x, FloatVector dy, float p) {
    return dy.mul(p).blend(dy, x.compare(VectorOperators.GT, 0));
  }

  /** dy where y &gt; 0, else 0. */
  static FloatVector reluGradient(FloatVector y, FloatVector dy) {
    return FloatVector.broadcast(F, 0).blend(dy, y.compare(VectorOperators.GT, 0));
  }
}
