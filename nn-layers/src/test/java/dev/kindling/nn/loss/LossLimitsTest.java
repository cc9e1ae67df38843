package dev.kindling.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Losses at the edge: huge logits, ignored rows, targets and shapes that can't be. */
class LossLimitsTest {

  private static final SoftmaxCrossEntropy SOFTMAX = new SoftmaxCrossEntropy();
  private static final BinaryCrossEntropyWithLogits BINARY = new BinaryCrossEntropyWithLogits();

  // ---------------------------------------------------------------- huge logits

  @Test
  void softmaxOfHugeLogitsIsExact() {
    Tensor x = Tensor.of(new float[] {1e4f, -1e4f, 0, 1e4f, 9999.5f, -1e4f}, 2, 3);
    Tensor g = Tensor.zeros(2, 3);
    double first = 2e4;
    double second = Math.log(1 + Math.exp(-0.5)) + 0.5;
    Tensor t = Tensor.of(new float[] {1, 1}, 2);
    assertEquals((first + second) / 2, SOFTMAX.value(x, t), 1e-9);
    assertEquals((first + second) / 2, SOFTMAX.gradient(x, t, g), 1e-3);
    double p = 1 / (1 + Math.exp(-0.5));
    double[] expected = {0.5, -0.5, 0, p / 2, -p / 2, 0};
    for (int i = 0; i < 6; i++) {
      assertEquals(expected[i], g.data()[i], 1e-6, "element " + i);
    }
  }

  @Test
  void smoothedSoftmaxOfHugeLogitsIsExact() {
    Tensor x = Tensor.of(new float[] {1e4f, -1e4f}, 1, 2);
    Tensor g = Tensor.zeros(1, 2);
    Tensor t = Tensor.of(new float[] {0}, 1);
    assertEquals(0.1 * 2e4, SOFTMAX.withLabelSmoothing(0.2f).gradient(x, t, g), 1e-3);
    assertEquals(0.1, g.data()[0], 1e-7);
    assertEquals(-0.1, g.data()[1], 1e-7);
  }

  @Test
  void binaryOfHugeLogitsIsExact() {
    Tensor x = Tensor.of(new float[] {1e4f, 1e4f, -1e4f, -1e4f}, 4);
    Tensor t = Tensor.of(new float[] {1, 0, 1, 0}, 4);
    Tensor g = Tensor.zeros(4);
    for (BinaryCrossEntropyWithLogits loss :
        new BinaryCrossEntropyWithLogits[] {BINARY, BINARY.withPositiveWeight(3)}) {
      double w = loss.equals(BINARY) ? 1 : 3;
      assertEquals((1 + w) * 1e4 / 4, loss.value(x, t), 1e-9);
      assertEquals((1 + w) * 1e4 / 4, loss.gradient(x, t, g), 1e-9);
      assertEquals(0, g.data()[0]);
      assertEquals(0.25, g.data()[1], 1e-7);
      assertEquals(-0.25 * w, g.data()[2], 1e-7);
      assertEquals(0, g.data()[3]);
    }
  }

  @Test
  void binaryGradientDoesNotVanishWhereTheSigmoidRounds() {
    Tensor g = Tensor.zeros(1);
    double loss = BINARY.gradient(Tensor.of(new float[] {30}, 1), Tensor.full(1, 1), g);
    assertEquals(Math.log1p(Math.exp(-30)), loss, 1e-15);
    assertEquals(-Math.exp(-30), g.item(), 1e-18);
  }

  @Test
  void nanPredictionsGiveNanLoss() {
    Tensor nan = Tensor.full(Float.NaN, 1, 3);
    Tensor g = Tensor.zeros(1, 3);
    assertTrue(Double.isNaN(SOFTMAX.gradient(nan, Tensor.zeros(1), g)));
    assertTrue(Double.isNaN(SOFTMAX.value(nan, Tensor.of(new float[] {0, 1, 0}, 1, 3))));
    assertTrue(Double.isNaN(BINARY.gradient(nan, Tensor.zeros(1, 3), g)));
    assertTrue(Double.isNaN(new BinaryCrossEntropy().value(nan, Tensor.zeros(1, 3))));
    assertTrue(Double.isNaN(new MeanAbsoluteError().gradient(nan, Tensor.zeros(1, 3), g)));
    assertTrue(Double.isNaN(g.data()[0]));
    assertTrue(Double.isNaN(new Huber().value(nan, Tensor.zeros(1, 3))));
    assertTrue(Double.isNaN(new Hinge().value(nan, Tensor.full(1, 1, 3))));
    assertTrue(Double.isNaN(new MultiMargin().value(nan, Tensor.zeros(1))));
  }

