package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The matrix product, EJML's among the providers, against the definition in double precision. */
class GemmTest {

  private static final int[] SIZES = {1, 3, 7, 8, 15, 16, 17, 31, 33, 100, 257};
  private static final float[] ALPHAS = {1, -0.5f, 2};
  private static final float[] BETAS = {0, 1, -0.5f};

  private final int threads = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(threads);
  }

  /** The kernels that this run was started with: each run of the tests has its own. */
  static Stream<Kernels> ours() {
    return Stream.of(KernelProvider.get());
  }

  static Stream<Kernels> providers() {
    return Stream.concat(ours(), Stream.of(KernelProvider.named("ejml")));
  }

  /** Every size meets every other in each place, with the transposes, factors and gaps in turn. */
  @ParameterizedTest
  @MethodSource("providers")
  void agreesWithTheDefinitionAtAwkwardSizes(Kernels kernels) {
    Random random = new Random(1);
    int turn = 0;
    for (int m : SIZES) {
      for (int n : SIZES) {
        for (int k : SIZES) {
          if ((m + n + k) % 3 == 0 || Math.max(m, Math.max(n, k)) < 34) {
            new Product(random, m, n, k, turn++).check(kernels);
          }
        }
      }
    }
  }

  /** What is computed from B ahead leaves every bit. */
  @ParameterizedTest
  @MethodSource("ours")
  void preparedMatricesGiveTheSameBits(Kernels kernels) {
    int[][] shapes = {
      {1, 9, 40},
      {3, 70, 53},
      {7, 3, 40},
      {16, 64, 8},
      {33, 70, 100},
      {64, 128, 784},
      {200, 31, 2100},
      {31, 200, 2100},
      {90, 65, 33}
    };
    for (int[] shape : shapes) {
      int m = shape[0];
      int n = shape[1];
      int k = shape[2];
      Random random = new Random(m);
      float[] a = TestKernels.normal(random, 3 + m * k, 1);
      float[] b = TestKernels.normal(random, 5 + n * k, 1);
      float[] c = TestKernels.normal(random, 7 + m * n, 1);
      float[] prepared = kernels.prepared(n, k, b, 5);
      for (float beta : BETAS) {
        float[] expected = c.clone();
        Parallel.setThreads(1);
        kernels.gemm(false, true, m, n, k, 1, a, 3, k, b, 5, k, beta, expected, 7, n);
        for (int t = 1; t <= 3; t++) {
          Parallel.setThreads(t);
          float[] got = c.clone();
          kernels.gemm(m, n, k, a, 3, b, 5, prepared, beta, got, 7);
          assertArrayEquals(
              expected, got, Arrays.toString(shape) + ", beta " + beta + ", threads " + t);
        }
      }
    }
  }

  /** Longer than one block of k, wider than one group of panels, and the shapes of dense layers. */
  @ParameterizedTest
  @MethodSource("providers")
  void agreesWithTheDefinitionAtLargeSizes(Kernels kernels) {
    Random random = new Random(2);
    int[][] shapes = {
      {64, 128, 784},
      {128, 784, 64},
      {64, 784, 128},
      {5, 70, 2100},
      {70, 5, 1030},
      {20, 3000, 40},
      {300, 20, 513},
      {1, 300, 700},
      {2, 300, 700},
      {300, 3, 700},
      {130, 520, 530}
    };
    for (int[] s : shapes) {
      for (int transposes = 0; transposes < 4; transposes++) {
        new Product(random, s[0], s[1], s[2], transposes).check(kernels);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void emptyProductsScaleWhatIsThere(Kernels kernels) {
    float[] none = new float[0];
    float[] c = {1, 2, 3, 4, 5, 6};
    kernels.gemm(false, false, 2, 2, 0, 1, none, 0, 0, none, 0, 2, 0.5f, c, 0, 3);
    assertArrayEquals(new float[] {0.5f, 1, 3, 2, 2.5f, 6}, c);
    kernels.gemm(false, true, 0, 2, 3, 1, none, 0, 3, new float[6], 0, 3, 0, c, 0, 3);
    kernels.gemm(true, false, 2, 0, 3, 1, new float[6], 0, 2, none, 0, 0, 0, c, 0, 3);
    assertArrayEquals(new float[] {0.5f, 1, 3, 2, 2.5f, 6}, c);
    Arrays.fill(c, Float.NaN);
    kernels.gemm(false, false, 2, 3, 0, 1, none, 0, 0, none, 0, 3, 0, c, 0, 3);
    assertArrayEquals(new float[6], c);
  }

  @ParameterizedTest
  @MethodSource("ours")
  void sameBitsAtAnyNumberOfThreads(Kernels kernels) {
    int[][] shapes = {
      {130, 150, 300}, {256, 64, 700}, {64, 256, 1100}, {1, 900, 900}, {40, 2000, 20}
    };
    for (int[] s : shapes) {
      for (int transposes = 0; transposes < 4; transposes++) {
        Product product = new Product(new Random(3), s[0], s[1], s[2], transposes);
        Parallel.setThreads(1);
        float[] expected = product.run(kernels);
        for (int t : new int[] {2, 3, 4, 8}) {
          Parallel.setThreads(t);
          assertArrayEquals(expected, product.run(kernels), product + " with " + t + " threads");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ours")
  void sameBitsWhenManyThreadsCallAtOnce(Kernels kernels) throws InterruptedException {
    Parallel.setThreads(3);
    Product[] products = new Product[8];
    float[][] expected = new float[products.length][];
    for (int i = 0; i < products.length; i++) {
      products[i] = new Product(new Random(i), 60 + i, 90 - i, 200 + 50 * i, i);
      expected[i] = products[i].run(kernels);
    }
    Thread[] callers = new Thread[10];
    String[] failures = new String[callers.length];
    for (int t = 0; t < callers.length; t++) {
      int caller = t;
      callers[t] =
          new Thread(
              () -> {
                for (int r = 0; r < 40; r++) {
                  int i = (caller + r) % products.length;
                  if (!Arrays.equals(expected[i], products[i].run(kernels))) {
                    failures[caller] = products[i].toString();
                  }
                }
              });
      callers[t].start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertArrayEquals(new String[callers.length], failures);
  }

  /** One call with gaps between the rows, offsets, and arrays that end with the last element. */
  private static final class Product {
    private final int m;
    private final int n;
    private final int k;
    private final boolean transA;
    private final boolean transB;
    private final float alpha;
    private final float beta;
    private final int offset;
    private final int lda;
    private final int ldb;
    private final int ldc;
    private final float[] a;
    private final float[] b;
    private final float[] c;

    Product(Random random, int m, int n, int k, int turn) {
      this.m = m;
      this.n = n;
      this.k = k;
      transA = (turn & 1) != 0;
      transB = (turn & 2) != 0;
      alpha = ALPHAS[turn % 3];
      beta = BETAS[turn / 3 % 3];
      offset = turn % 5;
      int gap = turn / 4 % 3;
      lda = (transA ? m : k) + gap;
      ldb = (transB ? k : n) + gap;
      ldc = n + gap;
      a = matrix(random, transA ? k : m, transA ? m : k, lda);
      b = matrix(random, transB ? n : k, transB ? k : n, ldb);
      c = matrix(random, m, n, ldc);
      if (beta == 0) {
        Arrays.fill(c, Float.NaN);
      }
    }

    private float[] matrix(Random random, int rows, int columns, int stride) {
      return TestKernels.normal(random, offset + (rows - 1) * stride + columns, 1);
    }

    float[] run(Kernels kernels) {
      float[] y = c.clone();
      kernels.gemm(
          transA, transB, m, n, k, alpha, a, offset, lda, b, offset, ldb, beta, y, offset, ldc);
      return y;
    }

    void check(Kernels kernels) {
      float[] actual = run(kernels);
      double[] product = exact();
      double tolerance = 4e-6 * Math.sqrt(k) * Math.abs(alpha) + 1e-6;
      float[] outside = actual.clone();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          int at = offset + i * ldc + j;
          double expected = product[i * n + j] + (beta == 0 ? 0 : beta * (double) c[at]);
          double tight = tolerance + 1e-6 * Math.abs(expected);
          assertEquals(expected, actual[at], tight, () -> kernels.name() + " " + this);
          outside[at] = c[at];
        }
      }
      assertArrayEquals(c, outside, () -> "wrote outside of C: " + this);
    }

    /** alpha op(A) op(B). */
    private double[] exact() {
      double[] product = new double[m * n];
      for (int i = 0; i < m; i++) {
        for (int l = 0; l < k; l++) {
          double x = (double) alpha * a[offset + (transA ? l * lda + i : i * lda + l)];
          for (int j = 0; j < n; j++) {
            product[i * n + j] += x * b[offset + (transB ? j * ldb + l : l * ldb + j)];
          }
        }
      }
      return product;
    }

    @Override
    public String toString() {
      return "m "
          + m
          + ", n "
          + n
          + ", k "
          + k
          + (transA ? ", A transposed" : "")
          + (transB ? ", B transposed" : "")
          + ", alpha "
          + alpha
          + ", beta "
          + beta;
    }
  }
}
