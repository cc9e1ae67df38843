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

class PoolingTest {

  // ---------------------------------------------------------------- what is refused

  @Test
  void kernelLargerThanThePaddedInput() {
    refuses(
        "layer 1 'maxPool2d1' MaxPool2d(5×5, padding 1×1): expected [channels, at least 3, at least 3], got [16, 2, 8]."
            + " The kernel of 5×5 is larger than the padded input of 4×10",
        Shape.of(16, 2, 8),
        new MaxPool2d(5).withPadding(1));
    refuses(
        "layer 1 'avgPool2d1' AvgPool2d(2×2): expected [channels, at least 2, at least 2], got [3, 1, 1]. The kernel of"
            + " 2×2 is larger than the padded input of 1×1",
        Shape.of(3, 1, 1),
        new AvgPool2d(2));
    refuses(
        "layer 1 'maxPool1d1' MaxPool1d(3, stride 1): expected [channels, at least 3], got [4, 2]. The kernel of 3 is"
            + " larger than the padded input of 2",
        Shape.of(4, 2),
        new MaxPool1d(3).withStride(1));
  }

  @Test
  void inputsThatAreNoImages() {
    refuses(
        "layer 1 'maxPool2d1' MaxPool2d(2×2): expected [channels, at least 2, at least 2], got [784]",
        Shape.of(784),
        new MaxPool2d(2));
    refuses(
        "layer 1 'batchNorm2d1' BatchNorm2d: expected [channels, height, width], got [784]. Is BatchNorm1d meant?",
        Shape.of(784),
        new BatchNorm2d());
    refuses(
        "layer 1 'globalAvgPool1' GlobalAvgPool: expected [channels, height, width] or [channels, time], got [10]",
        Shape.of(10),
        new GlobalAvgPool());
    refuses(
        "layer 1 'adaptiveMaxPool2d1' AdaptiveMaxPool2d(2×3): expected [channels, height, width], got [4, 5]",
        Shape.of(4, 5),
        new AdaptiveMaxPool2d(2, 3));
    refuses(
        "layer 1 'globalMaxPool1' GlobalMaxPool: expected [channels, height, width] or [channels, time], got [3, 0, 4]",
        Shape.of(3, 0, 4),
        new GlobalMaxPool());
  }

