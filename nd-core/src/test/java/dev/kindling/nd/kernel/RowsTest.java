package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Softmax and layer normalization of one row, against the formulas in double. */
class RowsTest {

  private static double logSumExp(float[] x, int off, int n) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[off + i]);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp(x[off + i] - max);
    }
    return max + Math.log(sum);
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void softmaxAndItsLogarithmAreRight(Kernels k) {
    Random random = new Random(1);
    for (int n : TestKernels.LENGTHS) {
      for (double scale : new double[] {1, 30, 1e4}) {
        if (n == 0) {
          continue;
        }
        float[] x = TestKernels.normal(random, n + 5, scale);
        float[] y = new float[n + 5];
        float[] logs = new float[n + 5];
        double expected = logSumExp(x, 2, n);
        assertEquals(expected, k.softmax(x, 2, y, 3, n), 1e-6 * Math.max(1, Math.abs(expected)));
        assertEquals(
            expected, k.logSoftmax(x, 2, logs, 3, n), 1e-6 * Math.max(1, Math.abs(expected)));
        for (int i = 0; i < n; i++) {
          double log = x[2 + i] - expected;
          assertEquals(Math.exp(log), y[3 + i], 5e-7);
          assertEquals(log, logs[3 + i], 3e-7 * Math.max(1, Math.abs(log)) + 1e-6);
        }
        assertEquals(0, y[2]);
        assertEquals(0, y[3 + n]);
        float[] inPlace = x.clone();
        k.softmax(inPlace, 2, inPlace, 2, n);
        assertArrayEquals(Arrays.copyOfRange(y, 3, 3 + n), Arrays.copyOfRange(inPlace, 2, 2 + n));
        inPlace = x.clone();
        k.logSoftmax(inPlace, 2, inPlace, 2, n);
        assertArrayEquals(
            Arrays.copyOfRange(logs, 3, 3 + n), Arrays.copyOfRange(inPlace, 2, 2 + n));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void entriesOfNegativeInfinityGetNothing(Kernels k) {
    float[] x = new float[40];
    Arrays.fill(x, Float.NEGATIVE_INFINITY);
    x[7] = 1;
    x[33] = 1;
    float[] y = new float[40];
    assertEquals(1 + Math.log(2), k.softmax(x, 0, y, 0, 40), 1e-6);
    for (int i = 0; i < 40; i++) {
      assertEquals(i == 7 || i == 33 ? 0.5f : 0, y[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void gradientsOfSoftmaxAreRight(Kernels k) {
    Random random = new Random(2);
    for (int n : TestKernels.LENGTHS) {
      float[] x = TestKernels.normal(random, n, 2);
      float[] y = new float[n];
      float[] logs = new float[n];
      if (n > 0) {
        k.softmax(x, 0, y, 0, n);
        k.logSoftmax(x, 0, logs, 0, n);
      }
      float[] dy = TestKernels.normal(random, n + 2, 1);
      double dot = 0;
      double sum = 0;
      for (int i = 0; i < n; i++) {
        dot += (double) y[i] * dy[1 + i];
        sum += dy[1 + i];
      }
      float[] dx = new float[n + 3];
      float[] dLogs = new float[n + 3];
      k.softmaxGradient(y, 0, dy, 1, dx, 2, n);
      k.logSoftmaxGradient(logs, 0, dy, 1, dLogs, 2, n);
      for (int i = 0; i < n; i++) {
        assertEquals(y[i] * (dy[1 + i] - dot), dx[2 + i], 1e-6);
        assertEquals(dy[1 + i] - Math.exp(logs[i]) * sum, dLogs[2 + i], 5e-6);
      }
      float[] inPlace = dy.clone();
      k.softmaxGradient(y, 0, inPlace, 1, inPlace, 1, n);
      assertArrayEquals(Arrays.copyOfRange(dx, 2, 2 + n), Arrays.copyOfRange(inPlace, 1, 1 + n));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void layerNormalizationAndItsGradientAreRight(Kernels k) {
    Random random = new Random(3);
    for (int n : TestKernels.LENGTHS) {
      if (n < 3) {
        continue;
      }
      float[] x = TestKernels.normal(random, n + 1, 3);
      float[] gamma = TestKernels.normal(random, n + 2, 1);
      float[] beta = TestKernels.normal(random, n + 3, 1);
      float[] dy = TestKernels.normal(random, n + 4, 1);
      float mean = (float) (k.sum(x, 1, n) / n);
      float inverse = (float) (1 / Math.sqrt(k.sumOfSquares(x, 1, mean, n) / n + 1e-5));
      float[] y = new float[n + 5];
      k.normalize(x, 1, mean, inverse, gamma, 2, beta, 3, y, 5, n);
      float[] dGamma = TestKernels.normal(random, n + 1, 1);
      float[] dBeta = TestKernels.normal(random, n + 2, 1);
      float[] dGammaBefore = dGamma.clone();
      float[] dBetaBefore = dBeta.clone();
      float[] dx = new float[n + 3];
      k.normalizeGradient(x, 1, mean, inverse, gamma, 2, dy, 4, dGamma, 1, dBeta, 2, dx, 3, n);
      double g = 0;
      double gh = 0;
      for (int i = 0; i < n; i++) {
        double h = ((double) x[1 + i] - mean) * inverse;
        g += (double) dy[4 + i] * gamma[2 + i] / n;
        gh += (double) dy[4 + i] * gamma[2 + i] * h / n;
      }
      for (int i = 0; i < n; i++) {
        double h = ((double) x[1 + i] - mean) * inverse;
        assertEquals(h * gamma[2 + i] + beta[3 + i], y[5 + i], 2e-6);
        assertEquals(dGammaBefore[1 + i] + dy[4 + i] * h, dGamma[1 + i], 2e-6);
        assertEquals(dBetaBefore[2 + i] + dy[4 + i], dBeta[2 + i], 1e-6);
        assertEquals(inverse * ((double) dy[4 + i] * gamma[2 + i] - g - h * gh), dx[3 + i], 2e-6);
      }
      assertEquals(dGammaBefore[0], dGamma[0]);
      assertEquals(0, dx[2]);
    }
  }
}
