package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.PlainMap;
import jdk.incubator.vector.FloatVector;

/**
 * Functions of one variable: the function is chosen once, then comes one loop over whole vectors; the tail is the plain
 * loop, which has the same bits.
 */
final class SimdMap {

  private SimdMap() {}

  static void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    int end = Lanes.F.loopBound(n);
    switch (f) {
      case NEGATE -> negate(x, xOff, y, yOff, end);
      case ABS -> abs(x, xOff, y, yOff, end);
      case SQUARE -> square(x, xOff, y, yOff, end);
      case SQRT -> sqrt(x, xOff, y, yOff, end);
      case RECIPROCAL -> reciprocal(x, xOff, y, yOff, end);
      case EXP -> exp(x, xOff, y, yOff, end);
      case LOG -> log(x, xOff, y, yOff, end);
      case TANH -> tanh(x, xOff, y, yOff, end);
      case SIGMOID -> sigmoid(x, xOff, y, yOff, end);
      case RELU -> relu(x, xOff, y, yOff, end);
      case LEAKY_RELU -> leakyRelu(p, x, xOff, y, yOff, end);
      case ELU -> elu(p, x, xOff, y, yOff, end);
      case SELU -> selu(x, xOff, y, yOff, end);
      case SOFTSIGN -> softsign(x, xOff, y, yOff, end);
      case HARD_SIGMOID -> hardSigmoid(x, xOff, y, yOff, end);
      case HARD_SWISH -> hardSwish(x, xOff, y, yOff, end);
      case SIGN -> sign(x, xOff, y, yOff, end);
      // Their formulas are so long that the JIT compiler stops inlining on the way, at times, and
      // then each
      // vector becomes an object: the plain loops take about as long and make no garbage.
      case GELU, GELU_TANH, SILU, SOFTPLUS, MISH -> end = 0;
    }
    if (end < n) {
      PlainMap.map(f, p, x, xOff + end, y, yOff + end, n - end);
    }
  }

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(Lanes.F, x, at);
  }

  private static void negate(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(x, xOff + i).neg().intoArray(y, yOff + i);
    }
  }

  private static void abs(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(x, xOff + i).abs().intoArray(y, yOff + i);
    }
  }

  private static void square(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      FloatVector v = load(x, xOff + i);
      v.mul(v).intoArray(y, yOff + i);
    }
  }

  private static void sqrt(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(x, xOff + i).sqrt().intoArray(y, yOff + i);
    }
  }

  private static void reciprocal(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      FloatVector.broadcast(Lanes.F, 1).div(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void exp(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.exp(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void log(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.log(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void tanh(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.tanh(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void sigmoid(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.sigmoid(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void relu(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      load(x, xOff + i).max(0).intoArray(y, yOff + i);
    }
  }

  private static void leakyRelu(float p, float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.leakyRelu(load(x, xOff + i), p).intoArray(y, yOff + i);
    }
  }

  private static void elu(float p, float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.elu(load(x, xOff + i), p).intoArray(y, yOff + i);
    }
  }

  private static void selu(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.selu(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void softsign(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.softsign(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void hardSigmoid(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.hardSigmoid(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void hardSwish(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.hardSwish(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }

  private static void sign(float[] x, int xOff, float[] y, int yOff, int end) {
    for (int i = 0; i < end; i += Lanes.N) {
      SimdMath.sign(load(x, xOff + i)).intoArray(y, yOff + i);
    }
  }
}
