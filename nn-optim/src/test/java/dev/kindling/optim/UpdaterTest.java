package dev.kindling.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Parameter.Role;
import dev.kindling.nn.layers.Dense;
import dev.kindling.optim.schedule.Exponential;
import dev.kindling.optim.schedule.ReduceOnPlateau;
import dev.kindling.optim.schedule.StepDecay;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UpdaterTest {

  private static final List<Optimizer> RULES =
      List.of(
          Sgd.withRate(0.1),
          Sgd.withRate(0.1).withMomentum(0.9).withWeightDecay(0.01),
          Sgd.withRate(0.1).withNesterov(0.9),
          RmsProp.withRate(0.01).withCentering().withMomentum(0.5),
          AdaGrad.withRate(0.1),
          AdaDelta.withRate(1),
          Adam.withRate(0.01),
          Adam.withRate(0.01).withAmsgrad(),
          AdamW.withRate(0.01),
          NAdam.withRate(0.01),
          AdaMax.withRate(0.01),
          RAdam.withRate(0.01),
          Lion.withRate(0.001),
          Muon.withRate(0.01),
          Rprop.withRate(0.01));

  private static final int SIZE = 150_001 + 333 + 77;

  /** Gradients of 6 steps, and values to begin with. */
  private static final float[][] GRADIENTS = new float[7][SIZE];

  @BeforeAll
  static void fill() {
    for (int i = 0; i < GRADIENTS.length; i++) {
      Rng.seeded(i).fillUniform(Tensor.of(GRADIENTS[i], SIZE), -1, 1);
    }
  }

  private final int threads = Parallel.threads();

  @AfterEach
  void resetThreads() {
    Parallel.setThreads(threads);
  }

  /** Sizes that aren't whole chunks, with everything switched on that a step can do. */
  private static float[] train(Optimizer rule, int steps, Consumer<Updater> settings) {
    Model model = Bare.model(150_001, 333, 77);
    System.arraycopy(GRADIENTS[6], 0, model.parameters().values(), 0, SIZE);
    Updater updater = Updater.of(model, rule);
    settings.accept(updater);
    run(model, updater, 0, steps);
    return model.parameters().values();
  }

  private static void run(Model model, Updater updater, int from, int to) {
    for (int step = from; step < to; step++) {
      Bare.gradients(model, GRADIENTS[step]);
      updater.step();
    }
  }

  private static void everything(Updater updater) {
    updater
        .clip(Clip.norm(5))
        .regularizer(Regularizer.elasticNet(0.01, 0.02))
        .maxNorm(100)
        .schedule(new Exponential(0.9));
  }

  // ---------------------------------------------------------------- same bits

  @Test
  void theNumberOfThreadsHasNoSay() {
    for (Optimizer rule : RULES) {
      Parallel.setThreads(1);
      float[] expected = train(rule, 3, UpdaterTest::everything);
      for (int n : new int[] {2, 3, 4, 8}) {
        Parallel.setThreads(n);
        assertArrayEquals(expected, train(rule, 3, UpdaterTest::everything), rule + ", " + n);
      }
    }
  }

  @Test
  void goingOnFromASnapshotGivesTheSameBits() {
    for (Optimizer rule : RULES) {
      float[] expected = train(rule, 6, UpdaterTest::everything);

      Model model = Bare.model(150_001, 333, 77);
      System.arraycopy(GRADIENTS[6], 0, model.parameters().values(), 0, SIZE);
      Updater before = Updater.of(model, rule);
      everything(before);
      run(model, before, 0, 3);
      Snapshot snapshot = new Snapshot();
      before.save(snapshot, "updater");

      Updater after = Updater.of(model, rule);
      everything(after);
      after.restore(snapshot, "updater");
      run(model, after, 3, 6);
      assertEquals(6, after.steps());
      assertArrayEquals(expected, model.parameters().values(), rule.toString());
    }
  }

  @Test
  void aSnapshotOfAnotherOptimizerIsRefused() {
    Snapshot snapshot = new Snapshot();
    Updater.of(Bare.model(3, 2, 1), Sgd.withRate(1).withMomentum(0.9)).save(snapshot, "u");
    Updater adam = Updater.of(Bare.model(3, 2, 1), Adam.withRate(1));
    assertThrows(IllegalArgumentException.class, () -> adam.restore(snapshot, "u"));
    Updater larger = Updater.of(Bare.model(4, 2, 1), Sgd.withRate(1).withMomentum(0.9));
    var e = assertThrows(IllegalArgumentException.class, () -> larger.restore(snapshot, "u"));
    assertTrue(e.toString().contains("'u.momentum' should hold 7 numbers, got 6"), e.getMessage());
  }

  // ---------------------------------------------------------------- which parameters

  @Test
  void frozenParametersStayAndTheirGradientsDontCountAsNorm() {
    Model model = Bare.model(2, 2, 1);
    Parameter weight = model.parameters().list().get(0);
    Updater updater = Updater.of(model, Sgd.withRate(1)).clip(Clip.norm(1e9));
    weight.freeze(true);
    Bare.gradients(model, new float[] {100, 100, 3, 4, 0});
    updater.step();
    assertEquals(5, updater.gradientNorm(), 1e-12);
    assertArrayEquals(new float[] {0, 0, -3, -4, 0}, model.parameters().values());
    weight.freeze(false);
    Bare.gradients(model, new float[] {1, 2, 0, 0, 0});
    updater.step();
    assertArrayEquals(new float[] {-1, -2, -3, -4, 0}, model.parameters().values());
  }

  @Test
  void weightDecayFallsOnAllParametersUnlessToldOtherwise() {
    for (Optimizer rule :
        List.of(
            Sgd.withRate(0.5).withWeightDecay(0.5),
            AdamW.withRate(0.5).withWeightDecay(0.5),
            Lion.withRate(0.5).withWeightDecay(0.5))) {
      Model model = Bare.model(1, 1, 1);
      Updater updater = Updater.of(model, rule);
      step(model, updater, 1);
      assertArrayEquals(new float[] {0.75f, 0.75f, 0.75f}, model.parameters().values());
      updater.decay(Role.WEIGHT);
      step(model, updater, 1);
      assertArrayEquals(new float[] {0.75f, 1, 1}, model.parameters().values(), rule.name());
    }
  }

  private static void step(Model model, Updater updater, float value) {
    Arrays.fill(model.parameters().values(), value);
    Bare.gradients(model, new float[model.parameters().size()]);
    updater.step();
  }

  @Test
  void aParameterWithoutBackwardHasGradientZero() {
    Model model = Bare.model(2, 1, 1);
    Updater updater = Updater.of(model, Sgd.withRate(1));
    Bare.gradients(model, new float[] {1, 1, 1, 1});
    updater.step();
    model.parameters().clearGradients(); // and no backward pass
    updater.step();
    assertArrayEquals(new float[] {-1, -1, -1, -1}, model.parameters().values());
  }

  // ---------------------------------------------------------------- regularizers

  @Test
  void l2IsTheSameAsCoupledWeightDecay() {
    float[] decayed = train(Adam.withRate(0.01).withWeightDecay(0.1), 3, u -> {});
    float[] regularized =
        train(
            Adam.withRate(0.01),
            3,
            u -> u.regularizer(Regularizer.l2(0.1), Role.WEIGHT, Role.BIAS, Role.NORM));
    assertArrayEquals(decayed, regularized);
  }

  @Test
  void regularizersFallOnWeightsAndPenaltyIsTheirSum() {
    Model model = Bare.model(3, 1, 1);
    float[] values = model.parameters().values();
    System.arraycopy(new float[] {2, -3, 0, 5, 7}, 0, values, 0, 5);
    Updater updater =
        Updater.of(model, Sgd.withRate(1))
            .regularizer(Regularizer.l1(0.25))
            .regularizer(Regularizer.l2(0.5));
    assertEquals(0.25 * (2 + 3) + 0.5 * 0.5 * (4 + 9), updater.penalty(), 1e-12);
    Bare.gradients(model, new float[5]);
    updater.step();
    assertArrayEquals(new float[] {2 - 0.25f - 1, -3 + 0.25f + 1.5f, 0, 5, 7}, values);
    assertEquals(0, Updater.of(model, Sgd.withRate(1)).penalty());
  }

  @Test
  void theGradientOfAPenaltyIsItsDerivative() {
    Regularizer regularizer = Regularizer.elasticNet(0.3, 0.7);
    float[] w = {0.5f, -1.25f, 3};
    float[] g = new float[3];
    regularizer.addGradient(w, g, 0, 3);
    for (int i = 0; i < 3; i++) {
      float h = 1e-2f;
      float[] up = w.clone();
      float[] down = w.clone();
      up[i] += h;
      down[i] -= h;
      double numeric =
          (regularizer.penalty(up, 0, 3) - regularizer.penalty(down, 0, 3)) / (up[i] - down[i]);
      assertEquals(numeric, g[i], 1e-6);
    }
  }

  @Test
  void penaltiesCountBeforeClipping() {
    Model model = Bare.model(1, 1, 1);
    model.parameters().values()[0] = 8;
    Updater updater =
        Updater.of(model, Sgd.withRate(1)).regularizer(Regularizer.l2(1)).clip(Clip.norm(5));
    Bare.gradients(model, new float[] {-2, 0, 8});
    updater.step();
    assertEquals(10, updater.gradientNorm(), 1e-6); // (-2 + 8, 0, 8)
    assertArrayEquals(new float[] {5, 0, -4}, model.parameters().values(), 1e-5f);
  }

  @Test
  void maxNormScalesRowsOfWeightsThatAreTooLong() {
    Model model = Model.of(Shape.of(2), 1, new Dense(3));
    float[] values = model.parameters().values();
    System.arraycopy(new float[] {3, 4, 0.3f, 0.4f, 0, -5, 9, 9, 9}, 0, values, 0, 9);
    Updater updater = Updater.of(model, Sgd.withRate(1)).maxNorm(2.5);
    updater.step();
    assertArrayEquals(new float[] {1.5f, 2, 0.3f, 0.4f, 0, -2.5f, 9, 9, 9}, values, 1e-6f);
  }

  // ---------------------------------------------------------------- the step

  @Test
  void gradientsAreScaledBeforeAnythingElse() {
    Model model = Bare.model(1, 1, 1);
    Updater updater = Updater.of(model, Sgd.withRate(1)).clip(Clip.norm(1000));
    Bare.gradients(model, new float[] {30, 40, 0});
    updater.step(0.1);
    assertEquals(5, updater.gradientNorm(), 1e-6);
    assertArrayEquals(new float[] {-3, -4, 0}, model.parameters().values(), 1e-6f);
  }

  @Test
  void theLearningRateFollowsTheSchedule() {
    Model model = Bare.model(1, 1, 1);
    Updater updater = Updater.of(model, Sgd.withRate(1)).schedule(new StepDecay(2, 0.5));
    double[] expected = {1, 1, 0.5, 0.5, 0.25};
    for (double rate : expected) {
      assertEquals(rate, updater.learningRate());
      Bare.gradients(model, new float[3]);
      updater.step();
      assertEquals(rate, updater.lastLearningRate());
    }
  }

  @Test
  void aScheduleByEpochGoesByEpochs() {
    Model model = Bare.model(1, 1, 1);
    Updater updater = Updater.of(model, Sgd.withRate(1)).schedule(new Exponential(0.5).byEpoch());
    updater.step();
    updater.step();
    assertEquals(1, updater.lastLearningRate());
    updater.epoch(2);
    updater.step();
    assertEquals(0.25, updater.lastLearningRate());
  }

  @Test
  void aPlateauReducesWhatTheScheduleStartsFrom() {
    Updater updater =
        Updater.of(Bare.model(1, 1, 1), Sgd.withRate(1))
            .schedule(new StepDecay(100, 0.5))
            .reduceOnPlateau(ReduceOnPlateau.withPatience(0));
    assertFalse(updater.observe(5));
    assertTrue(updater.observe(5));
    assertEquals(0.1, updater.learningRate(), 1e-15);
  }

  @Test
  void wrongSettingsAreNamedWithTheirRange() {
    var e = assertThrows(IllegalArgumentException.class, () -> Adam.withRate(-1));
    assertEquals("learningRate must be finite and at least 0, got -1.0", e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Adam.withRate(1).withBetas(0.9, 1));
    assertEquals("beta2 must be at least 0 and below 1, got 1.0", e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Sgd.withRate(1).withNesterov(0.9).withDampening(0.1));
    assertThrows(IllegalArgumentException.class, () -> Sgd.withRate(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> Rprop.withRate(1).withFactors(1.1, 1.2));
    assertThrows(IllegalArgumentException.class, () -> Regularizer.l1(-1));
  }
}
