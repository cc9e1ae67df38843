package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.SimdSweep.T;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Activations with an exponential: its argument goes to scratch memory, {@link SimdMath} takes the exponential there, and a
 * last sweep makes the result of it and x. The formulas are those of {@link FloatMath}.
 */
final class SimdActivation {

  private static final FloatVector ZERO = broadcast(F, 0);
  private static final FloatVector MINUS_HALF = broadcast(F, -0.5f);
  private static final FloatVector ONE = broadcast(F, 1);
  private static final FloatVector TWO = broadcast(F, 2);
  private static final FloatVector EXP_MIN = broadcast(F, FloatMath.EXP_MIN);
  private static final FloatVector SOFTPLUS_MAX = broadcast(F, FloatMath.SOFTPLUS_MAX);
  private static final FloatVector TAIL_MAX = broadcast(F, FloatMath.TAIL_MAX);
  private static final FloatVector TAIL_SCALE = broadcast(F, FloatMath.TAIL_SCALE);
  private static final FloatVector TAIL_9 = broadcast(F, FloatMath.TAIL_9);
  private static final FloatVector TAIL_8 = broadcast(F, FloatMath.TAIL_8);
  private static final FloatVector TAIL_7 = broadcast(F, FloatMath.TAIL_7);
  private static final FloatVector TAIL_6 = broadcast(F, FloatMath.TAIL_6);
  private static final FloatVector TAIL_5 = broadcast(F, FloatMath.TAIL_5);
  private static final FloatVector TAIL_4 = broadcast(F, FloatMath.TAIL_4);
  private static final FloatVector TAIL_3 = broadcast(F, FloatMath.TAIL_3);
  private static final FloatVector TAIL_2 = broadcast(F, FloatMath.TAIL_2);
  private static final FloatVector TAIL_1 = broadcast(F, FloatMath.TAIL_1);
  private static final FloatVector TAIL_0 = broadcast(F, FloatMath.TAIL_0);
  private static final IntVector MAGNITUDE = IntVector.broadcast(Lanes.I, Integer.MAX_VALUE);
  private static final IntVector SIGN = IntVector.broadcast(Lanes.I, Integer.MIN_VALUE);

  static final SimdSweep EXP = (p, x, xo, t, dy, dyo, y, yo, n) -> SimdMath.exp(t, T, t, T, n);
  static final SimdSweep MINUS_HALF_SQUARE =
      (p, x, xo, t, dy, dyo, y, yo, n) -> minusHalfSquare(x, xo, t, n);
  static final SimdSweep MINUS_ABS_OF_P =
      (p, x, xo, t, dy, dyo, y, yo, n) -> minusAbs(p, x, xo, t, n);
  static final SimdSweep MINUS_ABS_OF_CUBIC =
      (p, x, xo, t, dy, dyo, y, yo, n) ->
          minusAbsOfCubic(FloatMath.GELU_TANH_MAX, FloatMath.GELU_3, FloatMath.GELU_1, x, xo, t, n);
  static final SimdSweep MINUS_ABS_IN_LIMITS =
      (p, x, xo, t, dy, dyo, y, yo, n) -> minusAbsOfCubic(-FloatMath.EXP_MIN, 0, 1, x, xo, t, n);
  static final SimdSweep IN_LIMITS =
      (p, x, xo, t, dy, dyo, y, yo, n) ->
          SimdArithmetic.clamp(FloatMath.EXP_MIN, FloatMath.SOFTPLUS_MAX, x, xo, t, T, n);
  private static final SimdSweep NEGATIVE_PART =
      (p, x, xo, t, dy, dyo, y, yo, n) ->
          SimdArithmetic.clamp(Float.NEGATIVE_INFINITY, 0, x, xo, t, T, n);
  private static final SimdSweep EXPM1 =
      (p, x, xo, t, dy, dyo, y, yo, n) -> SimdMath.expm1(t, T, t, T, n);

