package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maximum pooling by 2 × 2, at every width, with and without a column and memory to spare, beside loops over windows. */
class PairsTest {

  private static final float GUARD = 1234.5f;
  private static final int AT = 3;

  private final Random random = new Random(1);

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void everyWidth(Kernels k) {
    for (int n = 1; n <= 40; n++) {
      for (int rows : new int[] {1, 2, 7, 60}) {
        for (int width = 2 * n; width <= 2 * n + 1; width++) {
          for (int behind : new int[] {0, 64}) {
            check(k, rows, n, width, behind);
          }
        }
      }
    }
  }

  private void check(Kernels k, int rows, int n, int width, int behind) {
    String what = rows + " rows of " + n + ", width " + width + ", behind " + behind;
    int size = 2 * rows * width;
    float[] x = numbers(AT + size + behind);
    float[] y = guarded(AT + rows * n + behind);
    float[] dy = numbers(AT + rows * n + behind);
    float[] dx = guarded(AT + size + behind);

    float[] where = guarded(AT + rows * k.pairPlaces(n) + behind);

    k.pairMax(rows, n, x, AT, width, y, AT, where, AT);
    k.pairMaxGradient(rows, n, where, AT, dy, AT, dx, AT, width);

    float[] alone = guarded(y.length);
    k.pairMax(rows, n, x, AT, width, alone, AT, null, 0);
    assertArrayEquals(y, alone, what);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < n; j++) {
        int[] window = window(AT + 2 * i * width + 2 * j, width);
        int at = AT + i * n + j;
        float max = Float.NEGATIVE_INFINITY;
        for (int w : window) {
          max = Math.max(max, x[w]);
        }
        assertEquals(max, y[at], what);
        boolean found = false;
        for (int w : window) {
          boolean here = !found && x[w] == max;
          assertEquals(here ? dy[at] : 0, dx[w], what + ", window " + i + ", " + j);
          found |= here;
        }
      }
    }
    untouched(y, AT + rows * n, what);
    untouched(dx, AT + size, what);
    untouched(where, AT + rows * k.pairPlaces(n), what);
  }

  /** The places of a window, in order. */
  private static int[] window(int first, int width) {
    return new int[] {first, first + 1, first + width, first + width + 1};
  }

  /** Few different ones, so that windows have several largest elements. */
  private float[] numbers(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextInt(5) - 2.5f;
    }
    return x;
  }

  private static float[] guarded(int n) {
    float[] x = new float[n];
    Arrays.fill(x, GUARD);
    return x;
  }

  /** What lies before and behind a result stays as it was. */
  private static void untouched(float[] x, int end, String what) {
    for (int i = 0; i < x.length; i++) {
      if (i < AT || i >= end) {
        assertEquals(GUARD, x[i], what + ", element " + (i - AT));
      }
    }
  }
}