  // ---------------------------------------------------------------- rows without a say

  @Test
  void ignoredRowsHaveNoSay() {
    SoftmaxCrossEntropy loss = SOFTMAX.withIgnoredIndex(-1);
    Tensor x = Tensor.of(new float[] {1, 2, 3, 9, 9, 9}, 2, 3);
    Tensor g = Tensor.full(7, 2, 3);
    Tensor one = Tensor.zeros(1, 3);
    double alone = SOFTMAX.gradient(x.rows(0, 1), Tensor.zeros(1), one);
    assertEquals(alone, loss.gradient(x, Tensor.of(new float[] {0, -1}, 2), g));
    assertArrayEquals(one.toArray(), g.rows(0, 1).toArray());
    assertArrayEquals(new float[3], g.rows(1, 2).toArray());
  }

  @Test
  void batchOfIgnoredRowsIsZero() {
    Tensor g = Tensor.full(7, 2, 3);
    Tensor t = Tensor.full(-1, 2);
    assertEquals(0, SOFTMAX.withIgnoredIndex(-1).gradient(Tensor.zeros(2, 3), t, g));
    assertArrayEquals(new float[6], g.toArray());
    assertEquals(
        0, new NegativeLogLikelihood().withIgnoredIndex(-1).gradient(Tensor.zeros(2, 3), t, g));
  }

  @Test
  void labelsWithoutAnAxisGoWithOutputsOfOne() {
    BINARY.check(Shape.of(1), Shape.of());
    BINARY.check(Shape.of(), Shape.of(1));
    SOFTMAX.check(Shape.of(10), Shape.of(1));
    SOFTMAX.check(Shape.of(7, 10), Shape.of(7));
    SOFTMAX.check(Shape.of(7, 10), Shape.of(7, 10));
    assertEquals(1, new MeanSquaredError().value(Tensor.full(1, 4, 1), Tensor.zeros(4)));
  }

  // ---------------------------------------------------------------- messages

  @Test
  void wrongShapesAreRefusedWithTheFix() {
    refused(
        "SoftmaxCrossEntropy: expected class indices [] or one-hot [10] for output [10], got [3]. "
            + "The last layer should give as many outputs as there are classes in the targets",
        () -> SOFTMAX.check(Shape.of(10), Shape.of(3)));
    refused(
        "SoftmaxCrossEntropy: expected class indices [7] or one-hot [7, 10] for output [7, 10], got []",
        () -> SOFTMAX.check(Shape.of(7, 10), Shape.of()));
    refused(
        "SoftmaxCrossEntropy: expected outputs with a score for each of at least 2 classes in the last axis, "
            + "got [1]. For one yes-or-no question, use BinaryCrossEntropyWithLogits",
        () -> SOFTMAX.check(Shape.of(1), Shape.of()));
    refused(
        "SoftmaxCrossEntropy: expected a weight for each of the 3 classes of output [3], got 2 weights",
        () -> SOFTMAX.withClassWeights(1, 2).check(Shape.of(3), Shape.of()));
    refused(
        "NegativeLogLikelihood: expected class indices [] for output [3], got [3]. "
            + "Give the index of the class instead of one-hot targets",
        () -> new NegativeLogLikelihood().check(Shape.of(3), Shape.of(3)));
    refused(
        "MeanSquaredError: expected targets of the output's shape [4], got [2, 2]. "
            + "The numbers of elements agree: reshape one of them",
        () -> new MeanSquaredError().check(Shape.of(4), Shape.of(2, 2)));
    refused(
        "BinaryCrossEntropyWithLogits: expected targets of the output's shape [4], got []. For one class of "
            + "several, use SoftmaxCrossEntropy; for several yes-or-no questions, give a target for each",
        () -> BINARY.check(Shape.of(4), Shape.of()));
    refused(
        "MeanSquaredError: expected a gradient of the predictions' shape [2, 3], got [3, 2]",
        () ->
            new MeanSquaredError()
                .gradient(Tensor.zeros(2, 3), Tensor.zeros(2, 3), Tensor.zeros(3, 2)));
    refused(
        "CosineEmbedding: expected outputs [2, ...]: two embeddings of each example, got [3, 8]",
        () -> new CosineEmbedding().check(Shape.of(3, 8), Shape.of()));
    refused(
        "MarginRanking: expected targets of one part's shape, without the axis of 2 of output [2, 8], got []",
        () -> new MarginRanking().check(Shape.of(2, 8), Shape.of()));
  }

