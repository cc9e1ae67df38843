package dev.kindling.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {

  private static final int OUT = 300;
  private static final int IN = 200;

  /** An initializer, the standard deviation that it should have on [300, 200], and the bound, if it has one. */
  record Drawn(String name, Initializer initializer, double std, double bound) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Drawn> drawn() {
    double he = Math.sqrt(2.0 / IN);
    double xavier = Math.sqrt(2.0 / (IN + OUT));
    double lecun = Math.sqrt(1.0 / IN);
    double none = Double.POSITIVE_INFINITY;
    double ofUniform = Math.sqrt(3);
    // The standard deviation of a normal number between -2 and 2 (SciPy: truncnorm(-2, 2).std()).
    double truncated = 0.8796256610342398;
    return List.of(
        new Drawn("uniform", Initializers.uniform(-0.5f, 0.5f), 0.5 / ofUniform, 0.5),
        new Drawn("normal", Initializers.normal(0, 0.3f), 0.3, none),
        new Drawn("truncatedNormal", Initializers.truncatedNormal(0, 0.3f), 0.3 * truncated, 0.6),
        new Drawn("xavierUniform", Initializers.xavierUniform(), xavier, xavier * ofUniform),
        new Drawn("xavierNormal", Initializers.xavierNormal(), xavier, none),
        new Drawn("heUniform", Initializers.heUniform(), he, he * ofUniform),
        new Drawn("heNormal", Initializers.heNormal(), he, none),
        new Drawn("lecunUniform", Initializers.lecunUniform(), lecun, lecun * ofUniform),
        new Drawn("lecunNormal", Initializers.lecunNormal(), lecun, none));
  }

  @ParameterizedTest
  @MethodSource("drawn")
  void meanAndVarianceAreThoseOfTheFormula(Drawn d) {
    Tensor t = fill(d.initializer, 3, OUT, IN);
    int n = t.size();
    double mean = Reduce.mean(t);
    double std = Reduce.norm(t) / Math.sqrt(n);
    // Five standard errors: of a mean, and (for a normal distribution, which has the largest) of a
    // deviation.
    assertEquals(0, mean, 5 * d.std / Math.sqrt(n));
    assertEquals(d.std, std, 5 * d.std / Math.sqrt(2.0 * n));
  }

  @ParameterizedTest
  @MethodSource("drawn")
  void noValueIsBeyondTheBoundAndSomeComeNear(Drawn d) {
    if (Double.isInfinite(d.bound)) {
      Tensor t = fill(d.initializer, 4, OUT, IN);
      assertTrue(Reduce.max(t) > 3.5 * d.std, "a normal distribution has a tail");
      return;
    }
    Tensor t = fill(d.initializer, 4, OUT, IN);
    float bound = (float) d.bound;
    float largest = 0;
    for (float v : t.data()) {
      assertTrue(v >= -bound && v <= bound, () -> v + " is beyond " + bound);
      largest = Math.max(largest, Math.abs(v));
    }
    assertTrue(largest > 0.99 * d.bound, "largest is " + largest);
  }

  @ParameterizedTest
  @MethodSource("drawn")
  void aSeedDecidesTheValues(Drawn d) {
    assertArrayEquals(fill(d.initializer, 5, 7, 9).data(), fill(d.initializer, 5, 7, 9).data());
    assertNotEquals(fill(d.initializer, 5, 7, 9).get(0, 0), fill(d.initializer, 6, 7, 9).get(0, 0));
  }

  @ParameterizedTest
  @MethodSource("drawn")
  void onlyTheParameterIsWritten(Drawn d) {
    float[] data = new float[20];
    d.initializer.fill(Tensor.view(data, 5, Shape.of(2, 5)), Rng.seeded(1));
    for (int i = 0; i < data.length; i++) {
      assertEquals(i < 5 || i >= 15, data[i] == 0, "element " + i);
    }
  }

  @Test
  void fansAreThoseOfPytorch() {
    // torch.nn.init._calculate_fan_in_and_fan_out
    assertEquals(7, Initializers.fanIn(Shape.of(5, 7)));
    assertEquals(5, Initializers.fanOut(Shape.of(5, 7)));
    assertEquals(3 * 9, Initializers.fanIn(Shape.of(8, 3, 3, 3)));
    assertEquals(8 * 9, Initializers.fanOut(Shape.of(8, 3, 3, 3)));
    assertEquals(4 * 5, Initializers.fanIn(Shape.of(6, 4, 5)));
    assertEquals(6 * 5, Initializers.fanOut(Shape.of(6, 4, 5)));
  }

  @Test
  void convolutionsCountTheirWindow() {
    double std = Math.sqrt(2.0 / (16 * 9));
    Tensor t = fill(Initializers.heNormal(), 1, 64, 16, 3, 3);
    assertEquals(std, Reduce.norm(t) / Math.sqrt(t.size()), 5 * std / Math.sqrt(2.0 * t.size()));
  }

  @Test
  void constantsAreExact() {
    assertArrayEquals(new float[] {0, 0}, fill(Initializers.zeros(), 1, 2).data());
    assertArrayEquals(new float[] {0.1f, 0.1f}, fill(Initializers.constant(0.1f), 1, 2).data());
  }

  @Test
  void orthogonalHasOrthonormalRowsOrColumns() {
    for (int[] dims :
        new int[][] {{1, 1}, {5, 5}, {20, 7}, {7, 20}, {64, 64}, {1, 9}, {9, 1}, {8, 3, 2, 2}}) {
      Tensor w = fill(Initializers.orthogonal(2), 3, dims).reshape(dims[0], -1);
      int narrow = Math.min(w.dim(0), w.dim(1));
      boolean tall = w.dim(0) >= w.dim(1);
      Tensor product = Ops.gemm(1, w, tall, w, !tall, 0, Tensor.zeros(narrow, narrow));
      for (int i = 0; i < narrow; i++) {
        for (int j = 0; j < narrow; j++) {
          assertEquals(i == j ? 4 : 0, product.get(i, j), 2e-5, w.shape() + " at " + i + ", " + j);
        }
      }
    }
  }

  @Test
  void orthogonalIsUniformSoSignsOfTheDiagonalAreEven() {
    int positive = 0;
    for (int seed = 0; seed < 400; seed++) {
      positive += fill(Initializers.orthogonal(1), seed, 3, 3).get(0, 0) > 0 ? 1 : 0;
    }
    assertEquals(200, positive, 50); // five standard deviations; all of one sign without the fix
  }

  @Test
  void badSettingsAreRefused() {
    refuses("low must be below high", () -> Initializers.uniform(1, 1));
    refuses("low must be below high", () -> Initializers.uniform(Float.NaN, 1));
    refuses("must be at least 0", () -> Initializers.normal(0, -1));
    refuses("must be at least 0", () -> Initializers.truncatedNormal(0, Float.NaN));
    refuses("gain must be a finite number", () -> Initializers.orthogonal(Float.POSITIVE_INFINITY));
  }

  private static void refuses(String part, Supplier<Initializer> bad) {
    String message =
        String.valueOf(assertThrows(IllegalArgumentException.class, bad::get).getMessage());
    assertTrue(message.contains(part), message);
  }

  private static Tensor fill(Initializer initializer, long seed, int... dims) {
    Tensor t = Tensor.zeros(dims);
    initializer.fill(t, Rng.seeded(seed));
    return t;
  }
}
