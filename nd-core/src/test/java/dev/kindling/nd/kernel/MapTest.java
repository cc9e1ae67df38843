package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.kindling.nd.Unary;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MapTest {

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    3f,
    -3f,
    20f,
    20.5f,
    -20f,
    88.7f,
    89f,
    -87.4f,
    -95f,
    -103.9f,
    -104.1f,
    1e4f,
    -1e4f,
    1e20f,
    -1e20f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  static Stream<Arguments> functions() {
    return TestKernels.all().flatMap(k -> Stream.of(Unary.values()).map(f -> Arguments.of(k, f)));
  }

  /** Largest errors as FloatMath states them, in ulps of the result. */
  private static double ulps(Unary f) {
    return switch (f) {
      case NEGATE, ABS, RELU, SIGN -> 0;
      case SQUARE, SQRT, RECIPROCAL, LEAKY_RELU -> 0.5;
      case EXP -> 1;
      case LOG -> 1;
      case SIGMOID -> 2;
      case TANH, ELU, SELU, SOFTSIGN -> 3;
      case SILU, SOFTPLUS, MISH -> 5;
      case HARD_SIGMOID, HARD_SWISH -> 2;
      case GELU -> 6;
      case GELU_TANH ->
          200; // for large negative x the exponent's rounding error shows, where y is nearly 0
    };
  }

  @ParameterizedTest
  @MethodSource("functions")
  void valuesAreRightOverAllExponents(Kernels kernels, Unary f) {
    float p = parameter(f);
    float[] x = everyExponent();
    float[] y = new float[x.length];
    kernels.map(f, p, x, 0, y, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double expected = UnaryReference.value(f, p, x[i]);
      if (special((float) expected)) {
        boolean atLimit = Math.abs(y[i]) == Float.MAX_VALUE && !Double.isInfinite(expected);
        check(same((float) expected, y[i]) || atLimit, f, x[i], expected, y[i]);
        continue;
      }
      double error = Math.abs(y[i] - expected);
      if (hardZero(f, x[i])) { // x + 3 rounds before it is multiplied
        check(error <= 2e-7 * Math.max(1, Math.abs(x[i])), f, x[i], expected, y[i]);
      } else if (error > 1e-42) {
        check(error <= ulps(f) * 1.0001 * Math.ulp((float) expected), f, x[i], expected, y[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void derivativesAreRightOverAllExponents(Kernels kernels, Unary f) {
    float p = parameter(f);
    float[] x = everyExponent();
    float[] y = new float[x.length];
    float[] dy = new float[x.length];
    float[] dx = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) UnaryReference.value(f, p, x[i]);
      dy[i] = i % 2 == 0 ? 1 : -1;
    }
    kernels.mapGradient(f, p, x, 0, y, 0, dy, 0, dx, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      if (Float.isNaN(x[i]) || special(y[i]) || (y[i] != 0 && Math.abs(y[i]) < Float.MIN_NORMAL)) {
        continue; // below: special values
      }
      double expected = dy[i] * UnaryReference.derivative(f, p, x[i]);
      if (special((float) expected)) {
        check(same((float) expected, dx[i]), f, x[i], expected, dx[i]);
        continue;
      }
      double error = Math.abs(dx[i] - expected) / Math.max(1, Math.abs(expected));
      check(error <= 5e-7, f, x[i], expected, dx[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void derivativesOfFiniteNumbersAreFiniteAndNaNStaysNaN(Kernels kernels, Unary f) {
    float p = parameter(f);
    for (float v : SPECIAL) {
      float[] x = new float[37];
      Arrays.fill(x, v);
      float[] y = new float[37];
      float[] dx = new float[37];
      float[] dy = new float[37];
      Arrays.fill(dy, 0.5f);
      kernels.map(f, p, x, 0, y, 0, 37);
      kernels.mapGradient(f, p, x, 0, y, 0, dy, 0, dx, 0, 37);
      for (float d : dx) {
        if (Float.isNaN(v)) {
          boolean piecewise =
              switch (f) {
                case NEGATE, SIGN, RELU, LEAKY_RELU, HARD_SIGMOID -> true;
                default -> false;
              };
          check(piecewise || Float.isNaN(d), f, v, Double.NaN, d);
        } else if (!special(y[0]) && !special((float) UnaryReference.derivative(f, p, v))) {
          check(Float.isFinite(d), f, v, UnaryReference.derivative(f, p, v) / 2, d);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void anyLengthAndOffsetGivesWhatThePlainLoopGivesToTheBit(Kernels kernels, Unary f) {
    float p = parameter(f);
    Random random = new Random(7);
    for (int n : TestKernels.LENGTHS) {
      float[] x = TestKernels.normal(random, n + 9, 4);
      float[] dy = TestKernels.normal(random, n + 9, 1);
      float[] y = new float[n + 9];
      float[] expected = new float[n + 9];
      kernels.map(f, p, x, 2, y, 5, n);
      new PlainKernels().map(f, p, x, 2, expected, 5, n);
      assertArrayEquals(expected, y, f + " of " + n);
      float[] dx = new float[n + 9];
      float[] expectedDx = new float[n + 9];
      kernels.mapGradient(f, p, x, 2, y, 5, dy, 1, dx, 3, n);
      new PlainKernels().mapGradient(f, p, x, 2, y, 5, dy, 1, expectedDx, 3, n);
      assertArrayEquals(expectedDx, dx, f + "' of " + n);

      float[] inPlace = x.clone();
      kernels.map(f, p, inPlace, 2, inPlace, 2, n);
      for (int i = 0; i < n; i++) {
        assertEquals(y[5 + i], inPlace[2 + i]);
      }
      float[] dInPlace = dy.clone();
      kernels.mapGradient(f, p, x, 2, y, 5, dInPlace, 1, dInPlace, 1, n);
      for (int i = 0; i < n; i++) {
        assertEquals(dx[3 + i], dInPlace[1 + i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void bitsAreThePlainOnesOverAllExponents(Kernels kernels, Unary f) {
    float p = parameter(f);
    float[] x = everyExponent();
    float[] y = new float[x.length];
    float[] expected = new float[x.length];
    float[] dx = new float[x.length];
    float[] expectedDx = new float[x.length];
    float[] dy = TestKernels.normal(new Random(3), x.length, 1);
    kernels.map(f, p, x, 0, y, 0, x.length);
    new PlainKernels().map(f, p, x, 0, expected, 0, x.length);
    assertArrayEquals(expected, y);
    kernels.mapGradient(f, p, x, 0, y, 0, dy, 0, dx, 0, x.length);
    new PlainKernels().mapGradient(f, p, x, 0, y, 0, dy, 0, expectedDx, 0, x.length);
    assertArrayEquals(expectedDx, dx);
  }

  @Test
  void functionsThatReadOnlyTheirOutputGiveTheSameGradientInPlace() {
    Random random = new Random(5);
    for (Unary f :
        List.of(Unary.SQRT, Unary.RECIPROCAL, Unary.EXP, Unary.TANH, Unary.SIGMOID, Unary.RELU)) {
      TestKernels.all()
          .forEach(
              kernels -> {
                float[] x = TestKernels.normal(random, 100, 2);
                float[] y = new float[100];
                kernels.map(f, 0, x, 0, y, 0, 100);
                float[] dy = TestKernels.normal(random, 100, 1);
                float[] dx = new float[100];
                float[] again = new float[100];
                kernels.mapGradient(f, 0, x, 0, y, 0, dy, 0, dx, 0, 100);
                kernels.mapGradient(f, 0, y, 0, y, 0, dy, 0, again, 0, 100);
                assertArrayEquals(dx, again);
              });
    }
  }

  private static float parameter(Unary f) {
    return switch (f) {
      case LEAKY_RELU -> 0.01f;
      case ELU -> 0.75f;
      case SOFTPLUS -> 2;
      default -> 0;
    };
  }

  private static boolean hardZero(Unary f, float x) {
    return (f == Unary.HARD_SIGMOID || f == Unary.HARD_SWISH) && Math.abs(x) <= 3;
  }

  private static boolean special(float v) {
    return Float.isNaN(v) || Float.isInfinite(v);
  }

  private static boolean same(float a, float b) {
    return a == b || (Float.isNaN(a) && Float.isNaN(b));
  }

  private static void check(boolean right, Unary f, float x, double expected, float actual) {
    if (!right) {
      fail(f + " of " + x + ": expected " + expected + ", got " + actual);
    }
  }

  /** Numbers evenly spread over all bit patterns, as many around 0 to 20, and the special ones. */
  private static float[] everyExponent() {
    int n = 200_000;
    float[] x = new float[2 * n + SPECIAL.length];
    for (int i = 0; i < n; i++) {
      x[i] = Float.intBitsToFloat((int) (i * (0x1p32 / n)));
      x[n + i] = -110 + i * (200f / n);
    }
    System.arraycopy(SPECIAL, 0, x, 2 * n, SPECIAL.length);
    return x;
  }
}