  @Test
  void targetsThatCannotBeAreNamed() {
    Tensor x = Tensor.zeros(3, 4);
    Tensor t = Tensor.zeros(3);
    t.data()[2] = 4;
    wrong(
        "SoftmaxCrossEntropy: the target in row 2 is 4, expected a class index: a whole number from 0 to 3",
        SOFTMAX,
        x,
        t);
    t.data()[2] = -1;
    wrong(
        "MultiMargin: the target in row 2 is -1, expected a class index: a whole number from 0 to 3",
        new MultiMargin(),
        x,
        t);
    t.data()[2] = 1.5f;
    wrong(
        "NegativeLogLikelihood: the target in row 2 is 1.5, expected a class index: a whole number from 0 to 3",
        new NegativeLogLikelihood(),
        x,
        t);
    t.data()[2] = Float.NaN;
    wrong(
        "SoftmaxCrossEntropy: the target in row 2 is NaN, expected a class index: a whole number from 0 to 3",
        SOFTMAX.withIgnoredIndex(-1),
        x,
        t);
    Tensor all = Tensor.zeros(3, 4);
    all.set(Float.NaN, 1, 2);
    wrong(
        "SoftmaxCrossEntropy: the target in row 1, element 2 is NaN, expected a number",
        SOFTMAX,
        x,
        all);
    wrong(
        "MeanSquaredError: the target in row 1, element 2 is NaN, expected a number",
        new MeanSquaredError(),
        x,
        all);
    all.set(-1, 1, 2);
    wrong(
        "BinaryCrossEntropyWithLogits: the target in row 1, element 2 is -1, expected 0 (no) to 1 (yes)",
        BINARY,
        x,
        all);
    wrong(
        "KlDivergence: the target in row 1, element 2 is -1, expected a probability of at least 0",
        new KlDivergence(),
        x,
        all);
    wrong("Hinge: the target in row 0, element 0 is 0, expected 1 or -1", new Hinge(), x, all);
    x.set(3, 1, 1);
    wrong(
        "BinaryCrossEntropy: the output in row 1, element 1 is 3, expected a probability from 0 to 1. "
            + "End the model with Sigmoid, or use BinaryCrossEntropyWithLogits",
        new BinaryCrossEntropy(),
        x,
        Tensor.zeros(3, 4));
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    setting("Huber: delta must be finite and above 0, got 0.0", () -> new Huber(0));
    setting("SmoothL1: beta must be finite and above 0, got NaN", () -> new SmoothL1(Float.NaN));
    setting(
        "SoftmaxCrossEntropy: label smoothing must be from 0 to 1, got 1.5",
        () -> SOFTMAX.withLabelSmoothing(1.5f));
    setting(
        "SoftmaxCrossEntropy: class weights must be finite and at least 0, got -1.0",
        () -> SOFTMAX.withClassWeights(1, -1));
    setting(
        "BinaryCrossEntropyWithLogits: positive weights must be finite and at least 0, got Infinity",
        () -> BINARY.withPositiveWeight(Float.POSITIVE_INFINITY));
    setting(
        "CosineEmbedding: the margin must be from -1 to 1, got 2.0", () -> new CosineEmbedding(2));
  }

  private static void refused(String message, org.junit.jupiter.api.function.Executable e) {
    assertEquals(message, assertThrows(ShapeException.class, e).getMessage());
  }

  private static void setting(String message, org.junit.jupiter.api.function.Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }

  private static void wrong(String message, Loss loss, Tensor x, Tensor t) {
    Tensor g = x.copy();
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> loss.gradient(x, t, g)).getMessage());
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, () -> loss.value(x, t)).getMessage());
  }

  // ---------------------------------------------------------------- memory

  /** Vectors of the SIMD kernels lie in memory until the compiler, which works beside us, has seen their loops. */
  @Test
  void allocateNothing() throws InterruptedException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    for (Problem p : Problem.all()) {
      Tensor g = p.prediction().copy();
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 1_000_000 && least > 0; i++) {
        long before = threads.getThreadAllocatedBytes(id);
        p.loss().value(p.prediction(), p.target());
        p.loss().gradient(p.prediction(), p.target(), g);
        least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        if (i % 500 == 499) {
          Thread.sleep(20);
        }
      }
      assertEquals(0, least, p.name());
    }
  }
}
