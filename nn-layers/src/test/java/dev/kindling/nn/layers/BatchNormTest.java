package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import org.junit.jupiter.api.Test;

class BatchNormTest {

  @Test
  void featuresAreNormalizedOverTheBatch() {
    normalized(Shape.of(70), 33, 0, 1);
  }

  @Test
  void channelsAreNormalizedOverBatchAndTime() {
    normalized(Shape.of(5, 19), 4, 0, 1);
  }

  @Test
  void aLargeMeanCostsNoDigits() {
    normalized(Shape.of(70), 33, 3000, 1);
    normalized(Shape.of(5, 19), 4, 3000, 1);
  }

  private static void normalized(Shape in, int batch, float mean, float std) {
    int channels = in.dim(0);
    int space = in.size() / channels;
    Tensor x = Rng.seeded(3).fillNormal(Tensor.zeros(in.prepend(batch)), mean, std);
    Model model = Model.of(in, 1, new BatchNorm1d());
    Tensor y = model.forward(x, model.newPass(Mode.TRAIN, 1));
    for (int c = 0; c < channels; c++) {
      // The same in double, by the textbook's formula.
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < batch * space; i++) {
        sum += x.data()[position(i, c, channels, space)];
      }
      double average = sum / (batch * space);
      for (int i = 0; i < batch * space; i++) {
        double d = x.data()[position(i, c, channels, space)] - average;
        squares += d * d;
      }
      double deviation = Math.sqrt(squares / (batch * space) + 1e-5);
      for (int i = 0; i < batch * space; i++) {
        int at = position(i, c, channels, space);
        assertEquals((x.data()[at] - average) / deviation, y.data()[y.offset() + at], 3e-6);
      }
    }
  }

  private static int position(int i, int c, int channels, int space) {
    return (i / space * channels + c) * space + i % space;
  }

  @Test
  void runningStatisticsFollowTheBatchAndServePrediction() {
    Model model = Model.of(Shape.of(1), 1, new BatchNorm1d().withMomentum(0.5f));
    Tensor x =
        Tensor.of(new float[] {1, 3, 5, 7}, 4, 1); // mean 4, biased variance 5, unbiased 20/3
    Pass pass = model.newPass(Mode.TRAIN, 1);
    model.forward(x, pass);
    assertEquals(2, model.buffers().get(0).value().item());
    assertEquals(0.5 + 10.0 / 3, model.buffers().get(1).value().item(), 1e-6);
    double expected = (10 - 2) / Math.sqrt(0.5 + 10.0 / 3 + 1e-5);
    assertEquals(expected, model.predict(Tensor.of(new float[] {10}, 1, 1)).item(), 1e-6);
  }

  @Test
  void predictingLeavesTheRunningStatisticsAlone() {
    Model model = Model.of(Shape.of(3), 1, new BatchNorm1d());
    model.predict(Rng.seeded(1).fillNormal(Tensor.zeros(9, 3), 5, 2));
    assertArrayEquals(new float[] {0, 0, 0}, model.buffers().get(0).value().toArray());
    assertArrayEquals(new float[] {1, 1, 1}, model.buffers().get(1).value().toArray());
  }

  @Test
  void aBatchOfOneValueIsRefusedInTrainingAndFineOtherwise() {
    Model model = Model.of(Shape.of(3), 1, new BatchNorm1d());
    Tensor one = Tensor.zeros(1, 3);
    Pass pass = model.newPass(Mode.TRAIN, 1);
    String message =
        String.valueOf(
            assertThrows(ShapeException.class, () -> model.forward(one, pass)).getMessage());
    assertTrue(
        message.contains("'batchNorm1d1' BatchNorm1d(3): expected at least 2 values"), message);
    model.predict(one);
    Model sequence = Model.of(Shape.of(3, 2), 1, new BatchNorm1d());
    sequence.forward(Tensor.zeros(1, 3, 2), sequence.newPass(Mode.TRAIN, 1));
  }

  @Test
  void constantChannelsGiveBeta() {
    Model model = Model.of(Shape.of(2), 1, new BatchNorm1d());
    Tensor y = model.forward(Tensor.full(1e4f, 8, 2), model.newPass(Mode.TRAIN, 1));
    assertArrayEquals(new float[16], y.toArray());
  }

  @Test
  void badSettingsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new BatchNorm1d().withEpsilon(0));
    assertThrows(IllegalArgumentException.class, () -> new BatchNorm1d().withMomentum(1.5f));
  }

  @Test
  void aRectifierBehindItGivesTheSameBits() {
    for (float mean : new float[] {0.3f, 1000}) { // the second is many deviations from 0
      for (Mode mode : new Mode[] {Mode.TRAIN, Mode.PREDICT}) {
        Shape in = Shape.of(3, 5, 7);
        Tensor x = Rng.seeded(4).fillNormal(Tensor.zeros(in.prepend(6)), mean, 1);
        float[][] together = run(in, x, mode, new BatchNorm2d(), new Relu());
        float[][] apart = run(in, x, mode, new BatchNorm2d(), new Sequential(new Relu()));
        for (int i = 0; i < apart.length; i++) {
          assertArrayEquals(apart[i], together[i], mode + ", mean " + mean + ", " + i);
        }
      }
    }
  }

  /** The output, the gradient by the input and those by the parameters, for a gradient of 1, 2, 3 … */
  private static float[][] run(Shape in, Tensor x, Mode mode, Layer... layers) {
    Model model = Model.of(in, 1, new Sequential(layers));
    Pass pass = model.newPass(mode, 1).inputGradient(true);
    model.forward(x, pass); // so that the running statistics are others than at first
    Tensor y = model.forward(x, pass);
    Tensor dy = Tensor.zeros(y.shape());
    for (int i = 0; i < dy.size(); i++) {
      dy.data()[i] = i + 1;
    }
    model.parameters().clearGradients();
    Tensor dx = model.backward(dy, pass);
    return new float[][] {y.toArray(), dx.toArray(), model.parameters().grads().clone()};
  }
}
