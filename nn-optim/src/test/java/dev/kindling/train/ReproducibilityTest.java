package dev.kindling.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.Loader;
import dev.kindling.nd.Shape;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Model;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.Adam;
import dev.kindling.optim.Regularizer;
import dev.kindling.optim.Sgd;
import dev.kindling.optim.Snapshot;
import dev.kindling.optim.schedule.Exponential;
import dev.kindling.optim.schedule.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The same bits at any number of threads, and after an interruption. */
class ReproducibilityTest {

  private final int threads = Parallel.threads();

  @AfterEach
  void resetThreads() {
    Parallel.setThreads(threads);
  }

  @Test
  void theNumberOfThreadsHasNoSay() {
    float[] expected = null;
    double[] losses = null;
    for (int n : new int[] {1, 2, 3, 4, 8}) {
      Parallel.setThreads(n);
      Model model =
          Model.of(
              Shape.of(2),
              9,
              new Dense(300),
              new BatchNorm1d(),
              new Relu(),
              new Dense(200),
              new Relu(),
              new Dense(2));
      Trainer trainer =
          Trainer.of(model, new SoftmaxCrossEntropy(), Adam.withRate(0.01))
              .clipNorm(1)
              .averaging(Averaging.exponential(0.9));
      History history =
          trainer.fit(
              Problems.separable(300, 1).loader(128).shuffled(4),
              Problems.separable(200, 2).loader(128),
              1);
      if (expected == null) {
        expected = model.parameters().values().clone();
        losses = history.validationLoss();
      }
      assertArrayEquals(expected, model.parameters().values(), n + " threads");
      assertArrayEquals(losses, history.validationLoss(), n + " threads");
    }
  }

  private static Trainer rich(Model model) {
    return Trainer.of(model, new SoftmaxCrossEntropy(), Adam.withRate(0.01).withAmsgrad())
        .metric(new Accuracy())
        .schedule(new Exponential(0.99))
        .reduceOnPlateau(ReduceOnPlateau.withPatience(0), Monitor.validationLoss())
        .regularizer(Regularizer.l2(1e-3))
        .clipNorm(0.5)
        .accumulate(2)
        .averaging(Averaging.exponential(0.9))
        .callback(EarlyStopping.onValidationLoss(100))
        .clock(() -> 0)
        .seed(11);
  }

  private static Model richModel() {
    return Model.of(
        Shape.of(2),
        3,
        new Dense(16),
        new BatchNorm1d(),
        new Relu(),
        new Dropout(0.2f),
        new Dense(2));
  }

  @Test
  void goingOnFromASnapshotGivesTheSameBits() {
    Loader train = Problems.separable(150, 1).loader(32).shuffled(4); // 5 batches: an odd number
    Loader validation = Problems.separable(60, 2).loader(32);
    Model straight = richModel();
    History expected = rich(straight).fit(train, validation, 6);

    Model first = richModel();
    Trainer before = rich(first);
    before.fit(train, validation, 2);
    Model second = richModel();
    Trainer after = rich(second);
    after.restore(before.snapshot());
    History history = after.fit(train, validation, 6);
    assertArrayEquals(straight.parameters().values(), second.parameters().values());
    assertEquals(expected.epochs(), history.epochs());
    for (int i = 0; i < straight.buffers().size(); i++) {
      assertArrayEquals(
          straight.buffers().get(i).value().toArray(), second.buffers().get(i).value().toArray());
    }
  }

  @Test
  void goingOnWithinAnEpochGivesTheSameBits() {
    Loader train = Problems.separable(150, 1).loader(32).shuffled(4);
    Loader validation = Problems.separable(60, 2).loader(32);
    Model straight = richModel();
    double[] expected = rich(straight).fit(train, validation, 4).validationLoss();
    for (int steps = 3; steps <= 4; steps++) { // with and without gradients that wait for a step
      int stopAt = steps;
      List<Snapshot> snapshots = new ArrayList<>();
      Trainer interrupted = rich(richModel());
      interrupted.callback(
          new Callback() {
            @Override
            public void onBatchEnd(Training training) {
              if (training.epoch() == 2 && training.batch() == stopAt) {
                snapshots.add(training.snapshot());
                throw new IllegalStateException("power cut");
              }
            }
          });
      assertThrows(IllegalStateException.class, () -> interrupted.fit(train, validation, 4));
      Model second = richModel();
      Trainer after = rich(second).callback(new Callback() {});
      after.restore(snapshots.get(0));
      History history = after.fit(train, validation, 4);
      assertArrayEquals(straight.parameters().values(), second.parameters().values());
      assertArrayEquals(expected, history.validationLoss());
    }
  }

  @Test
  void aSnapshotOfAnotherModelIsRefused() {
    Trainer small =
        Trainer.of(Problems.classifier(1), new SoftmaxCrossEntropy(), Sgd.withRate(0.1));
    Trainer other = Trainer.of(richModel(), new SoftmaxCrossEntropy(), Sgd.withRate(0.1));
    var e = assertThrows(IllegalArgumentException.class, () -> other.restore(small.snapshot()));
    assertTrue(e.toString().contains("another model"), e.getMessage());
  }
}
