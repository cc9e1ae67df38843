package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DropoutTest {

  private static final long KEY = 0x9e3779b97f4a7c15L;

  /** 1 where an element is kept, else 0. */
  private static float[] mask(Kernels k, long key, double keep, int n) {
    float[] x = new float[n];
    Arrays.fill(x, 1);
    k.dropout(key, 0, DropoutHash.threshold(keep), 1, x, 0, x, 0, n);
    return x;
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void everyLengthAndOffsetKeepsWhatTheHashSays(Kernels k) {
    int threshold = DropoutHash.threshold(0.7);
    for (int n : TestKernels.LENGTHS) {
      float[] x = TestKernels.normal(new Random(n), n + 4, 1);
      if (n > 3) {
        x[4] = Float.NaN;
        x[5] = Float.NEGATIVE_INFINITY;
      }
      float[] y = new float[n + 6];
      k.dropout(KEY, Integer.MAX_VALUE - 5, threshold, 1.25f, x, 1, y, 3, n);
      for (int i = 0; i < n; i++) {
        int hash = DropoutHash.hash(KEY, Integer.MAX_VALUE - 5 + i);
        boolean keep = Integer.compareUnsigned(hash, threshold) <= 0;
        assertEquals(keep ? x[1 + i] * 1.25f : 0f, y[3 + i]);
      }
      assertEquals(0, y[2]);
      assertEquals(0, y[3 + n]);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void chunksOfARangeGiveTheMaskOfTheWhole(Kernels k) {
    float[] whole = mask(k, KEY, 0.5, 1000);
    float[] parts = new float[1000];
    Arrays.fill(parts, 1);
    for (int from = 0; from < 1000; from += 77) {
      int n = Math.min(77, 1000 - from);
      k.dropout(KEY, from, DropoutHash.threshold(0.5), 1, parts, from, parts, from, n);
    }
    assertArrayEquals(whole, parts);
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void theShareKeptIsTheOneAskedForAndNeighboursAreIndependent(Kernels k) {
    int n = 1_000_000;
    for (double keep : new double[] {0.1, 0.5, 0.8, 0.999}) {
      float[] mask = mask(k, KEY, keep, n);
      double variance = keep * (1 - keep);
      double sigma = Math.sqrt(variance / n);
      assertEquals(keep, k.sum(mask, 0, n) / n, 5 * sigma);
      for (int lag : new int[] {1, 2, 3, 16, 64, 784, 65536}) {
        double covariance = 0;
        for (int i = lag; i < n; i++) {
          covariance += (mask[i] - keep) * (mask[i - lag] - keep);
        }
        assertEquals(0, covariance / (n - lag) / variance, 5 / Math.sqrt(n - lag), "lag " + lag);
      }
    }
  }

  @Test
  void keysThatDifferByOneBitGiveIndependentMasks() {
    Kernels k = KernelProvider.get();
    int n = 100_000;
    float[] mask = mask(k, KEY, 0.5, n);
    for (int bit = 0; bit < 64; bit++) {
      float[] other = mask(k, KEY ^ 1L << bit, 0.5, n);
      int equal = 0;
      for (int i = 0; i < n; i++) {
        equal += mask[i] == other[i] ? 1 : 0;
      }
      assertEquals(0.5, equal / (double) n, 5 * 0.5 / Math.sqrt(n), "bit " + bit);
    }
  }

  @Test
  void keepingEverythingKeepsEveryHash() {
    assertEquals(0xffffffff, DropoutHash.threshold(1));
    assertTrue(Integer.compareUnsigned(0xffffffff, DropoutHash.threshold(1)) <= 0);
    assertEquals(0x7fffffff, DropoutHash.threshold(0.5));
  }
}
