package dev.kindling.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.linalg.Ejml;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Parameter.Role;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Flatten;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MuonTest {

  private final int threads = Parallel.threads();

  @AfterEach
  void resetThreads() {
    Parallel.setThreads(threads);
  }

  // ---------------------------------------------------------------- orthogonal matrices

  /** What five steps of the iteration make of a singular value. */
  private static double iterated(double s) {
    for (int step = 0; step < 5; step++) {
      s = 3.4445 * s - 4.7750 * s * s * s + 2.0315 * Math.pow(s, 5);
    }
    return s;
  }

  private static Tensor orthogonal(Tensor x) {
    Tensor y = Tensor.zeros(x.shape());
    Tensor copy = x.copy();
    Orthogonal.add(1, copy.data(), copy.offset(), x.dim(0), x.dim(1), 0, y.data(), y.offset());
    return y;
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "1,7",
    "9,1",
    "5,5",
    "17,16",
    "33,8",
    "64,288",
    "96,27",
    "130,131",
    "192,1152"
  })
  void singularValuesAreIteratedAndSingularVectorsStay(int rows, int columns) {
    Tensor x = Rng.seeded(rows).fillNormal(Tensor.zeros(rows, columns), 0, 3);
    Ejml.Svd svd = Ejml.svd(x);
    int n = svd.s().size();
    double norm = 0;
    for (int i = 0; i < n; i++) {
      norm += (double) svd.s().get(i) * svd.s().get(i);
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = iterated(svd.s().get(i) / Math.sqrt(norm));
    }
    Tensor y = orthogonal(x);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double expected = 0;
        for (int i = 0; i < n; i++) {
          expected += svd.u().get(r, i) * values[i] * svd.v().get(c, i);
        }
        assertEquals(expected, y.get(r, c), 2e-4, r + ", " + c);
      }
    }
  }

  @Test
  void allDirectionsCountAlike() {
    // Singular values from 1 down to 0.02 of the largest.
    Tensor x = Tensor.zeros(40, 60);
    for (int i = 0; i < 40; i++) {
      x.set((float) Math.pow(0.02, i / 39.0), i, i);
    }
    Tensor y = orthogonal(x);
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 60; j++) {
        if (i == j) {
          assertTrue(y.get(i, i) > 0.3 && y.get(i, i) < 1.3, i + ": " + y.get(i, i));
        } else {
          assertEquals(0, y.get(i, j), 1e-5);
        }
      }
    }
  }

  @Test
  void howLargeTheGradientIsHasNoSay() {
    Tensor x = Rng.seeded(3).fillNormal(Tensor.zeros(12, 20), 0, 1);
    Tensor expected = orthogonal(x);
    for (float scale : new float[] {0x1p-100f, 0x1p-40f, 0x1p60f}) {
      Tensor scaled = x.copy();
      for (int i = 0; i < scaled.size(); i++) {
        scaled.data()[i] *= scale;
      }
      Tensor y = orthogonal(scaled);
      assertArrayEquals(expected.data(), y.data(), 1e-5f, "times " + scale);
    }
  }

  @Test
  void zerosStayAndNumbersThatArentFiniteSpread() {
    assertArrayEquals(new float[12], orthogonal(Tensor.zeros(3, 4)).data());
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(3, 4), 0, 1);
      x.set(bad, 1, 2);
      assertTrue(Float.isNaN(orthogonal(x).get(1, 2)), "" + bad);
    }
  }

  // ---------------------------------------------------------------- the rule

  private static Model network() {
    return Model.of(
        Shape.of(3, 6, 6),
        7,
        new Conv2d(20, 3),
        new BatchNorm2d(),
        new Flatten(),
        new Dense(24),
        new Dense(5));
  }

  private static void gradients(Model model, int step) {
    model.parameters().clearGradients();
    for (Parameter p : model.parameters().list()) {
      p.gradBeta();
      Rng.seeded(step).split(p.offset()).fillNormal(p.grad(), 0, 0.1f);
    }
  }

  /** The formula as it is written, in double: the whole iteration on whole matrices. */
  private static final class Reference {
    final double[] w;
    final double[] m;

    Reference(Parameter p) {
      w = doubles(p.value());
      m = new double[w.length];
    }

    void step(Parameter p, double rate, double decay) {
      double[] g = doubles(p.grad());
      int rows = p.shape().dim(0);
      int columns = p.size() / rows;
      double[][] x = new double[rows][columns];
      double norm = 0;
      for (int i = 0; i < g.length; i++) {
        m[i] = 0.95 * m[i] + 0.05 * g[i];
        double u = 0.95 * m[i] + 0.05 * g[i];
        x[i / columns][i % columns] = u;
        norm += u * u;
      }
      for (double[] row : x) {
        for (int j = 0; j < columns; j++) {
          row[j] /= Math.sqrt(norm);
        }
      }
      for (int k = 0; k < 5; k++) {
        double[][] once = times(gram(x), x);
        double[][] twice = times(gram(x), once);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            x[i][j] = 3.4445 * x[i][j] - 4.7750 * once[i][j] + 2.0315 * twice[i][j];
          }
        }
      }
      double scale = rate * 0.2 * Math.sqrt(Math.max(rows, columns));
      for (int i = 0; i < w.length; i++) {
        w[i] -= rate * decay * w[i] + scale * x[i / columns][i % columns];
      }
    }

    private static double[][] gram(double[][] x) {
      double[][] g = new double[x.length][x.length];
      for (int i = 0; i < x.length; i++) {
        for (int j = 0; j < x.length; j++) {
          for (int l = 0; l < x[0].length; l++) {
            g[i][j] += x[i][l] * x[j][l];
          }
        }
      }
      return g;
    }

    private static double[][] times(double[][] a, double[][] b) {
      double[][] c = new double[a.length][b[0].length];
      for (int i = 0; i < a.length; i++) {
        for (int l = 0; l < b.length; l++) {
          for (int j = 0; j < b[0].length; j++) {
            c[i][j] += a[i][l] * b[l][j];
          }
        }
      }
      return c;
    }
  }

  private static double[] doubles(Tensor t) {
    double[] d = new double[t.size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = t.data()[t.offset() + i];
    }
    return d;
  }

  @Test
  void weightsFollowThePapersFormula() {
    double rate = 0.02;
    double decay = 0.3;
    Model model = network();
    Parameter[] weights =
        model.parameters().list().stream()
            .filter(p -> p.role() == Role.WEIGHT)
            .toArray(Parameter[]::new);
    assertEquals(3, weights.length);
    Reference[] expected = Arrays.stream(weights).map(Reference::new).toArray(Reference[]::new);
    Updater updater = Updater.of(model, Muon.withRate(rate).withWeightDecay(decay));
    for (int step = 1; step <= 4; step++) {
      gradients(model, step);
      for (int i = 0; i < weights.length; i++) {
        expected[i].step(weights[i], rate, decay);
      }
      updater.step();
      for (int i = 0; i < weights.length; i++) {
        double[] got = doubles(weights[i].value());
        assertArrayEquals(expected[i].w, got, 1e-5, weights[i].name() + ", step " + step);
      }
    }
  }

  @Test
  void biasesAndNormsFollowAdamW() {
    Model muons = network();
    Model adams = network();
    Updater muon = Updater.of(muons, Muon.withRate(0.01).withBetas(0.8, 0.9).withWeightDecay(0.2));
    Updater adam = Updater.of(adams, AdamW.withRate(0.01).withBetas(0.8, 0.9).withWeightDecay(0.2));
    for (int step = 1; step <= 3; step++) {
      gradients(muons, step);
      muon.step();
      gradients(adams, step);
      adam.step();
    }
    int compared = 0;
    for (int i = 0; i < muons.parameters().list().size(); i++) {
      Parameter p = muons.parameters().list().get(i);
      boolean same =
          Arrays.equals(doubles(p.value()), doubles(adams.parameters().list().get(i).value()));
      assertEquals(p.role() != Role.WEIGHT, same, p.name());
      compared += same ? 1 : 0;
    }
    assertEquals(5, compared);
  }

  @Test
  void gradientsAreScaledClippedAndRegularizedFirst() {
    float[] expected = trained(u -> u.regularizer(Regularizer.l2(0.5)).clip(Clip.norm(0.5)));
    float[] scaled = trained(u -> {}, 0.25);
    float[] plain = trained(u -> {});
    // A matrix's step doesn't depend on how long the gradient is, so only the penalty tells.
    assertTrue(differ(expected, plain) > 1e-3);
    assertTrue(differ(scaled, plain) < 1e-5);
    float[] valued = trained(u -> u.clip(Clip.value(0.01)));
    assertTrue(differ(valued, plain) > 1e-3);
  }

  private static float[] trained(java.util.function.Consumer<Updater> settings) {
    return trained(settings, 1);
  }

  private static float[] trained(java.util.function.Consumer<Updater> settings, double scale) {
    Model model = network();
    Updater updater = Updater.of(model, Muon.withRate(0.01));
    settings.accept(updater);
    for (int step = 1; step <= 3; step++) {
      gradients(model, step);
      updater.step(scale);
    }
    Parameter weight = model.parameters().inMemoryOrder().get(0);
    return Arrays.copyOfRange(
        model.parameters().values(), weight.offset(), weight.offset() + weight.size());
  }

  private static double differ(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  @Test
  void theNumberOfThreadsHasNoSay() {
    Parallel.setThreads(1);
    float[] expected = trained(u -> {});
    for (int n : new int[] {2, 3, 4, 8}) { // more threads than matrices, too
      Parallel.setThreads(n);
      assertArrayEquals(expected, trained(u -> {}), n + " threads");
    }
  }

  @Test
  void frozenWeightsStay() {
    Model model = network();
    Parameter weight = model.parameters().list().get(0);
    weight.freeze(true);
    double[] before = doubles(weight.value());
    Updater updater = Updater.of(model, Muon.withRate(0.1));
    gradients(model, 1);
    updater.step();
    assertArrayEquals(before, doubles(weight.value()));
    weight.freeze(false);
    gradients(model, 2);
    updater.step();
    assertTrue(Math.abs(before[0] - weight.value().data()[weight.offset()]) > 1e-3);
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    var e = assertThrows(IllegalArgumentException.class, () -> Muon.withRate(0.1).withMomentum(1));
    assertEquals("momentum must be at least 0 and below 1, got 1.0", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Muon.withRate(-1));
    assertThrows(IllegalArgumentException.class, () -> Muon.withRate(1).withWeightDecay(-1));
  }
}
