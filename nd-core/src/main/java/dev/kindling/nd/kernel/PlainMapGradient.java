package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;
import java.util.Arrays;

/** The plain provider's derivatives, of x or of y = f(x), whichever gives the shorter exact formula. */
public final class PlainMapGradient {

  private PlainMapGradient() {}

  /** See {@link Kernels#mapGradient}. */
  public static void mapGradient(
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
    switch (f) {
      case NEGATE -> negate(dy, dyOff, dx, dxOff, n);
      case ABS -> abs(x, xOff, dy, dyOff, dx, dxOff, n);
      case SQUARE -> square(x, xOff, dy, dyOff, dx, dxOff, n);
      case SQRT -> sqrt(y, yOff, dy, dyOff, dx, dxOff, n);
      case RECIPROCAL -> reciprocal(y, yOff, dy, dyOff, dx, dxOff, n);
      case EXP -> exp(y, yOff, dy, dyOff, dx, dxOff, n);
      case LOG -> log(x, xOff, dy, dyOff, dx, dxOff, n);
      case TANH -> tanh(y, yOff, dy, dyOff, dx, dxOff, n);
      case SIGMOID -> sigmoid(y, yOff, dy, dyOff, dx, dxOff, n);
      case RELU -> relu(y, yOff, dy, dyOff, dx, dxOff, n);
      case LEAKY_RELU -> leakyRelu(p, x, xOff, dy, dyOff, dx, dxOff, n);
      case ELU -> elu(p, x, xOff, dy, dyOff, dx, dxOff, n);
      case SELU -> selu(x, xOff, dy, dyOff, dx, dxOff, n);
      case GELU -> gelu(x, xOff, dy, dyOff, dx, dxOff, n);
      case GELU_TANH -> geluTanh(x, xOff, dy, dyOff, dx, dxOff, n);
      case SILU -> silu(x, xOff, dy, dyOff, dx, dxOff, n);
      case SOFTPLUS -> softplus(p, x, xOff, dy, dyOff, dx, dxOff, n);
      case SOFTSIGN -> softsign(x, xOff, dy, dyOff, dx, dxOff, n);
      case HARD_SIGMOID -> hardSigmoid(x, xOff, dy, dyOff, dx, dxOff, n);
      case HARD_SWISH -> hardSwish(x, xOff, dy, dyOff, dx, dxOff, n);
      case MISH -> mish(x, xOff, dy, dyOff, dx, dxOff, n);
      case SIGN -> Arrays.fill(dx, dxOff, dxOff + n, 0);
    }
  }

  private static void negate(float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = -dy[dyOff + i];
    }
  }

  private static void abs(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.sign(x[xOff + i]);
    }
  }

  private static void square(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * (2 * x[xOff + i]);
    }
  }

  private static void sqrt(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * (0.5f / y[yOff + i]);
    }
  }

  private static void reciprocal(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * -(y[yOff + i] * y[yOff + i]);
    }
  }

  private static void exp(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * y[yOff + i];
    }
  }

  private static void log(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] / x[xOff + i];
    }
  }

  private static void tanh(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * Math.fma(-y[yOff + i], y[yOff + i], 1);
    }
  }

  private static void sigmoid(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * Math.fma(-y[yOff + i], y[yOff + i], y[yOff + i]);
    }
  }

  private static void relu(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = y[yOff + i] > 0 ? dy[dyOff + i] : 0;
    }
  }

  private static void leakyRelu(
      float p, float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = x[xOff + i] > 0 ? dy[dyOff + i] : p * dy[dyOff + i];
    }
  }

  private static void elu(
      float p, float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.eluGradient(x[xOff + i], p);
    }
  }

  private static void selu(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.seluGradient(x[xOff + i]);
    }
  }

  private static void gelu(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.geluGradient(x[xOff + i]);
    }
  }

  private static void geluTanh(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.geluTanhGradient(x[xOff + i]);
    }
  }

  private static void silu(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.siluGradient(x[xOff + i]);
    }
  }

  private static void softplus(
      float p, float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.sigmoid(p * x[xOff + i]);
    }
  }

  private static void softsign(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.softsignGradient(x[xOff + i]);
    }
  }

  private static void hardSigmoid(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = x[xOff + i] > -3 && x[xOff + i] < 3 ? dy[dyOff + i] * (1 / 6f) : 0;
    }
  }

  private static void hardSwish(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.hardSwishGradient(x[xOff + i]);
    }
  }

  private static void mish(
      float[] x, int xOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = dy[dyOff + i] * FloatMath.mishGradient(x[xOff + i]);
    }
  }
}
