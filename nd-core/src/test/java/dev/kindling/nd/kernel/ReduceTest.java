package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReduceTest {

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void aMillionSmallNumbersAreNotLostInALargeSum(Kernels k) {
    float[] x = new float[1_000_003];
    java.util.Arrays.fill(x, 0.1f);
    x[0] = 1e8f;
    assertEquals(1e8 + 1_000_002 * (double) 0.1f, k.sum(x, 0, x.length), 1e-2);
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void varianceOfNumbersFarFromZeroKeepsItsDigits(Kernels k) {
    float[] x = new float[1000];
    for (int i = 0; i < x.length; i++) {
      x[i] = 4096 + i % 2;
    }
    assertEquals(250, k.sumOfSquares(x, 0, 4096.5f, x.length), 1e-9);
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void columnsAreSummedInDoubleAndAddedToBetaTimesY(Kernels k) {
    Random random = new Random(4);
    for (int cols : TestKernels.LENGTHS) {
      for (int rows : new int[] {0, 1, 2, 5, 100}) {
        for (float beta : new float[] {0, 1, -0.5f}) {
          int lda = cols + 3;
          int ldb = cols + 1;
          float[] a = TestKernels.normal(random, 2 + rows * lda + cols, 1);
          float[] b = TestKernels.normal(random, 4 + rows * ldb + cols, 1);
          float[] y = TestKernels.normal(random, cols + 5, 1);
          if (beta == 0) {
            java.util.Arrays.fill(y, 3, 3 + cols, Float.NaN);
          }
          float[] z = y.clone();
          float[] before = y.clone();
          k.columnSums(a, 2, lda, rows, cols, beta, y, 3);
          k.columnDots(a, 2, lda, b, 4, ldb, rows, cols, beta, z, 3);
          for (int j = -3; j < cols + 2; j++) {
            if (j < 0 || j >= cols) {
              assertEquals(before[3 + j], y[3 + j]);
              assertEquals(before[3 + j], z[3 + j]);
              continue;
            }
            double sum = beta == 0 ? 0 : (double) beta * before[3 + j];
            double dot = sum;
            for (int i = 0; i < rows; i++) {
              sum += a[2 + i * lda + j];
              dot += (double) a[2 + i * lda + j] * b[4 + i * ldb + j];
            }
            assertEquals(sum, y[3 + j], 1e-7 * Math.abs(sum) + 1e-12);
            assertEquals(dot, z[3 + j], 1e-7 * Math.abs(dot) + 1e-12);
          }
        }
      }
    }
  }
}
