package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums and the maximum of every provider, at awkward sizes and places. */
class SumsTest {

  private static final double DOUBLE = 1e-14;

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void sumsAreExactToTheLastDigitsOfDouble(Kernels kernels) {
    Random random = new Random(1);
    for (int n : TestKernels.LENGTHS) {
      for (int off : new int[] {0, 1, 5}) {
        float[] a = TestKernels.normal(random, n + off + 3, 100);
        float[] b = TestKernels.normal(random, n + 7, 1e-3);
        float center = 17.3f;
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal squares = BigDecimal.ZERO;
        BigDecimal dot = BigDecimal.ZERO;
        double size = 1e-30;
        for (int i = 0; i < n; i++) {
          BigDecimal x = new BigDecimal(a[off + i]);
          BigDecimal d = x.subtract(new BigDecimal(center));
          sum = sum.add(x);
          squares = squares.add(d.multiply(d));
          dot = dot.add(x.multiply(new BigDecimal(b[2 + i])));
          size += Math.abs(a[off + i]);
        }
        String where = kernels.name() + ", " + n + " at " + off;
        assertEquals(sum.doubleValue(), kernels.sum(a, off, n), DOUBLE * size, where);
        assertEquals(
            squares.doubleValue(),
            kernels.sumOfSquares(a, off, center, n),
            DOUBLE * squares.doubleValue(),
            where);
        assertEquals(dot.doubleValue(), kernels.dot(a, off, b, 2, n), DOUBLE * size, where);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void momentSumsAndRectifiedGradientsAreThoseOfTheDefinition(Kernels kernels) {
    Random random = new Random(5);
    for (int n : TestKernels.LENGTHS) {
      for (int off : new int[] {0, 1, 5}) {
        float[] dy = TestKernels.normal(random, n + off + 1, 1);
        float[] x = TestKernels.normal(random, n + 7, 3);
        float shift = -0.7f;
        String where = kernels.name() + ", " + n + " at " + off;
        double[] sums = {2, -3};
        kernels.momentSums(dy, off, x, 2, shift, n, sums);
        expectMoments(dy, off, x, shift, n, sums, where);

        float[] d = new float[n + 3];
        float[] expected = new float[n + 3];
        java.util.Arrays.fill(d, 9);
        java.util.Arrays.fill(expected, 9);
        for (int i = 0; i < n; i++) {
          expected[i + 1] = Math.fma(0.5f, x[2 + i], -0.2f) > 0 ? dy[off + i] : 0;
        }
        kernels.rectify(0.5f, -0.2f, x, 2, dy, off, d, 1, n);
        assertArrayEquals(expected, d, where);
      }
    }
  }

  private static void expectMoments(
      float[] d, int dOff, float[] x, float shift, int n, double[] sums, String where) {
    double sum = 0;
    double dot = 0;
    double size = 1e-30;
    for (int i = 0; i < n; i++) {
      sum += d[dOff + i];
      dot += d[dOff + i] * ((double) x[2 + i] + shift);
      size += Math.abs(d[dOff + i] * x[2 + i]) + Math.abs(d[dOff + i]);
    }
    assertEquals(2 + sum, sums[0], 1e-6 * size, where);
    assertEquals(-3 + dot, sums[1], 1e-6 * size, where);
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void theMaximumIsFoundWhereverItIs(Kernels kernels) {
    assertEquals(Float.NEGATIVE_INFINITY, kernels.max(new float[3], 1, 0));
    for (int n : TestKernels.LENGTHS) {
      for (int at = 0; at < n; at++) {
        float[] x = TestKernels.normal(new Random(n), n + 4, 1);
        x[0] = 1e9f;
        x[n + 1] = Float.NaN;
        x[at + 1] = 50;
        assertEquals(50, kernels.max(x, 1, n));
        x[at + 1] = Float.NaN;
        assertTrue(Float.isNaN(kernels.max(x, 1, n)), () -> kernels.name() + " hides NaN");
      }
      float[] low = new float[n];
      java.util.Arrays.fill(low, -3);
      assertEquals(n == 0 ? Float.NEGATIVE_INFINITY : -3, kernels.max(low, 0, n));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void theLargerOfTwoIsTakenAndNanIsNotHidden(Kernels kernels) {
    for (int n : TestKernels.LENGTHS) {
      float[] a = TestKernels.normal(new Random(1), n + 1, 1);
      float[] b = TestKernels.normal(new Random(2), n + 2, 1);
      if (n > 2) {
        a[1] = Float.NaN;
        b[n + 1] = Float.NaN;
        a[2] = -0.0f;
        b[3] = 0.0f;
      }
      float[] y = new float[n + 3];
      kernels.maximum(a, 1, b, 2, y, 3, n);
      for (int i = 0; i < n; i++) {
        assertEquals(Math.max(a[i + 1], b[i + 2]), y[i + 3], kernels.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void aSumHasTheSameBitsAtEveryCallAndLeavesNoGarbage(Kernels kernels) {
    float[] a = TestKernels.normal(new Random(1), 300, 1);
    float[] b = TestKernels.normal(new Random(2), 300, 1);
    double first = all(kernels, a, b);
    long bytes =
        Garbage.settled(
            () -> {
              double sum = 0;
              for (int i = 0; i < 50; i++) {
                sum = all(kernels, a, b);
              }
              if (sum != first) {
                throw new AssertionError("first " + first + ", then " + sum);
              }
            });
    assertEquals(0, bytes, "bytes in 50 rounds");
  }

  private static double all(Kernels k, float[] a, float[] b) {
    double sum = 0;
    for (int n = 0; n < 300; n += 23) {
      sum += k.sum(a, 0, n) + k.dot(a, 0, b, 0, n) * 3;
      sum += k.sumOfSquares(a, 0, 0.5f, n) * 5 + k.max(a, 0, n + 1) * 7;
    }
    return sum;
  }
}