  @Test
  void settingsOutOfRange() {
    assertEquals(
        "MaxPool2d: kernel must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> new MaxPool2d(0)).getMessage());
    assertEquals(
        "AvgPool2d: stride must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> new AvgPool2d(2).withStride(0))
            .getMessage());
    assertEquals(
        "MaxPool1d: padding must be from 0 to half of the kernel, 1, so that every window has an element of the input,"
            + " got 2",
        assertThrows(IllegalArgumentException.class, () -> new MaxPool1d(3).withPadding(2))
            .getMessage());
    assertEquals(
        "AdaptiveAvgPool2d: rows and columns must be at least 1, got 0 and 2",
        assertThrows(IllegalArgumentException.class, () -> new AdaptiveAvgPool2d(0, 2))
            .getMessage());
  }

  @Test
  void hugeSettingsTakeNoMemory() {
    Model model =
        Model.of(
            Shape.of(1, 1, 1 << 30), 1, new MaxPool2d(1, 1 << 30), new AdaptiveAvgPool2d(1 << 15));
    assertEquals(Shape.of(1, 1 << 15, 1 << 15), model.outputShape());
  }

  // ---------------------------------------------------------------- which element is the largest

  @Test
  void theFirstOfEqualElementsGetsTheGradient() {
    // As PyTorch 1.13: torch.nn.functional.max_pool2d of zeros.
    for (MaxPool2d pool :
        new MaxPool2d[] {new MaxPool2d(2), new MaxPool2d(2).withStride(2).withCeil()}) {
      Tensor dx = gradient(pool, Tensor.zeros(1, 1, 2, 4), Tensor.full(3, 1, 1, 1, 2));
      assertArrayEquals(new float[] {3, 0, 3, 0, 0, 0, 0, 0}, dx.toArray());
    }
    Tensor dx = gradient(new MaxPool2d(2, 3), Tensor.zeros(1, 1, 2, 3), Tensor.full(3, 1, 1, 1, 1));
    assertArrayEquals(new float[] {3, 0, 0, 0, 0, 0}, dx.toArray());
  }

  @Test
  void rowsAndColumnsThatNoWindowSeesGetNoGradient() {
    Tensor x = Tensor.of(new float[] {1, 2, 9, 4, 3, 9, 9, 9, 9}, 1, 1, 3, 3);
    Tensor dy = Tensor.full(1, 1, 1, 1, 1);
    assertArrayEquals(
        new float[] {0, 0, 0, 1, 0, 0, 0, 0, 0}, gradient(new MaxPool2d(2), x, dy).toArray());
    assertArrayEquals(
        new float[] {.25f, .25f, 0, .25f, .25f, 0, 0, 0, 0},
        gradient(new AvgPool2d(2), x, dy).toArray());
  }

  @Test
  void nanIsNotHidden() {
    Tensor x = Tensor.of(new float[] {1, Float.NaN, 0, 4, 3, 2, 7, 5}, 1, 1, 2, 4);
    for (Layer pool : new Layer[] {new MaxPool2d(2), new MaxPool2d(2).withCeil()}) {
      float[] y = Model.of(Shape.of(1, 2, 4), 1, pool).predict(x).toArray();
      assertTrue(Float.isNaN(y[0]));
      assertEquals(7, y[1]);
    }
  }

  @Test
  void negativeNumbersAreNotBeatenByPadding() {
    Tensor x = Tensor.full(-5, 1, 1, 3, 3);
    Layer pool = new MaxPool2d(3).withStride(1).withPadding(1);
    for (float y : Model.of(Shape.of(1, 3, 3), 1, pool).predict(x).toArray()) {
      assertEquals(-5, y);
    }
  }

  @Test
  void adaptiveWindowsOverlapWhereSizesDontDivide() {
    // torch.nn.functional.adaptive_avg_pool2d and adaptive_max_pool2d of 0…6, to 3 columns.
    Tensor x = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6}, 1, 1, 1, 7);
    Shape in = Shape.of(1, 1, 7);
    assertArrayEquals(
        new float[] {1, 3, 5},
        Model.of(in, 1, new AdaptiveAvgPool2d(1, 3)).predict(x).toArray(),
        1e-6f);
    assertArrayEquals(
        new float[] {2, 4, 6}, Model.of(in, 1, new AdaptiveMaxPool2d(1, 3)).predict(x).toArray());
  }

  private static Tensor gradient(Layer layer, Tensor x, Tensor dy) {
    Model model = Model.of(x.shape().tail(), 1, layer);
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    model.forward(x, pass);
    return model.backward(dy, pass);
  }

  private static void refuses(String message, Shape in, Layer layer) {
    assertEquals(
        message, assertThrows(ShapeException.class, () -> Model.of(in, 1, layer)).getMessage());
  }

  // ---------------------------------------------------------------- what runs in another order

  @Test
  void rectifierBehindThePoolingGivesTheSameBits() {
    Shape in = Shape.of(3, 9, 8);
    Tensor x = Rng.seeded(4).fillUniform(Tensor.zeros(in.prepend(5)), -1, 1);
    for (int i = 0; i < x.size(); i += 7) {
      x.data()[i] = i % 2 == 0 ? 0 : -0.5f; // ties, and windows without a positive number
    }
    x.data()[40] = Float.NaN;
    Layer pool = new MaxPool2d(3).withStride(2).withPadding(1);
    Tensor[] swapped = run(in, x, new Relu(), pool);
    Layer samePool = new MaxPool2d(3).withStride(2).withPadding(1);
    Tensor[] written = run(in, x, new Sequential(new Relu()), samePool);
    assertArrayEquals(written[0].toArray(), swapped[0].toArray());
    assertArrayEquals(written[1].toArray(), swapped[1].toArray());
  }

  /** The output, and the gradient by the input for a gradient of 1, 2, 3 … */
  private static Tensor[] run(Shape in, Tensor x, Layer... layers) {
    Model model = Model.of(in, 1, new Sequential(layers));
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    Tensor y = model.forward(x, pass);
    Tensor dy = Tensor.zeros(y.shape());
    for (int i = 0; i < dy.size(); i++) {
      dy.data()[i] = i + 1;
    }
    return new Tensor[] {y.copy(), model.backward(dy, pass).copy()};
  }
}
