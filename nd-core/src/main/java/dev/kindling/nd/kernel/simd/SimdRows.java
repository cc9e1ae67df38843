package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.D;
import static dev.kindling.nd.kernel.simd.Lanes.D_EIGHTH;
import static dev.kindling.nd.kernel.simd.Lanes.D_HALF;
import static dev.kindling.nd.kernel.simd.Lanes.D_QUARTER;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.HALF;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.SimdSweep.BLOCK;
import static dev.kindling.nd.kernel.simd.SimdSweep.T;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.F2D;

import dev.kindling.nd.kernel.FloatMath;
import dev.kindling.nd.kernel.Scratch;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Operations on one row at a time: softmax and layer normalization, forward and backward. Short sweeps over the row, for
 * the reasons that {@link SimdMath} and {@link SimdReduce} state.
 */
final class SimdRows {

  private SimdRows() {}

  static float softmax(float[] x, int xOff, float[] y, int yOff, int n) {
    float max = SimdReduce.max(x, xOff, n);
    exp(x, xOff, max, y, yOff, n);
    double sum = SimdReduce.sum(y, yOff, n);
    scale((float) (1 / sum), y, yOff, n);
    return (float) (max + Math.log(sum));
  }

  /** y = exp(x - max), where nothing is above max. */
  private static void exp(float[] x, int xOff, float max, float[] y, int yOff, int n) {
    int end = SimdArithmetic.affine(1, -max, x, xOff, y, yOff, n);
    SimdMath.exp(y, yOff, y, yOff, end);
    for (int i = end; i < n; i++) {
      y[yOff + i] = FloatMath.exp(x[xOff + i] - max);
    }
  }

  private static void scale(float factor, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    FloatVector factors = broadcast(F, factor);
    for (int i = 0; i < end; i += N) {
      fromArray(F, y, yOff + i).mul(factors).intoArray(y, yOff + i);
    }
    for (int i = end; i < n; i++) {
      y[yOff + i] *= factor;
    }
  }

  static float logSoftmax(Scratch scratch, float[] x, int xOff, float[] y, int yOff, int n) {
    float max = SimdReduce.max(x, xOff, n);
    float[] t = scratch.borrow(T + BLOCK);
    double sum = 0;
    for (int i = 0; i < n; i += BLOCK) {
      int size = Math.min(BLOCK, n - i);
      exp(x, xOff + i, max, t, T, size);
      sum += SimdReduce.sum(t, T, size);
    }
    scratch.give(t);
    double log = Math.log(sum);
    shift(x, xOff, max, (float) log, y, yOff, n);
    return (float) (max + log);
  }

  /** y = x - max - log: the maximum first, so that large scores keep their digits. */
  private static void shift(float[] x, int xOff, float max, float log, float[] y, int yOff, int n) {
    int end = F.loopBound(n);
    FloatVector maxs = broadcast(F, max);
    FloatVector logs = broadcast(F, log);
    for (int i = 0; i < end; i += N) {
      fromArray(F, x, xOff + i).sub(maxs).sub(logs).intoArray(y, yOff + i);
    }
    for (int i = end; i < n; i++) {
      y[yOff + i] = x[xOff + i] - max - log;
    }
  }

