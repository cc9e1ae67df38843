package dev.kindling.nd.kernel;

import java.util.Random;
import java.util.stream.Stream;

/** The providers that a test goes through, and awkward sizes. */
final class TestKernels {

  static final int[] LENGTHS = {0, 1, 3, 7, 8, 15, 16, 17, 31, 33, 100, 257};

  private TestKernels() {}

  /** The plain kernels, and those that this run of the tests was started with. */
  static Stream<Kernels> all() {
    return Stream.of(KernelProvider.named("plain"), KernelProvider.get()).distinct();
  }

  static float[] normal(Random random, int n, double scale) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (random.nextGaussian() * scale);
    }
    return x;
  }
}
