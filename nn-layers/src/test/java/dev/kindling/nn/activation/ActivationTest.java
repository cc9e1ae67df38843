package dev.kindling.nn.activation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.check.LayerCase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationTest {

  @Test
  void preluHasASlopeForEachChannel() {
    Model model = Model.of(Shape.of(2, 2), 1, Prelu.perChannel());
    Tensor slopes = model.parameters().list().get(0).value();
    assertArrayEquals(new float[] {0.25f, 0.25f}, slopes.toArray());
    slopes.set(0.5f, 1);
    Tensor y = model.predict(Tensor.of(new float[] {-4, 1, -4, 2}, 1, 2, 2));
    assertArrayEquals(new float[] {-1, 1, -2, 2}, y.data());
  }

  @Test
  void softmaxIsStableAtLargeScores() {
    Tensor x = Tensor.of(new float[] {1e4f, 1e4f, -1e4f, 0}, 1, 4);
    assertArrayEquals(
        new float[] {0.5f, 0.5f, 0, 0}, Model.of(Shape.of(4), 1, new Softmax()).predict(x).data());
    float half = (float) Math.log(0.5);
    assertArrayEquals(
        new float[] {half, half, -2e4f + half, -1e4f + half},
        Model.of(Shape.of(4), 1, new LogSoftmax()).predict(x).data(),
        1e-6f);
  }

  static List<Layer> functions() {
    return List.of(
        new Relu(),
        new LeakyRelu(),
        new Elu(),
        new Selu(),
        new Gelu(),
        Gelu.tanh(),
        new Silu(),
        new Sigmoid(),
        new Tanh(),
        new Softplus(),
        new Softsign(),
        new HardSigmoid(),
        new HardSwish(),
        new Mish());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void nanStaysNan(Layer layer) {
    Tensor x = Tensor.full(Float.NaN, 1, 20);
    for (float v : Model.of(Shape.of(20), 1, layer).predict(x).data()) {
      assertTrue(Float.isNaN(v), () -> layer + " makes " + v + " of NaN");
    }
  }

  @Test
  void badSettingsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Elu(Float.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> new Softplus(0));
    assertThrows(IllegalArgumentException.class, () -> Prelu.perChannel().withInitial(Float.NaN));
  }

  @Test
  void everyLayerHasItsSimpleNameAsKind() {
    for (LayerCase c : LayerCase.all()) {
      Layer layer = c.maker().get();
      assertEquals(layer.getClass().getSimpleName(), layer.config().kind());
    }
  }
}
