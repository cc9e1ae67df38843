package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/** Arithmetic on whole vectors. Each method returns how many elements it did; the tail is the plain loop's. */
final class SimdArithmetic {

  private SimdArithmetic() {}

  static int add(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i).add(fromArray(F, b, bOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int sub(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i).sub(fromArray(F, b, bOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int mul(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i).mul(fromArray(F, b, bOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int div(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i).div(fromArray(F, b, bOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int maximum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i).max(fromArray(F, b, bOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int minimum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i).min(fromArray(F, b, bOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int clamp(float low, float high, float[] x, int xOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).max(low).min(high).intoArray(y, yOff + i);
    }
    return end;
  }

  static int axpy(float alpha, float[] x, int xOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    FloatVector alphas = broadcast(F, alpha);
    for (int i = 0; i < end; i += N) {
      alphas.fma(fromArray(F, x, xOff + i), fromArray(F, y, yOff + i)).intoArray(y, yOff + i);
    }
    return end;
  }

  static int affine(float alpha, float beta, float[] x, int xOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    FloatVector alphas = broadcast(F, alpha);
    FloatVector betas = broadcast(F, beta);
    for (int i = 0; i < end; i += N) {
      alphas.fma(fromArray(F, x, xOff + i), betas).intoArray(y, yOff + i);
    }
    return end;
  }

  static int mulAdd(
      float[] a, int aOff, float[] b, int bOff, float[] c, int cOff, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      fromArray(F, a, aOff + i)
          .fma(fromArray(F, b, bOff + i), fromArray(F, c, cOff + i))
          .intoArray(y, yOff + i);
    }
    return end;
  }

  static int combine(
      float alpha,
      float[] a,
      int aOff,
      float beta,
      float[] b,
      int bOff,
      float gamma,
      float[] y,
      int yOff,
      int n) {
    int end = F.loopBound(n);
    FloatVector alphas = broadcast(F, alpha);
    FloatVector betas = broadcast(F, beta);
    FloatVector gammas = broadcast(F, gamma);
    for (int i = 0; i < end; i += N) {
      FloatVector second = betas.fma(fromArray(F, b, bOff + i), gammas);
      alphas.fma(fromArray(F, a, aOff + i), second).intoArray(y, yOff + i);
    }
    return end;
  }
}