  private static final SimdSweep[] TANH = {
    (p, x, xo, t, dy, dyo, y, yo, n) -> minusAbs(2, x, xo, t, n),
    EXPM1,
    (p, x, xo, t, dy, dyo, y, yo, n) -> tanh(x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] SIGMOID = {
    (p, x, xo, t, dy, dyo, y, yo, n) -> minusAbs(1, x, xo, t, n),
    EXP,
    (p, x, xo, t, dy, dyo, y, yo, n) -> sigmoid(x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] ELU = {
    NEGATIVE_PART, EXPM1, (p, x, xo, t, dy, dyo, y, yo, n) -> elu(1, p, x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] SELU = {
    NEGATIVE_PART,
    EXPM1,
    (p, x, xo, t, dy, dyo, y, yo, n) ->
        elu(FloatMath.SELU_SCALE, FloatMath.SELU_SCALE_ALPHA, x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] SILU = {
    MINUS_ABS_IN_LIMITS,
    EXP,
    (p, x, xo, t, dy, dyo, y, yo, n) -> swish(FloatMath.EXP_MIN, x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] GELU_TANH = {
    MINUS_ABS_OF_CUBIC,
    EXP,
    (p, x, xo, t, dy, dyo, y, yo, n) -> swish(-FloatMath.GELU_TANH_MAX, x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] SOFTPLUS = {
    MINUS_ABS_OF_P,
    EXP,
    (p, x, xo, t, dy, dyo, y, yo, n) -> SimdMath.log1p(t, T, t, T, n),
    (p, x, xo, t, dy, dyo, y, yo, n) -> softplus(p, x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] GELU = {
    MINUS_HALF_SQUARE, EXP, (p, x, xo, t, dy, dyo, y, yo, n) -> gelu(x, xo, t, y, yo, n)
  };
  private static final SimdSweep[] MISH = {
    IN_LIMITS, EXP, (p, x, xo, t, dy, dyo, y, yo, n) -> mish(x, xo, t, y, yo, n)
  };

  private SimdActivation() {}

  /** The sweeps that make f. */
  static SimdSweep[] sweeps(Unary f) {
    return switch (f) {
      case TANH -> TANH;
      case SIGMOID -> SIGMOID;
      case ELU -> ELU;
      case SELU -> SELU;
      case SILU -> SILU;
      case GELU_TANH -> GELU_TANH;
      case SOFTPLUS -> SOFTPLUS;
      case GELU -> GELU;
      case MISH -> MISH;
      default -> throw new IllegalArgumentException(f.toString());
    };
  }

  // ---------------------------------------------------------------- what the exponential is of

  /** t = -|p·x|. */
  private static void minusAbs(float p, float[] x, int xOff, float[] t, int n) {
    FloatVector factor = broadcast(F, p);
    for (int i = 0; i < n; i += N) {
      fromArray(F, x, xOff + i).mul(factor).abs().neg().intoArray(t, T + i);
    }
  }

  /** t = -u²/2 with u = |x|, at most where the normal tail is 0. */
  private static void minusHalfSquare(float[] x, int xOff, float[] t, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector u = fromArray(F, x, xOff + i).abs().min(TAIL_MAX);
      u.mul(u).mul(MINUS_HALF).intoArray(t, T + i);
    }
  }

  /** t = -|v| with v = z·(g3·z² + g1), where z is x from -max to max. */
  private static void minusAbsOfCubic(
      float max, float g3, float g1, float[] x, int xOff, float[] t, int n) {
    FloatVector low = broadcast(F, -max);
    FloatVector high = broadcast(F, max);
    FloatVector third = broadcast(F, g3);
    FloatVector first = broadcast(F, g1);
    for (int i = 0; i < n; i += N) {
      FloatVector z = fromArray(F, x, xOff + i).max(low).min(high);
      z.mul(z.mul(z).fma(third, first)).abs().neg().intoArray(t, T + i);
    }
  }

  // ---------------------------------------------------------------- what is made of it

  /** From t = exp(-2|x|) - 1. */
  private static void tanh(float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector e = fromArray(F, t, T + i);
      IntVector magnitude = e.div(e.add(TWO)).reinterpretAsInts().and(MAGNITUDE);
      IntVector sign = fromArray(F, x, xOff + i).reinterpretAsInts().and(SIGN);
      magnitude.or(sign).reinterpretAsFloats().intoArray(y, yOff + i);
    }
  }

  /** From t = exp(-|x|). */
  private static void sigmoid(float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector e = fromArray(F, t, T + i);
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector top = ONE.blend(e, v.compare(VectorOperators.LT, ZERO));
      top.div(e.add(ONE)).intoArray(y, yOff + i);
    }
  }

  /** From t = exp(x) - 1: scale·x where x &gt; 0, else p·t. */
  private static void elu(
      float scale, float p, float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    FloatVector scales = broadcast(F, scale);
    FloatVector factors = broadcast(F, p);
    for (int i = 0; i < n; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector e = fromArray(F, t, T + i).mul(factors);
      e.blend(v.mul(scales), v.compare(VectorOperators.GT, ZERO)).intoArray(y, yOff + i);
    }
  }

  /** From t = exp(-|v|): z·sigmoid(v) with z = max(x, min), where v has the sign of z. */
  private static void swish(float min, float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    FloatVector low = broadcast(F, min);
    for (int i = 0; i < n; i += N) {
      FloatVector e = fromArray(F, t, T + i);
      FloatVector z = fromArray(F, x, xOff + i).max(low);
      FloatVector top = ONE.blend(e, z.compare(VectorOperators.LT, ZERO));
      z.mul(top.div(e.add(ONE))).intoArray(y, yOff + i);
    }
  }

  /** From t = log(1 + exp(-|p·x|)). */
  private static void softplus(
      float p, float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    FloatVector factors = broadcast(F, p);
    FloatVector inverses = broadcast(F, 1 / p);
    for (int i = 0; i < n; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector z = v.mul(factors);
      FloatVector sum = z.max(ZERO).add(fromArray(F, t, T + i)).mul(inverses);
      sum.blend(v, z.compare(VectorOperators.GT, SOFTPLUS_MAX)).intoArray(y, yOff + i);
    }
  }

  /** From t = exp(-u²/2). */
  private static void gelu(float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector u = v.abs().min(TAIL_MAX);
      FloatVector lost = u.fma(u, u.mul(u).neg());
      FloatVector e = fromArray(F, t, T + i);
      e = e.fma(lost.mul(MINUS_HALF), e);
      FloatVector r = ONE.div(u.fma(TAIL_SCALE, ONE));
      FloatVector q = TAIL_9.fma(r, TAIL_8).fma(r, TAIL_7).fma(r, TAIL_6).fma(r, TAIL_5);
      q = q.fma(r, TAIL_4).fma(r, TAIL_3).fma(r, TAIL_2).fma(r, TAIL_1).fma(r, TAIL_0);
      u.neg().fma(q.mul(r).mul(e), v.max(ZERO)).intoArray(y, yOff + i);
    }
  }

  /** From t = exp(z), with z between the limits; below, y is 0. */
  private static void mish(float[] x, int xOff, float[] t, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector e = fromArray(F, t, T + i);
      FloatVector w = e.mul(e.add(TWO));
      FloatVector z = fromArray(F, x, xOff + i).max(EXP_MIN);
      z.mul(w.div(w.add(TWO))).intoArray(y, yOff + i);
    }
  }
}
