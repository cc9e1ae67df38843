package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Once warm, a matrix product on one thread leaves nothing to the garbage collector. */
class GemmAllocationTest {

  private static final int[][] SHAPES = {
    {64, 128, 784},
    {1, 128, 784},
    {64, 10, 64},
    {10, 64, 64},
    {96, 96, 96},
    {64, 1, 64},
    {7, 33, 40}
  };

  private final int threads = Parallel.threads();

  @BeforeEach
  void oneThread() {
    Parallel.setThreads(1);
  }

  @AfterEach
  void restore() {
    Parallel.setThreads(threads);
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.GemmTest#ours")
  void allocatesNothingOnceWarm(Kernels kernels) {
    float[] a = TestKernels.normal(new Random(1), 128 * 784, 1);
    float[] b = TestKernels.normal(new Random(2), 128 * 784, 1);
    float[] c = new float[128 * 784];
    long bytes =
        Garbage.settled(
            () -> {
              for (int r = 0; r < 10; r++) {
                everyShape(kernels, a, b, c);
              }
            });
    assertEquals(0, bytes, "bytes in 10 rounds of all shapes");
  }

  private static void everyShape(Kernels kernels, float[] a, float[] b, float[] c) {
    for (int[] s : SHAPES) {
      for (int transposes = 0; transposes < 4; transposes++) {
        boolean transA = (transposes & 1) != 0;
        boolean transB = (transposes & 2) != 0;
        int m = s[0];
        int n = s[1];
        int k = s[2];
        kernels.gemm(
            transA, transB, m, n, k, 1, a, 0, transA ? m : k, b, 0, transB ? k : n, 0, c, 0, n);
      }
    }
  }
}
