package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.PlainMapGradient;
import dev.kindling.nd.kernel.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Derivatives, in the manner of {@link SimdMap}; those with an exponential are in {@link SimdActivationGradient}. */
final class SimdMapGradient {

  private static final FloatVector ZERO = broadcast(F, 0);
  private static final FloatVector HALF = broadcast(F, 0.5f);
  private static final FloatVector ONE = broadcast(F, 1);
  private static final FloatVector MINUS_ONE = broadcast(F, -1);
  private static final FloatVector TWO = broadcast(F, 2);
  private static final FloatVector THREE = broadcast(F, 3);
  private static final FloatVector MINUS_THREE = broadcast(F, -3);
  private static final FloatVector SIXTH = broadcast(F, 1 / 6f);
  private static final FloatVector THIRD = broadcast(F, 1 / 3f);

  private SimdMapGradient() {}

  static void mapGradient(
      Scratch scratch,
      Unary f,
      float p,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff,
      int n) {
    int end = F.loopBound(n);
    if (end > 0) {
      switch (f) {
        case SQRT, RECIPROCAL, EXP, TANH, SIGMOID, RELU ->
            sweep(f).run(p, y, yOff, y, dy, dyOff, dx, dxOff, end);
        case ELU, SELU, GELU, GELU_TANH, SILU, SOFTPLUS, MISH ->
            SimdSweep.run(
                SimdActivationGradient.sweeps(f), scratch, p, x, xOff, dy, dyOff, dx, dxOff, end);
        default -> sweep(f).run(p, x, xOff, x, dy, dyOff, dx, dxOff, end);
      }
    }
    if (end < n) {
      PlainMapGradient.mapGradient(
          f, p, x, xOff + end, y, yOff + end, dy, dyOff + end, dx, dxOff + end, n - end);
    }
  }

  /** The derivative as a function of y for those of which {@link Kernels#mapGradient} says so, else of x. */
  private static SimdSweep sweep(Unary f) {
    return switch (f) {
      case NEGATE -> (p, v, vo, t, d, at, dx, dxo, n) -> negate(d, at, dx, dxo, n);
      case ABS -> (p, v, vo, t, d, at, dx, dxo, n) -> abs(v, vo, d, at, dx, dxo, n);
      case SQUARE -> (p, v, vo, t, d, at, dx, dxo, n) -> square(v, vo, d, at, dx, dxo, n);
      case SQRT -> (p, v, vo, t, d, at, dx, dxo, n) -> sqrt(v, vo, d, at, dx, dxo, n);
      case RECIPROCAL -> (p, v, vo, t, d, at, dx, dxo, n) -> reciprocal(v, vo, d, at, dx, dxo, n);
      case EXP -> (p, v, vo, t, d, at, dx, dxo, n) -> SimdArithmetic.mul(d, at, v, vo, dx, dxo, n);
      case LOG -> (p, v, vo, t, d, at, dx, dxo, n) -> SimdArithmetic.div(d, at, v, vo, dx, dxo, n);
      case TANH -> (p, v, vo, t, d, at, dx, dxo, n) -> tanh(v, vo, d, at, dx, dxo, n);
      case SIGMOID -> (p, v, vo, t, d, at, dx, dxo, n) -> sigmoid(v, vo, d, at, dx, dxo, n);
      case RELU -> (p, v, vo, t, d, at, dx, dxo, n) -> relu(v, vo, d, at, dx, dxo, n);
      case LEAKY_RELU -> (p, v, vo, t, d, at, dx, dxo, n) -> leakyRelu(p, v, vo, d, at, dx, dxo, n);
      case SOFTSIGN -> (p, v, vo, t, d, at, dx, dxo, n) -> softsign(v, vo, d, at, dx, dxo, n);
      case HARD_SIGMOID ->
          (p, v, vo, t, d, at, dx, dxo, n) -> hardSigmoid(v, vo, d, at, dx, dxo, n);
      case HARD_SWISH -> (p, v, vo, t, d, at, dx, dxo, n) -> hardSwish(v, vo, d, at, dx, dxo, n);
      case SIGN -> (p, v, vo, t, d, at, dx, dxo, n) -> Arrays.fill(dx, dxo, dxo + n, 0);
      default -> throw new IllegalArgumentException(f.toString());
    };
  }

  private static void negate(float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      fromArray(F, dy, dyOff + i).neg().intoArray(dx, dxOff + i);
    }
  }

  private static void abs(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      FloatVector s = v.blend(ONE, v.compare(VectorOperators.GT, ZERO));
      s = s.blend(MINUS_ONE, v.compare(VectorOperators.LT, ZERO));
      d.mul(s).intoArray(dx, dxOff + i);
    }
  }

  private static void square(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.mul(fromArray(F, x, xOff + i).mul(TWO)).intoArray(dx, dxOff + i);
    }
  }

  private static void sqrt(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.mul(HALF.div(fromArray(F, y, yOff + i))).intoArray(dx, dxOff + i);
    }
  }

  private static void reciprocal(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, y, yOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.mul(v.mul(v).neg()).intoArray(dx, dxOff + i);
    }
  }

  private static void tanh(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, y, yOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.mul(v.neg().fma(v, ONE)).intoArray(dx, dxOff + i);
    }
  }

  private static void sigmoid(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, y, yOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.mul(v.neg().fma(v, v)).intoArray(dx, dxOff + i);
    }
  }

  private static void relu(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, y, yOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      ZERO.blend(d, v.compare(VectorOperators.GT, ZERO)).intoArray(dx, dxOff + i);
    }
  }

  private static void leakyRelu(
      float p, float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    FloatVector slope = broadcast(F, p);
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.mul(slope).blend(d, v.compare(VectorOperators.GT, ZERO)).intoArray(dx, dxOff + i);
    }
  }

  private static void softsign(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector d = fromArray(F, dy, dyOff + i);
      FloatVector inverse = ONE.div(fromArray(F, x, xOff + i).abs().add(ONE));
      d.mul(inverse.mul(inverse)).intoArray(dx, dxOff + i);
    }
  }

  private static void hardSigmoid(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      ZERO.blend(d.mul(SIXTH), v.abs().compare(VectorOperators.LT, THREE)).intoArray(dx, dxOff + i);
    }
  }

  private static void hardSwish(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector d = fromArray(F, dy, dyOff + i);
      FloatVector g = v.fma(THIRD, HALF);
      g = g.blend(ONE, v.compare(VectorOperators.GT, THREE));
      g = g.blend(ZERO, v.compare(VectorOperators.LT, MINUS_THREE));
      d.mul(g).intoArray(dx, dxOff + i);
    }
  }
}
