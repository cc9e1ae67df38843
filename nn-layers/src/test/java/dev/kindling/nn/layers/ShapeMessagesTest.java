package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.Residual;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Softmax;
import org.junit.jupiter.api.Test;

/** A wrong shape is refused when the model is built, naming layer, what it expected, what it got and the likely fix. */
class ShapeMessagesTest {

  @Test
  void denseAfterAnImage() {
    refuses(
        "layer 3 'fc2' Dense(→10): expected [features] or [time, features], got [16, 4, 4]. Missing Flatten?",
        Shape.of(16, 4, 4),
        new Relu(),
        new Relu(),
        new Dense(10).named("fc2"));
  }

  @Test
  void normOfAnImage() {
    refuses(
        "layer 1 'batchNorm1d1' BatchNorm1d: expected [features] or [channels, time], got [3, 8, 8]. Missing Flatten?",
        Shape.of(3, 8, 8),
        new BatchNorm1d());
  }

  @Test
  void layerNormOverMoreAxesThanThereAre() {
    refuses(
        "layer 1 'layerNorm1' LayerNorm: expected at least 2 axes, got [8]",
        Shape.of(8),
        LayerNorm.overLast(2));
  }

  @Test
  void reshapeToAnotherNumberOfElements() {
    refuses(
        "layer 1 'reshape1' Reshape(→[1, 28, 28]): expected 784 elements, got [28, 27]. That has 756 elements",
        Shape.of(28, 27),
        new Reshape(1, 28, 28));
    refuses(
        "layer 1 'reshape1' Reshape(→[3, -1]): expected a multiple of 3 elements, got [4]. That has 4 elements",
        Shape.of(4),
        new Reshape(3, -1));
  }

  @Test
  void residualThatChangesTheShape() {
    refuses(
        "layer 1 'residual1' Residual: expected a body that gives [8], got [5]. Add a shortcut that changes the shape:"
            + " Residual.withShortcut(…)",
        Shape.of(8),
        new Residual(new Dense(5)),
        new Relu());
  }

  @Test
  void layersInsideContainersAreNamedByTheirPath() {
    refuses(
        "layer 3 'block.softmax1' Softmax: expected at least one axis, none of them empty, got []",
        Shape.of(),
        new Relu(),
        new Residual(new Softmax()).named("block"));
  }

  @Test
  void emptyExamples() {
    refuses(
        "layer 1 'dense1' Dense(→2): expected [features] or [time, features], got [0]",
        Shape.of(0),
        new Dense(2));
  }

  @Test
  void inputOfAnotherShapeThanTheModels() {
    Model model = Model.of(Shape.of(4), 1, new Dense(2));
    assertEquals(
        "model input: expected a batch [n, …] of [4], got [4]. That is one example: reshape it to [1, 4]",
        assertThrows(ShapeException.class, () -> model.predict(Tensor.zeros(4))).getMessage());
    assertEquals(
        "model input: expected a batch [n, …] of [4], got [3, 5]",
        assertThrows(ShapeException.class, () -> model.predict(Tensor.zeros(3, 5))).getMessage());
  }

  @Test
  void reshapeKeepsTheOrderOfElements() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 6);
    Tensor y = Model.of(Shape.of(6), 1, new Reshape(2, -1)).predict(x);
    assertEquals(Shape.of(1, 2, 3), y.shape());
    assertEquals(4, y.get(0, 1, 0));
  }

  private static void refuses(String message, Shape in, Layer... layers) {
    assertEquals(
        message, assertThrows(ShapeException.class, () -> Model.of(in, 1, layers)).getMessage());
  }
}
