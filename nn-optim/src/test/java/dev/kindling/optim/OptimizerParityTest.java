package dev.kindling.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.kindling.data.format.Npz;
import dev.kindling.nn.Model;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer against PyTorch's numbers, step by step. */
class OptimizerParityTest {

  static List<JsonObject> runs() {
    return PyTorch.manifest("manifest_optim.json").stream()
        .filter(run -> !run.get("optimizer").getAsString().equals("asgd"))
        .toList();
  }

  @Test
  void thereAreRunsOfEveryKind() {
    assertEquals(36, runs().size());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyStepIsPyTorchs(JsonObject run) throws IOException {
    JsonObject settings = run.getAsJsonObject("defaults");
    Optimizer optimizer = optimizer(run.get("optimizer").getAsString(), settings);
    float sign = PyTorch.flag(settings, "maximize") ? -1 : 1;
    Model model = Bare.model(12, 4, 1);
    Updater updater = Updater.of(model, optimizer);
    try (Npz in = Npz.open(PyTorch.file("optim/_inputs.npz"));
        Npz out = Npz.open(PyTorch.file(run.get("file").getAsString()))) {
      float[] first = PyTorch.floats(in, "p0", "p1", "p2");
      System.arraycopy(first, 0, model.parameters().values(), 0, first.length);
      for (int step = 1; step <= run.get("steps").getAsInt(); step++) {
        String g = "g" + (step - 1) + "_";
        float[] grads = PyTorch.floats(in, g + 0, g + 1, g + 2);
        for (int i = 0; i < grads.length; i++) {
          grads[i] *= sign;
        }
        Bare.gradients(model, grads);
        updater.step();
        String after = "_after" + step;
        double[] expected = PyTorch.doubles(out, "p0" + after, "p1" + after, "p2" + after);
        assertClose(
            expected,
            model.parameters().values(),
            run.get("err32").getAsDouble(),
            run.get("file").getAsString() + ", step " + step);
      }
    }
  }

  private static void assertClose(double[] expected, float[] got, double err32, String where) {
    assertEquals(expected.length, got.length);
    double largest = 0;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    double tolerance = Math.max(4 * err32, 2e-6 * largest);
    for (int i = 0; i < got.length; i++) {
      double error = Math.abs(got[i] - expected[i]);
      assertTrue(error <= tolerance, where + ", element " + i + ": error " + error);
    }
  }

  private static Optimizer optimizer(String name, JsonObject s) {
    double rate = s.get("lr").getAsDouble();
    double decay = PyTorch.number(s, "weight_decay", 0);
    double eps = PyTorch.number(s, "eps", 0);
    double momentum = PyTorch.number(s, "momentum", 0);
    double beta1 = s.has("betas") ? s.getAsJsonArray("betas").get(0).getAsDouble() : 0;
    double beta2 = s.has("betas") ? s.getAsJsonArray("betas").get(1).getAsDouble() : 0;
    boolean amsgrad = PyTorch.flag(s, "amsgrad");
    return switch (name) {
      case "sgd" ->
          new Sgd(rate, momentum, number(s, "dampening"), PyTorch.flag(s, "nesterov"), decay);
      case "rmsprop" ->
          new RmsProp(rate, number(s, "alpha"), eps, momentum, PyTorch.flag(s, "centered"), decay);
      case "adagrad" ->
          new AdaGrad(
              rate, number(s, "lr_decay"), number(s, "initial_accumulator_value"), eps, decay);
      case "adadelta" -> new AdaDelta(rate, number(s, "rho"), eps, decay);
      case "adam" -> new Adam(rate, beta1, beta2, eps, decay, amsgrad);
      case "adamw" -> new AdamW(rate, beta1, beta2, eps, decay, amsgrad);
      case "adamax" -> new AdaMax(rate, beta1, beta2, eps, decay);
      case "nadam" -> new NAdam(rate, beta1, beta2, eps, decay, number(s, "momentum_decay"), true);
      case "radam" -> new RAdam(rate, beta1, beta2, eps, decay);
      case "rprop" -> {
        var etas = s.getAsJsonArray("etas");
        var sizes = s.getAsJsonArray("step_sizes");
        yield new Rprop(
            rate,
            etas.get(0).getAsDouble(),
            etas.get(1).getAsDouble(),
            sizes.get(0).getAsDouble(),
            sizes.get(1).getAsDouble());
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static double number(JsonObject s, String name) {
    return s.get(name).getAsDouble();
  }

  @Test
  void defaultsArePyTorchs() {
    assertEquals(new Adam(0.1, 0.9, 0.999, 1e-8, 0, false), Adam.withRate(0.1));
    assertEquals(new AdamW(0.1, 0.9, 0.999, 1e-8, 0.01, false), AdamW.withRate(0.1));
    for (JsonObject run : runs()) {
      JsonObject defaults = run.getAsJsonObject("defaults");
      if (run.getAsJsonObject("kwargs").size() == 1) { // only the rate was chosen
        String name = run.get("optimizer").getAsString();
        double rate = defaults.get("lr").getAsDouble();
        Optimizer ours =
            switch (name) {
              case "sgd" -> Sgd.withRate(rate);
              case "rmsprop" -> RmsProp.withRate(rate);
              case "adagrad" -> AdaGrad.withRate(rate);
              case "adam" -> Adam.withRate(rate);
              case "adamw" -> AdamW.withRate(rate);
              case "adamax" -> AdaMax.withRate(rate);
              case "nadam" -> NAdam.withRate(rate).withPyTorch1Steps();
              case "radam" -> RAdam.withRate(rate);
              case "rprop" -> Rprop.withRate(rate);
              default -> throw new IllegalArgumentException(name);
            };
        assertEquals(optimizer(name, defaults), ours);
      }
    }
  }

  /** PyTorch 1.13 has no Lion; this is the paper's algorithm 2, in double. */
  @Test
  void lionIsThePapers() {
    double rate = 0.01;
    double decay = 0.1;
    Lion lion = Lion.withRate(rate).withBetas(0.9, 0.99).withWeightDecay(decay);
    double[] w = {1, -2, 0.5};
    double[] m = new double[3];
    float[] values = {1, -2, 0.5f};
    float[][] state = new float[1][3];
    double[] numbers = new double[lion.numbers()];
    double[][] gradients = {{0.1, -3, 0}, {-0.5, 1e-30, 0}, {0.2, 4, 1e-20}, {-0.01, 2, -1e-20}};
    for (int t = 1; t <= gradients.length; t++) {
      float[] grads = new float[3];
      for (int i = 0; i < 3; i++) {
        double g = gradients[t - 1][i];
        grads[i] = (float) g;
        double direction = Math.signum(0.9 * m[i] + 0.1 * g);
        w[i] -= rate * (direction + decay * w[i]);
        m[i] = 0.99 * m[i] + 0.01 * g;
      }
      lion.prepare(rate, t, numbers);
      lion.update(values, grads, state, numbers, true, 0, 3);
      for (int i = 0; i < 3; i++) {
        assertEquals(w[i], values[i], 1e-6, "step " + t + ", element " + i);
      }
    }
  }

  /** PyTorch 1.13 multiplies by one μ too many (mended in 2.0); this is Dozat's formula, in double. */
  @Test
  void nadamIsThePapers() {
    double rate = 0.1;
    NAdam nadam = NAdam.withRate(rate);
    double w = 1;
    double m = 0;
    double v = 0;
    double product = 1;
    float[] values = {1};
    float[][] state = new float[2][1];
    double[] numbers = new double[nadam.numbers()];
    nadam.initialize(state, numbers);
    double[] gradients = {0.5, -2, 1, 0.25, 0.3};
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      double mu = 0.9 * (1 - 0.5 * Math.pow(0.96, t * 0.004));
      double next = 0.9 * (1 - 0.5 * Math.pow(0.96, (t + 1) * 0.004));
      product *= mu;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      double look = next * m / (1 - product * next) + (1 - mu) * g / (1 - product);
      w -= rate * look / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
      nadam.prepare(rate, t, numbers);
      nadam.update(values, new float[] {(float) g}, state, numbers, true, 0, 1);
      assertEquals(w, values[0], 2e-6, "step " + t);
    }
  }

  @Test
  void aRangeIsUpdatedAndNothingElse() {
    for (Optimizer rule :
        List.of(
            Sgd.withRate(0.1).withNesterov(0.9),
            Adam.withRate(0.1).withAmsgrad(),
            RmsProp.withRate(0.1).withCentering().withMomentum(0.9),
            Lion.withRate(0.1),
            Rprop.withRate(0.1))) {
      float[] values = {1, 2, 3, 4};
      float[][] state = new float[rule.stateNames().size()][4];
      double[] numbers = new double[rule.numbers()];
      rule.initialize(state, numbers);
      float[][] before = new float[state.length][];
      for (int i = 0; i < state.length; i++) {
        before[i] = state[i].clone();
      }
      rule.prepare(0.1, 1, numbers);
      rule.update(values, new float[] {1, 1, 1, 1}, state, numbers, true, 1, 3);
      assertEquals(1, values[0]);
      assertEquals(4, values[3]);
      assertTrue(values[1] < 2 && values[2] < 3, rule.name());
      for (int i = 0; i < state.length; i++) {
        assertArrayEquals(
            new float[] {before[i][0], before[i][3]}, new float[] {state[i][0], state[i][3]});
      }
    }
  }
}
