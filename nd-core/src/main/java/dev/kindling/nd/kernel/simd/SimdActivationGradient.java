package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.SimdSweep.T;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The derivatives of {@link SimdActivation}'s functions that are made of x, in the same manner. */
final class SimdActivationGradient {

  private static final FloatVector ZERO = broadcast(F, 0);
  private static final FloatVector MINUS_HALF = broadcast(F, -0.5f);
  private static final FloatVector ONE = broadcast(F, 1);
  private static final FloatVector TWO = broadcast(F, 2);
  private static final FloatVector FOUR = broadcast(F, 4);
  private static final FloatVector EXP_MIN = broadcast(F, FloatMath.EXP_MIN);
  private static final FloatVector SOFTPLUS_MAX = broadcast(F, FloatMath.SOFTPLUS_MAX);
  private static final FloatVector NORMAL_DENSITY_0 = broadcast(F, FloatMath.NORMAL_DENSITY_0);
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

  private static final SimdSweep EXP_OF_X =
      (p, x, xo, t, dy, dyo, dx, dxo, n) -> SimdMath.exp(x, xo, t, T, n);

  private static final SimdSweep[] ELU = {
    EXP_OF_X, (p, x, xo, t, dy, dyo, dx, dxo, n) -> elu(1, p, x, xo, t, dy, dyo, dx, dxo, n)
  };
  private static final SimdSweep[] SELU = {
    EXP_OF_X,
    (p, x, xo, t, dy, dyo, dx, dxo, n) -> {
      float scale = FloatMath.SELU_SCALE;
      elu(scale, FloatMath.SELU_SCALE_ALPHA, x, xo, t, dy, dyo, dx, dxo, n);
    }
  };
  private static final SimdSweep[] SILU = {
    SimdActivation.MINUS_ABS_IN_LIMITS,
    SimdActivation.EXP,
    (p, x, xo, t, dy, dyo, dx, dxo, n) ->
        swish(-FloatMath.EXP_MIN, 0, 1, x, xo, t, dy, dyo, dx, dxo, n)
  };
  private static final SimdSweep[] GELU_TANH = {
    SimdActivation.MINUS_ABS_OF_CUBIC,
    SimdActivation.EXP,
    (p, x, xo, t, dy, dyo, dx, dxo, n) -> {
      float max = FloatMath.GELU_TANH_MAX;
      swish(max, FloatMath.GELU_3, FloatMath.GELU_1, x, xo, t, dy, dyo, dx, dxo, n);
    }
  };
  private static final SimdSweep[] SOFTPLUS = {
    SimdActivation.MINUS_ABS_OF_P,
    SimdActivation.EXP,
    (p, x, xo, t, dy, dyo, dx, dxo, n) -> softplus(p, x, xo, t, dy, dyo, dx, dxo, n)
  };
  private static final SimdSweep[] GELU = {
    SimdActivation.MINUS_HALF_SQUARE,
    SimdActivation.EXP,
    (p, x, xo, t, dy, dyo, dx, dxo, n) -> gelu(x, xo, t, dy, dyo, dx, dxo, n)
  };
  private static final SimdSweep[] MISH = {
    SimdActivation.IN_LIMITS,
    SimdActivation.EXP,
    (p, x, xo, t, dy, dyo, dx, dxo, n) -> mish(x, xo, t, dy, dyo, dx, dxo, n)
  };

  private SimdActivationGradient() {}

  /** The sweeps that make the derivative of f. */
  static SimdSweep[] sweeps(Unary f) {
    return switch (f) {
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

  /** From t = exp(x): scale where x &gt; 0, else p·t. */
  private static void elu(
      float scale,
      float p,
      float[] x,
      int xOff,
      float[] t,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff,
      int n) {
    FloatVector scales = broadcast(F, scale);
    FloatVector factors = broadcast(F, p);
    for (int i = 0; i < n; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector g = fromArray(F, t, T + i).mul(factors);
      g = g.blend(scales, v.compare(VectorOperators.GT, ZERO));
      fromArray(F, dy, dyOff + i).mul(g).intoArray(dx, dxOff + i);
    }
  }

  /** From t = exp(-|v|), the derivative of z·s(v), s the sigmoid, with v = z·(g3·z² + g1): s + z·v'·s·(1 - s). */
  private static void swish(
      float max,
      float g3,
      float g1,
      float[] x,
      int xOff,
      float[] t,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff,
      int n) {
    FloatVector low = broadcast(F, -max);
    FloatVector high = broadcast(F, max);
    FloatVector third = broadcast(F, 3 * g3);
    FloatVector first = broadcast(F, g1);
    for (int i = 0; i < n; i += N) {
      FloatVector z = fromArray(F, x, xOff + i).max(low).min(high);
      FloatVector slope = z.mul(z.mul(z).fma(third, first));
      FloatVector e = fromArray(F, t, T + i);
      FloatVector inverse = ONE.div(e.add(ONE));
      FloatVector small = e.mul(inverse);
      FloatVector s = inverse.blend(small, z.compare(VectorOperators.LT, ZERO));
      FloatVector g = slope.mul(small).fma(inverse, s);
      fromArray(F, dy, dyOff + i).mul(g).intoArray(dx, dxOff + i);
    }
  }

  /** From t = exp(-|p·x|): sigmoid(p·x). */
  private static void softplus(
      float p,
      float[] x,
      int xOff,
      float[] t,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff,
      int n) {
    FloatVector factors = broadcast(F, p);
    for (int i = 0; i < n; i += N) {
      FloatVector e = fromArray(F, t, T + i);
      FloatVector z = fromArray(F, x, xOff + i).mul(factors);
      FloatVector top = ONE.blend(e, z.compare(VectorOperators.LT, ZERO));
      fromArray(F, dy, dyOff + i).mul(top.div(e.add(ONE))).intoArray(dx, dxOff + i);
    }
  }

  /** From t = exp(-u²/2). */
  private static void gelu(
      float[] x, int xOff, float[] t, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector u = v.abs().min(TAIL_MAX);
      FloatVector lost = u.fma(u, u.mul(u).neg());
      FloatVector e = fromArray(F, t, T + i);
      e = e.fma(lost.mul(MINUS_HALF), e);
      FloatVector r = ONE.div(u.fma(TAIL_SCALE, ONE));
      FloatVector q = TAIL_9.fma(r, TAIL_8).fma(r, TAIL_7).fma(r, TAIL_6).fma(r, TAIL_5);
      q = q.fma(r, TAIL_4).fma(r, TAIL_3).fma(r, TAIL_2).fma(r, TAIL_1).fma(r, TAIL_0);
      FloatVector g = u.mul(NORMAL_DENSITY_0).fma(e.neg(), q.mul(r).mul(e));
      g = g.blend(ONE.sub(g), v.compare(VectorOperators.GT, ZERO));
      fromArray(F, dy, dyOff + i).mul(g).intoArray(dx, dxOff + i);
    }
  }

  /** From t = exp(z), with z between the limits. */
  private static void mish(
      float[] x, int xOff, float[] t, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector z = fromArray(F, x, xOff + i).max(EXP_MIN).min(SOFTPLUS_MAX);
      FloatVector e = fromArray(F, t, T + i);
      FloatVector w = e.mul(e.add(TWO));
      FloatVector inverse = ONE.div(w.add(TWO));
      FloatVector slope = z.mul(FOUR).mul(e.fma(e, e)).mul(inverse);
      fromArray(F, dy, dyOff + i).mul(w.add(slope).mul(inverse)).intoArray(dx, dxOff + i);
    }
  }
}
