package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;

/** The plain provider's functions of one variable: the function is chosen once, then comes one tight loop. */
public final class PlainMap {

  private PlainMap() {}

  /** See {@link Kernels#map}. */
  public static void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    switch (f) {
      case NEGATE -> negate(x, xOff, y, yOff, n);
      case ABS -> abs(x, xOff, y, yOff, n);
      case SQUARE -> square(x, xOff, y, yOff, n);
      case SQRT -> sqrt(x, xOff, y, yOff, n);
      case RECIPROCAL -> reciprocal(x, xOff, y, yOff, n);
      case EXP -> exp(x, xOff, y, yOff, n);
      case LOG -> log(x, xOff, y, yOff, n);
      case TANH -> tanh(x, xOff, y, yOff, n);
      case SIGMOID -> sigmoid(x, xOff, y, yOff, n);
      case RELU -> relu(x, xOff, y, yOff, n);
      case LEAKY_RELU -> leakyRelu(p, x, xOff, y, yOff, n);
      case ELU -> elu(p, x, xOff, y, yOff, n);
      case SELU -> selu(x, xOff, y, yOff, n);
      case GELU -> gelu(x, xOff, y, yOff, n);
      case GELU_TANH -> geluTanh(x, xOff, y, yOff, n);
      case SILU -> silu(x, xOff, y, yOff, n);
      case SOFTPLUS -> softplus(p, x, xOff, y, yOff, n);
      case SOFTSIGN -> softsign(x, xOff, y, yOff, n);
      case HARD_SIGMOID -> hardSigmoid(x, xOff, y, yOff, n);
      case HARD_SWISH -> hardSwish(x, xOff, y, yOff, n);
      case MISH -> mish(x, xOff, y, yOff, n);
      case SIGN -> sign(x, xOff, y, yOff, n);
    }
  }

  private static void negate(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = -x[xOff + i];
    }
  }

  private static void abs(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.abs(x[xOff + i]);
    }
  }

  private static void square(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = x[xOff + i] * x[xOff + i];
    }
  }

  private static void sqrt(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = (float) Math.sqrt(x[xOff + i]);
    }
  }

  private static void reciprocal(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = 1 / x[xOff + i];
    }
  }

  private static void exp(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.exp(x[xOff + i]);
    }
  }

  private static void log(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.log(x[xOff + i]);
    }
  }

  private static void tanh(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.tanh(x[xOff + i]);
    }
  }

  private static void sigmoid(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.sigmoid(x[xOff + i]);
    }
  }

  private static void relu(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.max(x[xOff + i], 0);
    }
  }

  private static void leakyRelu(float p, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = x[xOff + i] > 0 ? x[xOff + i] : p * x[xOff + i];
    }
  }

  private static void elu(float p, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.elu(x[xOff + i], p);
    }
  }

  private static void selu(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.selu(x[xOff + i]);
    }
  }

  private static void gelu(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.gelu(x[xOff + i]);
    }
  }

  private static void geluTanh(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.geluTanh(x[xOff + i]);
    }
  }

  private static void silu(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.silu(x[xOff + i]);
    }
  }

  private static void softplus(float p, float[] x, int xOff, float[] y, int yOff, int n) {
    float inverse = 1 / p;
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.softplus(x[xOff + i], p, inverse);
    }
  }

  private static void softsign(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.softsign(x[xOff + i]);
    }
  }

  private static void hardSigmoid(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.hardSigmoid(x[xOff + i]);
    }
  }

  private static void hardSwish(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.hardSwish(x[xOff + i]);
    }
  }

  private static void mish(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.mish(x[xOff + i]);
    }
  }

  private static void sign(float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = FloatMath.sign(x[xOff + i]);
    }
  }
}
