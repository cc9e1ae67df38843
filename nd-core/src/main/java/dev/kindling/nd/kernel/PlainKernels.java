package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;

/** Loops that the JIT compiler vectorizes by itself. */
public class PlainKernels implements Kernels {

  private final PlainGemm gemm = new PlainGemm();

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public void gemm(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      float alpha,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    gemm.run(transA, transB, m, n, k, alpha, a, aOff, lda, b, bOff, ldb, beta, c, cOff, ldc);
  }

  @Override
  public void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = (float) value(f, p, x[xOff + i]);
    }
  }

  @Override
  public void mapGradient(
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
    for (int i = 0; i < n; i++) {
      double e = 1e-4;
      double v = x[xOff + i];
      dx[dxOff + i] = (float) (dy[dyOff + i] * (value(f, p, v + e) - value(f, p, v - e)) / (2 * e));
    }
  }

  private static double value(Unary f, float p, double x) {
    return switch (f) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : p * x;
      case ELU -> x > 0 ? x : p * Math.expm1(x);
      case SIGN -> Math.signum(x);
      default -> throw new IllegalStateException("placeholder");
    };
  }

  @Override
  public void add(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] + b[bOff + i];
    }
  }

  @Override
  public void sub(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] - b[bOff + i];
    }
  }

  @Override
  public void mul(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] * b[bOff + i];
    }
  }

  @Override
  public void div(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = a[aOff + i] / b[bOff + i];
    }
  }

  @Override
  public void axpy(float alpha, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(alpha, x[xOff + i], y[yOff + i]);
    }
  }

  @Override
  public void affine(float alpha, float beta, float[] x, int xOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(alpha, x[xOff + i], beta);
    }
  }

  @Override
  public void mulAdd(
      float[] a, int aOff, float[] b, int bOff, float[] c, int cOff, float[] y, int yOff, int n) {
    for (int i = 0; i < n; i++) {
      y[yOff + i] = Math.fma(a[aOff + i], b[bOff + i], c[cOff + i]);
    }
  }

  @Override
  public void dropout(
      long key,
      int base,
      int threshold,
      float scale,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      int n) {
    for (int i = 0; i < n; i++) {
      boolean keep = Integer.compareUnsigned(DropoutHash.hash(key, base + i), threshold) < 0;
      y[yOff + i] = keep ? x[xOff + i] * scale : 0;
    }
  }

  @Override
  public double sum(float[] x, int xOff, int n) {
    double s = 0;
    for (int i = 0; i < n; i++) {
      s += x[xOff + i];
    }
    return s;
  }

  @Override
  public double sumOfSquares(float[] x, int xOff, float center, int n) {
    double s = 0;
    for (int i = 0; i < n; i++) {
      double d = x[xOff + i] - center;
      s += d * d;
    }
    return s;
  }

  @Override
  public double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    double s = 0;
    for (int i = 0; i < n; i++) {
      s += (double) a[aOff + i] * b[bOff + i];
    }
    return s;
  }

  @Override
  public float max(float[] x, int xOff, int n) {
    float m = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      m = Math.max(m, x[xOff + i]);
    }
    return m;
  }

  @Override
  public void columnSums(
      float[] x, int xOff, int ld, int rows, int cols, float beta, float[] y, int yOff) {
    for (int j = 0; j < cols; j++) {
      float s = beta == 0 ? 0 : beta * y[yOff + j];
      for (int i = 0; i < rows; i++) {
        s += x[xOff + i * ld + j];
      }
      y[yOff + j] = s;
    }
  }

  @Override
  public float softmax(float[] x, int xOff, float[] y, int yOff, int n) {
    float max = max(x, xOff, n);
    double s = 0;
    for (int i = 0; i < n; i++) {
      float e = ScalarMath.exp(x[xOff + i] - max);
      y[yOff + i] = e;
      s += e;
    }
    float inverse = (float) (1 / s);
    for (int i = 0; i < n; i++) {
      y[yOff + i] *= inverse;
    }
    return (float) (max + Math.log(s));
  }
}
