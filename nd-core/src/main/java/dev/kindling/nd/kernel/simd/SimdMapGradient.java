package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.PlainMapGradient;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Derivatives, in the manner of {@link SimdMap}. */
final class SimdMapGradient {

  private SimdMapGradient() {}

  static void mapGradient(
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
    int end = Lanes.F.loopBound(n);
    switch (f) {
      case NEGATE -> negate(dy, dyOff, dx, dxOff, end);
      case ABS -> abs(x, xOff, dy, dyOff, dx, dxOff, end);
      case SQUARE -> square(x, xOff, dy, dyOff, dx, dxOff, end);
      case SQRT -> sqrt(y, yOff, dy, dyOff, dx, dxOff, end);
      case RECIPROCAL -> reciprocal(y, yOff, dy, dyOff, dx, dxOff, end);
      case EXP -> exp(y, yOff, dy, dyOff, dx, dxOff, end);
      case LOG -> log(x, xOff, dy, dyOff, dx, dxOff, end);
      case TANH -> tanh(y, yOff, dy, dyOff, dx, dxOff, end);
      case SIGMOID -> sigmoid(y, yOff, dy, dyOff, dx, dxOff, end);
      case RELU -> relu(y, yOff, dy, dyOff, dx, dxOff, end);
      case LEAKY_RELU -> leakyRelu(p, x, xOff, dy, dyOff, dx, dxOff, end);
      case ELU -> elu(p, x, xOff, dy, dyOff, dx, dxOff, end);
      case SELU -> selu(x, xOff, dy, dyOff, dx, dxOff, end);
      case SOFTSIGN -> softsign(x, xOff, dy, dyOff, dx, dxOff, end);
      case HARD_SIGMOID -> hardSigmoid(x, xOff, dy, dyOff, dx, dxOff, end);
      case HARD_SWISH -> hardSwish(x, xOff, dy, dyOff, dx, dxOff, end);
      case SIGN -> Arrays.fill(dx, dxOff, dxOff + end, 0);
      // Their formulas are so long that the JIT compiler stops inlining on the way, at times, and
      // then each
      // vector becomes an object: the plain loops take about as long and make no garbage.
      case GELU, GELU_TANH, SILU, SOFTPLUS, MISH -> end = 0;
    }
    if (end < n) {
      PlainMapGradient.mapGradient(
          f, p, x, xOff + end, y, yOff + end, dy, dyOff + end, dx, dxOff + end, n - end);
    }
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(Lanes.F, x, at);
  }

  private static void negate(float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).neg().intoArray(dx, dxOff + i);
    }
  }

  private static void abs(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).mul(SimdMath.sign(load(x, xOff + i))).intoArray(dx, dxOff + i);
    }
  }

  private static void square(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).mul(load(x, xOff + i).mul(2)).intoArray(dx, dxOff + i);
    }
  }

  private static void sqrt(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i)
          .mul(FloatVector.broadcast(Lanes.F, 0.5f).div(load(y, yOff + i)))
          .intoArray(dx, dxOff + i);
    }
  }

  private static void reciprocal(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      FloatVector v = load(y, yOff + i);
      load(dy, dyOff + i).mul(v.mul(v).neg()).intoArray(dx, dxOff + i);
    }
  }

  private static void exp(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).mul(load(y, yOff + i)).intoArray(dx, dxOff + i);
    }
  }

  private static void log(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).div(load(x, xOff + i)).intoArray(dx, dxOff + i);
    }
  }

  private static void tanh(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      FloatVector v = load(y, yOff + i);
      load(dy, dyOff + i)
          .mul(v.neg().fma(v, FloatVector.broadcast(Lanes.F, 1)))
          .intoArray(dx, dxOff + i);
    }
  }

  private static void sigmoid(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      FloatVector v = load(y, yOff + i);
      load(dy, dyOff + i).mul(v.neg().fma(v, v)).intoArray(dx, dxOff + i);
    }
  }

  private static void relu(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.reluGradient(load(y, yOff + i), load(dy, dyOff + i)).intoArray(dx, dxOff + i);
    }
  }

  private static void leakyRelu(
      float p, float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.leakyReluGradient(load(x, xOff + i), load(dy, dyOff + i), p)
          .intoArray(dx, dxOff + i);
    }
  }

  private static void elu(
      float p, float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).mul(SimdMath.eluGradient(load(x, xOff + i), p)).intoArray(dx, dxOff + i);
    }
  }

  private static void selu(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i).mul(SimdMath.seluGradient(load(x, xOff + i))).intoArray(dx, dxOff + i);
    }
  }

  private static void softsign(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i)
          .mul(SimdMath.softsignGradient(load(x, xOff + i)))
          .intoArray(dx, dxOff + i);
    }
  }

  private static void hardSigmoid(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.hardSigmoidGradient(load(x, xOff + i), load(dy, dyOff + i)).intoArray(dx, dxOff + i);
    }
  }

  private static void hardSwish(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(dy, dyOff + i)
          .mul(SimdMath.hardSwishGradient(load(x, xOff + i)))
          .intoArray(dx, dxOff + i);
    }
  }
}
