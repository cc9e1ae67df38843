package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every length, with offsets, and in place; what lies around the output must stay as it was. */
class ArithmeticTest {

  private static final int A = 2;
  private static final int B = 5;
  private static final int C = 1;
  private static final int Y = 3;

  /** One operation on [n] from a, b and c to y, and what element i of the result should be. */
  private record Operation(String name, Loop loop, Element element) {
    @Override
    public String toString() {
      return name;
    }
  }

  private interface Loop {
    void run(Kernels k, float[] a, float[] b, float[] c, float[] y, int yOff, int n);
  }

  private interface Element {
    float of(float a, float b, float c, float y);
  }

  static Stream<Operation> operations() {
    return Stream.of(
        new Operation(
            "add", (k, a, b, c, y, o, n) -> k.add(a, A, b, B, y, o, n), (a, b, c, y) -> a + b),
        new Operation(
            "sub", (k, a, b, c, y, o, n) -> k.sub(a, A, b, B, y, o, n), (a, b, c, y) -> a - b),
        new Operation(
            "mul", (k, a, b, c, y, o, n) -> k.mul(a, A, b, B, y, o, n), (a, b, c, y) -> a * b),
        new Operation(
            "div", (k, a, b, c, y, o, n) -> k.div(a, A, b, B, y, o, n), (a, b, c, y) -> a / b),
        new Operation(
            "maximum",
            (k, a, b, c, y, o, n) -> k.maximum(a, A, b, B, y, o, n),
            (a, b, c, y) -> Math.max(a, b)),
        new Operation(
            "minimum",
            (k, a, b, c, y, o, n) -> k.minimum(a, A, b, B, y, o, n),
            (a, b, c, y) -> Math.min(a, b)),
        new Operation(
            "clamp",
            (k, a, b, c, y, o, n) -> k.clamp(-0.5f, 0.75f, a, A, y, o, n),
            (a, b, c, y) -> Math.min(Math.max(a, -0.5f), 0.75f)),
        new Operation(
            "axpy",
            (k, a, b, c, y, o, n) -> k.axpy(0.3f, a, A, y, o, n),
            (a, b, c, y) -> Math.fma(0.3f, a, y)),
        new Operation(
            "affine",
            (k, a, b, c, y, o, n) -> k.affine(0.3f, -2, a, A, y, o, n),
            (a, b, c, y) -> Math.fma(0.3f, a, -2)),
        new Operation(
            "mulAdd",
            (k, a, b, c, y, o, n) -> k.mulAdd(a, A, b, B, c, C, y, o, n),
            (a, b, c, y) -> Math.fma(a, b, c)),
        new Operation(
            "combine",
            (k, a, b, c, y, o, n) -> k.combine(0.3f, a, A, -0.7f, b, B, 1.5f, y, o, n),
            (a, b, c, y) -> Math.fma(0.3f, a, Math.fma(-0.7f, b, 1.5f))));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyLengthIsRightAndNothingElseIsWritten(Operation operation) {
    TestKernels.all()
        .forEach(
            k -> {
              Random random = new Random(1);
              for (int n : TestKernels.LENGTHS) {
                float[] a = TestKernels.normal(random, n + 8, 1);
                float[] b = TestKernels.normal(random, n + 8, 1);
                float[] c = TestKernels.normal(random, n + 8, 1);
                if (n > 2) {
                  a[A + n - 1] = Float.NaN;
                  b[B] = Float.POSITIVE_INFINITY;
                  b[B + 1] = Float.NaN;
                }
                float[] y = TestKernels.normal(random, n + 8, 1);
                float[] expected = y.clone();
                for (int i = 0; i < n; i++) {
                  expected[Y + i] = operation.element.of(a[A + i], b[B + i], c[C + i], y[Y + i]);
                }
                operation.loop.run(k, a, b, c, y, Y, n);
                assertArrayEquals(expected, y, k.name() + " " + operation + " of " + n);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("operations")
  void theFirstInputMayBeTheOutput(Operation operation) {
    TestKernels.all()
        .forEach(
            k -> {
              Random random = new Random(2);
              float[] a = TestKernels.normal(random, 108, 1);
              float[] b = TestKernels.normal(random, 108, 1);
              float[] c = TestKernels.normal(random, 108, 1);
              float[] expected = a.clone();
              for (int i = 0; i < 100; i++) {
                expected[A + i] = operation.element.of(a[A + i], b[B + i], c[C + i], a[A + i]);
              }
              operation.loop.run(k, a, b, c, a, A, 100);
              assertArrayEquals(expected, a, k.name() + " " + operation);
            });
  }

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void aRowIsAddedToAndMultipliedWithEveryRow(Kernels k) {
    Random random = new Random(3);
    for (int cols : TestKernels.LENGTHS) {
      int rows = 3;
      float[] x = TestKernels.normal(random, rows * cols + 4, 1);
      float[] row = TestKernels.normal(random, cols + 4, 1);
      float[] sums = new float[rows * cols + 4];
      float[] products = new float[rows * cols + 4];
      k.addRow(x, 1, row, 2, sums, 3, rows, cols);
      k.mulRow(x, 1, row, 2, products, 3, rows, cols);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < cols; j++) {
          assertEquals(x[1 + i * cols + j] + row[2 + j], sums[3 + i * cols + j]);
          assertEquals(x[1 + i * cols + j] * row[2 + j], products[3 + i * cols + j]);
        }
      }
    }
  }
}
