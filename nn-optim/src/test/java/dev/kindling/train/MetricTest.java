package dev.kindling.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricTest {

  /** 6 examples of 3 classes; predicted 0 1 2 0 1 1 where 0 1 2 1 2 1 is right. */
  private static final Tensor SCORES =
      Tensor.matrix(
          new float[][] {
            {3, 1, 0}, {0, 2, 1}, {-5, -6, -4}, {0.9f, 0.8f, 0.1f}, {0, 5, 4}, {1, 2, 1.5f}
          });

  private static final Tensor CLASSES = Tensor.of(new float[] {0, 1, 2, 1, 2, 1}, 6);

  private static double value(Metric metric, Tensor prediction, Tensor target) {
    metric.reset();
    metric.update(prediction, target);
    return metric.value();
  }

  private static Tensor column(float... values) {
    return Tensor.of(values, values.length);
  }

  private static Tensor oneHot(Tensor classes, int count) {
    Tensor t = Tensor.zeros(classes.size(), count);
    for (int i = 0; i < classes.size(); i++) {
      t.set(1, i, (int) classes.get(i));
    }
    return t;
  }

  // ---------------------------------------------------------------- classes

  @Test
  void accuracyIsTheShareOfRightClasses() {
    assertEquals(4 / 6.0, value(new Accuracy(), SCORES, CLASSES), 1e-15);
    assertEquals(4 / 6.0, value(new Accuracy(), SCORES, oneHot(CLASSES, 3)), 1e-15);
  }

  @Test
  void accuracyLeavesIgnoredTargetsOut() {
    Tensor targets = column(0, -100, 2, -100, 2, 1);
    assertEquals(3 / 4.0, value(Accuracy.ignoring(-100), SCORES, targets), 1e-15);
  }

  @Test
  void accuracyCountsEveryStepOfASequence() {
    assertEquals(
        4 / 6.0, value(new Accuracy(), SCORES.reshape(2, 3, 3), CLASSES.reshape(2, 3)), 1e-15);
  }

  @Test
  void topKAsksWhetherTheClassIsAmongTheHighest() {
    assertEquals(4 / 6.0, value(new TopK(1), SCORES, CLASSES), 1e-15);
    assertEquals(1, value(new TopK(2), SCORES, CLASSES), 1e-15);
    Tensor ties = Tensor.matrix(new float[][] {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}});
    assertEquals(2 / 3.0, value(new TopK(2), ties, column(0, 1, 2)), 1e-15);
    Tensor nan = Tensor.full(Float.NaN, 1, 3);
    assertEquals(0, value(new TopK(2), nan, column(0)));
  }

  @Test
  void theConfusionMatrixCountsActualByPredicted() {
    ConfusionMatrix matrix = new ConfusionMatrix();
    assertEquals(4 / 6.0, value(matrix, SCORES, CLASSES), 1e-15);
    long[][] expected = {{1, 0, 0}, {1, 2, 0}, {0, 1, 1}};
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(expected[i], matrix.counts()[i]);
    }
    assertEquals(1, matrix.count(2, 1));
    matrix.reset();
    assertTrue(Double.isNaN(matrix.value()));
    value(matrix, SCORES, CLASSES);
    assertEquals(1, matrix.count(2, 1));
  }

  /** From the matrix above: hits 1 2 1, false alarms 1 1 0, misses 0 1 1. */
  @Test
  void macroIsTheMeanOverClassesAndMicroOverExamples() {
    assertEquals((1 / 2.0 + 2 / 3.0 + 1) / 3, value(Precision.macro(), SCORES, CLASSES), 1e-15);
    assertEquals((1 + 2 / 3.0 + 1 / 2.0) / 3, value(Recall.macro(), SCORES, CLASSES), 1e-15);
    assertEquals((2 / 3.0 + 4 / 6.0 + 2 / 3.0) / 3, value(F1.macro(), SCORES, CLASSES), 1e-15);
    for (Metric micro : List.of(Precision.micro(), Recall.micro(), F1.micro())) {
      assertEquals(4 / 6.0, value(micro, SCORES, CLASSES), 1e-15);
      assertEquals(4 / 6.0, value(micro, SCORES, oneHot(CLASSES, 3)), 1e-15);
    }
  }

  @Test
  void macroLeavesClassesOutThatNeverCome() {
    Tensor scores = Tensor.matrix(new float[][] {{1, 0, 0}, {0, 1, 0}});
    assertEquals(1, value(F1.macro(), scores, column(0, 1)));
  }

  @Test
  void precisionAndRecallOfYes() {
    Tensor logits = column(2, 1, 0.5f, -1, -2, -0.1f);
    Tensor yes = column(1, 0, 1, 1, 0, 0); // 2 hits, 1 false alarm, 1 miss
    assertEquals(2 / 3.0, value(Precision.ofLogits(), logits, yes), 1e-15);
    assertEquals(2 / 3.0, value(Recall.ofLogits(), logits, yes), 1e-15);
    assertEquals(4 / 6.0, value(F1.ofLogits(), logits, yes), 1e-15);
    assertEquals(4 / 6.0, value(BinaryAccuracy.ofLogits(), logits, yes), 1e-15);
    Tensor probabilities = column(0.9f, 0.8f, 0.6f, 0.4f, 0.1f, 0.5f);
    assertEquals(2 / 3.0, value(Precision.ofProbabilities(), probabilities, yes), 1e-15);
    assertEquals(4 / 6.0, value(BinaryAccuracy.ofProbabilities(), probabilities, yes), 1e-15);
    assertEquals(4 / 6.0, value(BinaryAccuracy.above(0.7), probabilities, yes), 1e-15 + 0.4);
    ConfusionMatrix matrix = ConfusionMatrix.ofLogits();
    value(matrix, logits.reshape(6, 1), yes);
    assertEquals(1, matrix.count(0, 1));
    assertEquals(2, matrix.count(1, 1));
  }

  @Test
  void nothingFoundCountsAsZero() {
    Tensor no = column(-1, -1);
    assertEquals(0, value(Precision.ofLogits(), no, column(1, 0)));
    assertEquals(0, value(Recall.ofLogits(), no, column(0, 0)));
    assertEquals(0, value(F1.ofLogits(), no, column(0, 0)));
  }

  // ---------------------------------------------------------------- ROC AUC

  @Test
  void aucIsTheChanceThatAYesIsAboveANo() {
    Rng rng = Rng.seeded(3);
    for (int round = 0; round < 20; round++) {
      int n = 60;
      float[] scores = new float[n];
      float[] yes = new float[n];
      for (int i = 0; i < n; i++) {
        scores[i] = rng.nextInt(round % 2 == 0 ? 10 : 1000) - 5; // few values: many ties
        yes[i] = rng.nextInt(3) == 0 ? 1 : 0;
      }
      double wins = 0;
      long pairs = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          if (yes[i] == 1 && yes[j] == 0) {
            pairs++;
            wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          }
        }
      }
      assertEquals(wins / pairs, value(new RocAuc(), column(scores), column(yes)), 1e-12);
    }
  }

  @Test
  void aucTakesTwoClassesAndGrowsBatchByBatch() {
    RocAuc auc = new RocAuc();
    for (int i = 0; i < 200; i++) {
      auc.update(Tensor.matrix(new float[][] {{0, i}, {0, -i - 1}, {1, 1}}), column(1, 0, i % 2));
      if (i == 100) {
        assertTrue(auc.value() > 0); // sorts in between
      }
    }
    // 300 yes and 300 no. Yes: 0..199 and 100 zeros; no: 100 zeros and -1..-200.
    double wins = 200.0 * 300 - 0.5 * 100 + 100.0 * 200 + 0.5 * 100 * 100;
    assertEquals(wins / (300.0 * 300), auc.value(), 1e-12);
    assertEquals(0.5, value(new RocAuc(), column(0f, -0f), column(1, 0)), "0 and -0 are equal");
    assertTrue(Double.isNaN(value(new RocAuc(), column(1, 2), column(1, 1))));
  }

  // ---------------------------------------------------------------- numbers

  @Test
  void errorsOfNumbers() {
    Tensor p = column(1, 2, 3, 4);
    Tensor t = column(1, 0, 3, 8);
    assertEquals(6 / 4.0, value(new MeanAbsoluteError(), p, t), 1e-15);
    assertEquals(Math.sqrt(20 / 4.0), value(new RootMeanSquaredError(), p, t), 1e-15);
    assertEquals(1 - 20 / 38.0, value(new RSquared(), p, t), 1e-12);
    assertFalse(new MeanAbsoluteError().higherIsBetter());
    assertFalse(new RootMeanSquaredError().higherIsBetter());
  }

  @Test
  void rSquaredOfSeveralOutputsIsTheMeanOfTheirs() {
    Tensor p = Tensor.matrix(new float[][] {{1, 10}, {2, 10}, {3, 40}});
    Tensor t = Tensor.matrix(new float[][] {{1, 10}, {2, 20}, {3, 30}});
    assertEquals((1 + (1 - 200 / 200.0)) / 2, value(new RSquared(), p, t), 1e-12);
  }

  @Test
  void rSquaredIsExactFarFromZero() {
    Tensor t = column(1_000_001, 1_000_002, 1_000_003);
    Tensor p = column(1_000_001, 1_000_002, 1_000_004);
    assertEquals(0.5, value(new RSquared(), p, t), 1e-9);
  }

  // ---------------------------------------------------------------- all

  private static List<Metric> all() {
    return List.of(
        new Accuracy(),
        new TopK(2),
        Precision.macro(),
        Recall.macro(),
        F1.macro(),
        Precision.micro(),
        new ConfusionMatrix());
  }

  @Test
  void batchesAddUp() {
    for (Metric metric : all()) {
      double whole = value(metric, SCORES, CLASSES);
      metric.reset();
      for (int i = 0; i < 6; i += 2) {
        metric.update(SCORES.rows(i, i + 2), CLASSES.rows(i, i + 2)); // views with offsets
      }
      assertEquals(whole, metric.value(), 1e-15, metric.name());
    }
    Tensor p = Rng.seeded(1).fillNormal(Tensor.zeros(90), 0, 1);
    Tensor t = Rng.seeded(2).fillBernoulli(Tensor.zeros(90), 0.5);
    for (Metric metric :
        List.of(
            new RocAuc(),
            F1.ofLogits(),
            BinaryAccuracy.ofLogits(),
            new MeanAbsoluteError(),
            new RootMeanSquaredError(),
            new RSquared())) {
      double whole = value(metric, p, t);
      metric.reset();
      metric.update(p.rows(0, 13), t.rows(0, 13));
      metric.update(p.rows(13, 90), t.rows(13, 90));
      assertEquals(whole, metric.value(), 1e-12, metric.name());
    }
  }

  @Test
  void nothingSeenIsNan() {
    for (Metric metric : all()) {
      assertTrue(Double.isNaN(metric.value()), metric.name());
    }
    assertTrue(Double.isNaN(new RSquared().value()));
    assertTrue(Double.isNaN(F1.ofLogits().value()));
  }

  @Test
  void shapesThatDontGoTogetherAreRefused() {
    var e =
        assertThrows(
            ShapeException.class,
            () -> new Accuracy().update(Tensor.zeros(4, 1), column(1, 0, 1, 0)));
    assertTrue(e.toString().contains("BinaryAccuracy"), e.getMessage());
    assertThrows(ShapeException.class, () -> new Accuracy().update(SCORES, column(1, 2)));
    assertThrows(ShapeException.class, () -> new MeanAbsoluteError().update(SCORES, CLASSES));
    assertThrows(ShapeException.class, () -> new RocAuc().update(SCORES, CLASSES));
    var bad =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ConfusionMatrix().update(SCORES, column(0, 1, 2, 3, 0, 0)));
    assertTrue(bad.toString().contains("from 0 to 2, got 3"), bad.getMessage());
  }
}
