package dev.kindling.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.ArrayDataset;
import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Loader;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.loss.Loss;
import dev.kindling.nn.loss.MeanSquaredError;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.Adam;
import dev.kindling.optim.Regularizer;
import dev.kindling.optim.Sgd;
import dev.kindling.optim.Updater;
import dev.kindling.optim.schedule.Exponential;
import dev.kindling.optim.schedule.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrainerTest {

  // ---------------------------------------------------------------- it learns

  @Test
  void exclusiveOrIsLearned() {
    Model model = Model.of(Shape.of(2), 1, new Dense(8), new Relu(), new Dense(2));
    Loader data = Problems.xor().loader(4);
    Trainer trainer =
        Trainer.of(model, new SoftmaxCrossEntropy(), Adam.withRate(0.03)).metric(new Accuracy());
    History history = trainer.fit(data, 200);
    assertEquals(1, trainer.evaluate(data).metric("accuracy"));
    assertTrue(history.last().train().loss() < 0.05, history.last().toString());
    assertTrue(history.loss()[0] > 0.5);
  }

  @Test
  void aSeparableSetIsLearnedAndGeneralizes() {
    Trainer trainer =
        Trainer.of(Problems.classifier(3), new SoftmaxCrossEntropy(), Adam.withRate(0.01))
            .metric(new Accuracy());
    Loader test = Problems.separable(500, 2).loader(64);
    History history = trainer.fit(Problems.separable(500, 1).loader(32).shuffled(7), test, 20);
    Evaluation validation = Objects.requireNonNull(history.last().validation());
    assertTrue(validation.metric("accuracy") > 0.98, history.last().toString());
    assertEquals(validation, trainer.evaluate(test));
  }

  @Test
  void theLoopByHandGivesTheSameBits() {
    ArrayDataset data = Problems.separable(100, 1);
    Model fitted = Problems.classifier(3);
    Trainer.of(fitted, new SoftmaxCrossEntropy(), Adam.withRate(0.01))
        .seed(5)
        .fit(data.loader(32), 3);

    Model model = Problems.classifier(3);
    Loss loss = new SoftmaxCrossEntropy();
    Updater updater = Updater.of(model, Adam.withRate(0.01));
    Pass pass = model.newPass(Mode.TRAIN, 5);
    for (int epoch = 0; epoch < 3; epoch++) {
      try (Batches batches = data.loader(32).epoch(epoch)) {
        for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
          Tensor y = model.forward(batch.x(), pass);
          Tensor dy = Tensor.zeros(y.shape());
          loss.gradient(y, batch.y(), dy);
          model.parameters().clearGradients();
          model.backward(dy, pass);
          updater.step();
        }
      }
    }
    assertArrayEquals(model.parameters().values(), fitted.parameters().values());
  }

  // ---------------------------------------------------------------- accumulation, averages,
  // penalties

  @Test
  void twoHalvesOfABatchAreAsGoodAsTheBatch() {
    ArrayDataset data = Problems.linear(60, 1); // a last group of 12 = 8 + 4
    Model whole = Model.of(Shape.of(3), 1, new Dense(4), new Relu(), new Dense(1));
    Model halves = Model.of(Shape.of(3), 1, new Dense(4), new Relu(), new Dense(1));
    var settings = Sgd.withRate(0.05).withMomentum(0.9);
    Trainer.of(whole, new MeanSquaredError(), settings).fit(data.loader(16), 5);
    Trainer accumulating = Trainer.of(halves, new MeanSquaredError(), settings).accumulate(2);
    accumulating.fit(data.loader(8), 5);
    assertEquals(20, accumulating.updater().steps());
    assertArrayEquals(whole.parameters().values(), halves.parameters().values(), 2e-6f);
  }

  @Test
  void anExponentialAverageIsWhatItsFormulaSays() {
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    double[] average = new double[4];
    Trainer trainer =
        Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.1))
            .averaging(Averaging.exponential(0.5))
            .callback(
                new Callback() {
                  @Override
                  public void onBatchEnd(Training training) {
                    long n = training.steps() - 1;
                    double decay = n == 0 ? 0 : Math.min(0.5, (1.0 + n) / (10.0 + n));
                    for (int i = 0; i < 4; i++) {
                      float w = training.model().parameters().values()[i];
                      average[i] = decay * average[i] + (1 - decay) * w;
                    }
                  }
                });
    trainer.fit(Problems.linear(40, 1).loader(4), 2);
    for (int i = 0; i < 4; i++) {
      assertEquals(average[i], model.parameters().values()[i], 1e-5);
    }
  }

  @Test
  void anEqualAverageIsTheMeanOfTheEndsOfEpochsAndTrainingGoesOnWithoutIt() {
    Loader data = Problems.linear(40, 1).loader(8);
    List<float[]> ends = new ArrayList<>();
    Model plain = Model.of(Shape.of(3), 1, new Dense(1));
    Trainer.of(plain, new MeanSquaredError(), Sgd.withRate(0.1))
        .callback(
            new Callback() {
              @Override
              public void onEpochEnd(Training training) {
                ends.add(training.model().parameters().values().clone());
              }
            })
        .fit(data, 5);
    Model averaged = Model.of(Shape.of(3), 1, new Dense(1));
    Trainer.of(averaged, new MeanSquaredError(), Sgd.withRate(0.1))
        .averaging(Averaging.equalFrom(3))
        .fit(data, 5);
    for (int i = 0; i < 4; i++) {
      double mean = ((double) ends.get(2)[i] + ends.get(3)[i] + ends.get(4)[i]) / 3;
      assertEquals(mean, averaged.parameters().values()[i], 1e-6);
    }
  }

  @Test
  void thePenaltyIsReportedIfAskedFor() {
    Loader data = Problems.linear(8, 1).loader(8);
    double[] losses = new double[2];
    double penalty = 0;
    for (int i = 0; i < 2; i++) {
      Model model = Model.of(Shape.of(3), 1, new Dense(1));
      Trainer trainer =
          Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.1))
              .regularizer(Regularizer.l2(0.5));
      penalty = trainer.updater().penalty();
      losses[i] = (i == 0 ? trainer : trainer.reportPenalty()).fit(data, 1).loss()[0];
    }
    assertTrue(penalty > 0);
    assertEquals(losses[0] + penalty, losses[1], 1e-12);
  }

  // ---------------------------------------------------------------- stopping

  @Test
  void earlyStoppingEndsTrainingAndBringsTheBestWeightsBack() {
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    Loader validation = Problems.linear(50, 2).loader(50);
    EarlyStopping stopping = EarlyStopping.onValidationLoss(3);
    // The rate grows until training diverges, so that a middle epoch is the best.
    Trainer trainer =
        Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.01))
            .schedule(new Exponential(1.2).byEpoch())
            .callback(stopping);
    History history = trainer.fit(Problems.linear(40, 1).loader(40), validation, 100);
    assertTrue(history.size() < 100);
    History.Epoch best = history.best(Monitor.validationLoss());
    assertEquals(history.size() - 3, best.number());
    assertEquals(best.number(), stopping.bestEpoch());
    assertEquals(Monitor.validationLoss().value(best), trainer.evaluate(validation).loss());
    assertNotNull(history.stopReason());
    assertTrue(
        history.stopReason().contains("validation loss has not improved for 3 epochs"),
        history.stopReason());
  }

  @Test
  void earlyStoppingWithoutValidationDataSaysSo() {
    Trainer trainer =
        Trainer.of(
                Model.of(Shape.of(3), 1, new Dense(1)), new MeanSquaredError(), Sgd.withRate(0.01))
            .callback(EarlyStopping.onValidationLoss(3));
    var e =
        assertThrows(
            IllegalStateException.class, () -> trainer.fit(Problems.linear(8, 1).loader(8), 5));
    assertTrue(e.toString().contains("no validation data"), e.getMessage());
  }

  @Test
  void aCallbackCanStopTrainingAfterABatch() {
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    List<String> calls = new ArrayList<>();
    Callback log =
        new Callback() {
          @Override
          public void onTrainBegin(Training t) {
            calls.add("begin " + t.epochs() + " " + t.batches() + " " + t.hasValidation());
          }

          @Override
          public void onEpochBegin(Training t) {
            calls.add("epoch " + t.epoch() + " " + t.batch());
            assertTrue(Double.isNaN(t.loss()));
          }

          @Override
          public void onBatchEnd(Training t) {
            calls.add("batch " + t.batch());
            if (t.epoch() == 2) {
              t.stop("enough");
            }
          }

          @Override
          public void onEpochEnd(Training t) {
            calls.add("end " + t.history().last().number());
          }

          @Override
          public void onTrainEnd(Training t) {
            calls.add("over, " + t.stopReason());
          }
        };
    History history =
        Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.01))
            .callback(log)
            .fit(Problems.linear(6, 1).loader(2), 9);
    assertEquals(
        List.of(
            "begin 9 3 false",
            "epoch 1 0",
            "batch 1",
            "batch 2",
            "batch 3",
            "end 1",
            "epoch 2 0",
            "batch 1",
            "end 2",
            "over, enough"),
        calls);
    assertEquals("enough", history.stopReason());
    assertNull(history.last().validation());
  }

  // ---------------------------------------------------------------- what goes wrong

  @Test
  void aNanLossNamesEpochBatchLayerAndFix() {
    Model model = Model.of(Shape.of(3), 1, new Dense(4).named("hidden"), new Relu(), new Dense(1));
    Trainer trainer = Trainer.of(model, new MeanSquaredError(), Sgd.withRate(1e20));
    var e =
        assertThrows(
            NonFiniteLossException.class, () -> trainer.fit(Problems.linear(30, 1).loader(3), 4));
    assertEquals(1, e.epoch());
    assertTrue(e.batch() > 1);
    assertNotNull(e.layer());
    for (String part :
        List.of(
            "in epoch 1, batch " + e.batch(),
            "learning rate 1.00e+20",
            "The first output that isn't finite is that of layer ",
            "'" + e.layer() + "' Dense(",
            "Lower the learning rate, clip gradients (Trainer.clipNorm), or normalise the inputs")) {
      assertTrue(e.toString().contains(part), e.getMessage());
    }
  }

  @Test
  void nanInTheDataIsToldFromDivergence() {
    ArrayDataset data = Problems.linear(8, 1);
    Tensor x = Tensor.zeros(8, 3);
    Tensor y = Tensor.zeros(8, 1);
    for (int i = 0; i < 8; i++) {
      data.read(i, x.row(i), y.row(i));
    }
    x.set(Float.NaN, 5, 1);
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    Trainer trainer = Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.1));
    var e =
        assertThrows(
            NonFiniteLossException.class, () -> trainer.fit(ArrayDataset.of(x, y).loader(4), 1));
    assertTrue(e.toString().contains("epoch 1, batch 2"), e.getMessage());
    assertTrue(e.toString().contains("inputs hold NaN"), e.getMessage());
    x.set(0, 5, 1);
    y.set(Float.POSITIVE_INFINITY, 5, 0);
    Trainer again = Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.1));
    e =
        assertThrows(
            NonFiniteLossException.class, () -> again.fit(ArrayDataset.of(x, y).loader(4), 1));
    assertTrue(e.toString().contains("targets hold NaN or infinity"), e.getMessage());
  }

  @Test
  void parametersThatOverflowInTheLastStepAreFound() {
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    Trainer trainer = Trainer.of(model, new MeanSquaredError(), Sgd.withRate(3e38));
    var e =
        assertThrows(
            NonFiniteLossException.class, () -> trainer.fit(Problems.linear(8, 1).loader(8), 1));
    assertTrue(e.toString().contains("Parameter 'dense1.weight' isn't finite"), e.getMessage());
  }

  @Test
  void dataThatDontFitAreRefusedBeforeTheFirstBatch() {
    Trainer trainer =
        Trainer.of(Problems.classifier(1), new SoftmaxCrossEntropy(), Sgd.withRate(0.1));
    var e =
        assertThrows(ShapeException.class, () -> trainer.fit(Problems.linear(8, 1).loader(4), 1));
    assertEquals("training data: expected inputs [2], got [3]", e.getMessage());
    assertThrows(
        ShapeException.class,
        () -> trainer.fit(Problems.separable(8, 1).loader(4), Problems.linear(8, 1).loader(4), 1));
    Trainer other =
        Trainer.of(
            Model.of(Shape.of(2), 1, new Dense(3)), new MeanSquaredError(), Sgd.withRate(0.1));
    assertThrows(ShapeException.class, () -> other.fit(Problems.separable(8, 1).loader(4), 1));
  }

  @Test
  void settingsAreRefusedOnceTrainingHasBegun() {
    Trainer trainer =
        Trainer.of(Problems.classifier(1), new SoftmaxCrossEntropy(), Sgd.withRate(0.1));
    trainer.fit(Problems.xor().loader(4), 1);
    assertThrows(IllegalStateException.class, () -> trainer.clipNorm(1));
    assertThrows(IllegalStateException.class, () -> trainer.metric(new Accuracy()));
  }

  @Test
  void epochsCountFromTheBeginningOfTraining() {
    Trainer trainer =
        Trainer.of(Problems.classifier(1), new SoftmaxCrossEntropy(), Sgd.withRate(0.1));
    assertEquals(2, trainer.fit(Problems.xor().loader(4), 2).size());
    assertEquals(5, trainer.fit(Problems.xor().loader(4), 5).size());
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> trainer.fit(Problems.xor().loader(4), 5));
    assertTrue(e.toString().contains("of which 5 are over"), e.getMessage());
    assertEquals(5, trainer.history().epochs().get(4).number());
  }

  @Test
  void twoMetricsOfOneNameAreRefused() {
    Trainer trainer =
        Trainer.of(Problems.classifier(1), new SoftmaxCrossEntropy(), Sgd.withRate(0.1))
            .metric(new Accuracy());
    assertThrows(IllegalArgumentException.class, () -> trainer.metric(new Accuracy()));
  }

  @Test
  void aModelWithNothingToLearnStaysAsItIs() {
    Model model = Problems.classifier(1);
    model.parameters().list().forEach(p -> p.freeze(true));
    float[] before = model.parameters().values().clone();
    Trainer.of(model, new SoftmaxCrossEntropy(), Adam.withRate(0.1))
        .fit(Problems.xor().loader(4), 2);
    assertArrayEquals(before, model.parameters().values());
    assertTrue(model.parameters().list().stream().allMatch(Parameter::frozen));
  }

  // ---------------------------------------------------------------- what is recorded

  @Test
  void aPlateauReducesTheLearningRate() {
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    model.parameters().list().forEach(p -> p.freeze(true)); // so nothing ever improves
    History history =
        Trainer.of(model, new MeanSquaredError(), Sgd.withRate(1))
            .reduceOnPlateau(ReduceOnPlateau.withPatience(1).withFactor(0.5), Monitor.trainLoss())
            .fit(Problems.linear(8, 1).loader(8), 6);
    assertArrayEquals(new double[] {1, 1, 1, 0.5, 0.5, 0.25}, history.learningRate());
  }

  @Test
  void timeComesFromTheClock() {
    AtomicLong nanos = new AtomicLong();
    History history =
        Trainer.of(
                Model.of(Shape.of(3), 1, new Dense(1)), new MeanSquaredError(), Sgd.withRate(0.1))
            .clock(nanos::get)
            .callback(
                new Callback() {
                  @Override
                  public void onBatchEnd(Training training) {
                    nanos.addAndGet(500_000_000);
                  }
                })
            .fit(Problems.linear(8, 1).loader(2), 2);
    assertArrayEquals(new double[] {2, 2}, history.seconds(), 1e-9);
  }

  @Test
  void theLossOfAnEpochIsTheMeanOverExamples() {
    // 5 examples in batches of 4 and 1; nothing is learned, so both means are of the same model.
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    Trainer trainer = Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0));
    ArrayDataset data = Problems.linear(5, 1);
    History history = trainer.fit(data.loader(4), data.loader(3), 1);
    double whole = trainer.evaluate(data.loader(5)).loss();
    assertEquals(whole, history.loss()[0], 1e-6 * whole);
    assertEquals(whole, history.validationLoss()[0], 1e-6 * whole);
    assertFalse(history.metricNames().contains("accuracy"));
  }
}