  static void softmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    float mean = (float) SimdReduce.dot(y, yOff, dy, dyOff, n);
    softmaxGradient(y, yOff, dy, dyOff, mean, dx, dxOff, n);
  }

  private static void softmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float mean, float[] dx, int dxOff, int n) {
    int end = F.loopBound(n);
    FloatVector means = broadcast(F, mean);
    for (int i = 0; i < end; i += N) {
      FloatVector centered = fromArray(F, dy, dyOff + i).sub(means);
      fromArray(F, y, yOff + i).mul(centered).intoArray(dx, dxOff + i);
    }
    for (int i = end; i < n; i++) {
      dx[dxOff + i] = y[yOff + i] * (dy[dyOff + i] - mean);
    }
  }

  static void logSoftmaxGradient(
      Scratch scratch, float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    float sum = (float) SimdReduce.sum(dy, dyOff, n);
    float[] t = scratch.borrow(T + BLOCK);
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += BLOCK) {
      int size = Math.min(BLOCK, end - i);
      SimdMath.exp(y, yOff + i, t, T, size);
      SimdArithmetic.combine(-sum, t, T, 1, dy, dyOff + i, 0, dx, dxOff + i, size);
    }
    scratch.give(t);
    for (int i = end; i < n; i++) {
      dx[dxOff + i] = Math.fma(FloatMath.exp(y[yOff + i]), -sum, dy[dyOff + i]);
    }
  }

  static void normalize(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] beta,
      int betaOff,
      float[] y,
      int yOff,
      int n) {
    int end = F.loopBound(n);
    FloatVector means = broadcast(F, mean);
    FloatVector inverses = broadcast(F, inverse);
    for (int i = 0; i < end; i += N) {
      FloatVector h = fromArray(F, x, xOff + i).sub(means).mul(inverses);
      FloatVector b = fromArray(F, beta, betaOff + i);
      h.fma(fromArray(F, gamma, gammaOff + i), b).intoArray(y, yOff + i);
    }
    for (int i = end; i < n; i++) {
      float h = (x[xOff + i] - mean) * inverse;
      y[yOff + i] = Math.fma(h, gamma[gammaOff + i], beta[betaOff + i]);
    }
  }

  static void normalizeGradient(
      Scratch scratch,
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] dy,
      int dyOff,
      float[] dGamma,
      int dGammaOff,
      float[] dBeta,
      int dBetaOff,
      float[] dx,
      int dxOff,
      int n) {
    float[] t = scratch.borrow(T + 2);
    parameterGradient(x, xOff, mean, inverse, dy, dyOff, dGamma, dGammaOff, dBeta, dBetaOff, n);
    averages(x, xOff, mean, inverse, gamma, gammaOff, dy, dyOff, n, t);
    float meanG = t[T];
    float meanGh = t[T + 1];
    scratch.give(t);
    inputGradient(x, xOff, mean, inverse, gamma, gammaOff, dy, dyOff, meanG, meanGh, dx, dxOff, n);
  }

  /** dGamma += dy·h, dBeta += dy. */
  private static void parameterGradient(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] dy,
      int dyOff,
      float[] dGamma,
      int dGammaOff,
      float[] dBeta,
      int dBetaOff,
      int n) {
    int end = F.loopBound(n);
    FloatVector means = broadcast(F, mean);
    FloatVector inverses = broadcast(F, inverse);
    for (int i = 0; i < end; i += N) {
      FloatVector h = fromArray(F, x, xOff + i).sub(means).mul(inverses);
      FloatVector d = fromArray(F, dy, dyOff + i);
      d.fma(h, fromArray(F, dGamma, dGammaOff + i)).intoArray(dGamma, dGammaOff + i);
      d.add(fromArray(F, dBeta, dBetaOff + i)).intoArray(dBeta, dBetaOff + i);
    }
    for (int i = end; i < n; i++) {
      float h = (x[xOff + i] - mean) * inverse;
      dGamma[dGammaOff + i] = Math.fma(dy[dyOff + i], h, dGamma[dGammaOff + i]);
      dBeta[dBetaOff + i] += dy[dyOff + i];
    }
  }

  /** Puts the averages of g = dy·gamma and of g·h into t. */
  private static void averages(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] dy,
      int dyOff,
      int n,
      float[] t) {
    DoubleVector c = DoubleVector.broadcast(D, mean);
    DoubleVector s0 = DoubleVector.zero(D);
    DoubleVector s1 = s0;
    DoubleVector d0 = s0;
    DoubleVector d1 = s0;
    int end = F.loopBound(n);
    for (int i = 0; i < end; i += N) {
      FloatVector v = fromArray(F, x, xOff + i);
      FloatVector g = fromArray(F, dy, dyOff + i).mul(fromArray(F, gamma, gammaOff + i));
      DoubleVector g0 = (DoubleVector) g.convertShape(F2D, D, 0);
      DoubleVector g1 = (DoubleVector) g.rearrange(HALF).convertShape(F2D, D, 0);
      DoubleVector h0 = ((DoubleVector) v.convertShape(F2D, D, 0)).sub(c);
      DoubleVector h1 = ((DoubleVector) v.rearrange(HALF).convertShape(F2D, D, 0)).sub(c);
      s0 = g0.add(s0);
      s1 = g1.add(s1);
      d0 = g0.fma(h0, d0);
      d1 = g1.fma(h1, d1);
    }
    DoubleVector s = DoubleVector.zero(D).add(s0).add(s1);
    DoubleVector d = DoubleVector.zero(D).add(d0).add(d1);
    s = s.add(s.rearrange(D_HALF));
    d = d.add(d.rearrange(D_HALF));
    if (N >= 8) {
      s = s.add(s.rearrange(D_QUARTER));
      d = d.add(d.rearrange(D_QUARTER));
    }
    if (N >= 16) {
      s = s.add(s.rearrange(D_EIGHTH));
      d = d.add(d.rearrange(D_EIGHTH));
    }
    double sum = s.lane(0);
    double dot = d.lane(0);
    for (int i = end; i < n; i++) {
      float g = dy[dyOff + i] * gamma[gammaOff + i];
      sum += g;
      dot = Math.fma((double) g, x[xOff + i] - (double) mean, dot);
    }
    t[T] = (float) (sum / n);
    t[T + 1] = (float) (inverse * dot / n);
  }

  private static void inputGradient(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] dy,
      int dyOff,
      float meanG,
      float meanGh,
      float[] dx,
      int dxOff,
      int n) {
    int end = F.loopBound(n);
    FloatVector means = broadcast(F, mean);
    FloatVector inverses = broadcast(F, inverse);
    FloatVector meanGs = broadcast(F, meanG);
    FloatVector minusMeanGhs = broadcast(F, -meanGh);
    for (int i = 0; i < end; i += N) {
      FloatVector h = fromArray(F, x, xOff + i).sub(means).mul(inverses);
      FloatVector g = fromArray(F, dy, dyOff + i).mul(fromArray(F, gamma, gammaOff + i));
      h.fma(minusMeanGhs, g.sub(meanGs)).mul(inverses).intoArray(dx, dxOff + i);
    }
    for (int i = end; i < n; i++) {
      float h = (x[xOff + i] - mean) * inverse;
      float g = dy[dyOff + i] * gamma[gammaOff + i];
      dx[dxOff + i] = inverse * Math.fma(-h, meanGh, g - meanG);
    }
  }
}
