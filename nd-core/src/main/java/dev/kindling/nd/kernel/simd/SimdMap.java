package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.PlainMap;
import dev.kindling.nd.kernel.Scratch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Functions of one variable: the function is chosen once, then comes one loop over whole vectors (called as {@link
 * SimdSweep} says); the tail is the plain loop, which has the same bits. Functions with an exponential are in {@link
 * SimdActivation}.
 */
final class SimdMap {

  private static final FloatVector ZERO = broadcast(F, 0);
  private static final FloatVector ONE = broadcast(F, 1);
  private static final FloatVector MINUS_ONE = broadcast(F, -1);
  private static final FloatVector THREE = broadcast(F, 3);
  private static final FloatVector MINUS_THREE = broadcast(F, -3);
  private static final FloatVector SIX = broadcast(F, 6);
  private static final FloatVector SIXTH = broadcast(F, 1 / 6f);
  private static final FloatVector MAX = broadcast(F, Float.MAX_VALUE);
  private static final FloatVector MINUS_MAX = broadcast(F, -Float.MAX_VALUE);

  private SimdMap() {}

  static void map(
      Scratch scratch, Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    if (end > 0) {
      switch (f) {
        case TANH, SIGMOID, ELU, SELU, GELU, GELU_TANH, SILU, SOFTPLUS, MISH ->
            SimdSweep.run(SimdActivation.sweeps(f), scratch, p, x, xOff, x, xOff, y, yOff, end);
        default -> sweep(f).run(p, x, xOff, y, x, xOff, y, yOff, end);
      }
    }
    if (end < n) {
      PlainMap.map(f, p, x, xOff + end, y, yOff + end, n - end);
    }
  }

  private static SimdSweep sweep(Unary f) {
    return switch (f) {
      case NEGATE -> (p, x, xo, t, dy, dyo, y, yo, n) -> negate(x, xo, y, yo, n);
      case ABS -> (p, x, xo, t, dy, dyo, y, yo, n) -> abs(x, xo, y, yo, n);
      case SQUARE -> (p, x, xo, t, dy, dyo, y, yo, n) -> square(x, xo, y, yo, n);
      case SQRT -> (p, x, xo, t, dy, dyo, y, yo, n) -> sqrt(x, xo, y, yo, n);
      case RECIPROCAL -> (p, x, xo, t, dy, dyo, y, yo, n) -> reciprocal(x, xo, y, yo, n);
      case EXP -> (p, x, xo, t, dy, dyo, y, yo, n) -> SimdMath.exp(x, xo, y, yo, n);
      case LOG -> (p, x, xo, t, dy, dyo, y, yo, n) -> SimdMath.log(x, xo, y, yo, n);
      case RELU -> (p, x, xo, t, dy, dyo, y, yo, n) -> relu(x, xo, y, yo, n);
      case LEAKY_RELU -> (p, x, xo, t, dy, dyo, y, yo, n) -> leakyRelu(p, x, xo, y, yo, n);
      case SOFTSIGN -> (p, x, xo, t, dy, dyo, y, yo, n) -> softsign(x, xo, y, yo, n);
      case HARD_SIGMOID -> (p, x, xo, t, dy, dyo, y, yo, n) -> hardSigmoid(x, xo, y, yo, n);
      case HARD_SWISH -> (p, x, xo, t, dy, dyo, y, yo, n) -> hardSwish(x, xo, y, yo, n);
      case SIGN -> (p, x, xo, t, dy, dyo, y, yo, n) -> sign(x, xo, y, yo, n);
      default -> throw new IllegalArgumentException(f.toString());
    };
  }

  private static void negate(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).neg().intoArray(y, yOff + i);
    }
  }

  private static void abs(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).abs().intoArray(y, yOff + i);
    }
  }

  private static void square(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      v.mul(v).intoArray(y, yOff + i);
    }
  }

  private static void sqrt(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).sqrt().intoArray(y, yOff + i);
    }
  }

  private static void reciprocal(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      ONE.div(fromArray(F, x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void relu(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).max(ZERO).intoArray(y, yOff + i);
    }
  }

  private static void leakyRelu(float p, float[] x, int xOff, float[] y, int yOff, int end) {
    FloatVector slope = broadcast(F, p);
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      v.mul(slope).blend(v, v.compare(VectorOperators.GT, ZERO)).intoArray(y, yOff + i);
    }
  }

  private static void softsign(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i).max(MINUS_MAX).min(MAX);
      v.div(v.abs().add(ONE)).intoArray(y, yOff + i);
    }
  }

  private static void hardSigmoid(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).add(THREE).max(ZERO).min(SIX).mul(SIXTH).intoArray(y, yOff + i);
    }
  }

  private static void hardSwish(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i).max(MINUS_THREE);
      v.mul(v.add(THREE).min(SIX).mul(SIXTH)).intoArray(y, yOff + i);
    }
  }

  private static void sign(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector s = v.blend(ONE, v.compare(VectorOperators.GT, ZERO));
      s.blend(MINUS_ONE, v.compare(VectorOperators.LT, ZERO)).intoArray(y, yOff + i);
    }
  }
}
