package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/** What several losses ask of targets. */
final class Targets {

  private Targets() {}

  /**
   * @throws ShapeException if the gradient isn't of the predictions' shape
   */
  static void sameShape(String where, Tensor prediction, Tensor gradient) {
    if (!prediction.shape().equals(gradient.shape())) {
      throw ShapeException.of(
          where,
          "a gradient of the predictions' shape " + prediction.shape(),
          gradient.shape().toString(),
          "");
    }
  }

  /**
   * Looks for the NaN that made a loss NaN; without one here, it came from the predictions.
   *
   * @throws IllegalArgumentException if a target is NaN
   */
  static void refuseNaN(String where, Tensor target) {
    float[] t = target.data();
    for (int i = 0; i < target.size(); i++) {
      if (Float.isNaN(t[target.offset() + i])) {
        throw new IllegalArgumentException(
            where + ": the target in " + place(target.shape(), i) + " is NaN");
      }
    }
  }

  /** The exception for a target that can't be. */
  static IllegalArgumentException wrong(
      String where, Shape batch, int element, float value, String expected) {
    return new IllegalArgumentException(
        where
            + ": the target in "
            + place(batch, element)
            + " is "
            + text(value)
            + ", expected "
            + expected);
  }

  /** As in {@code row 3}, or {@code row 3, element 7} where a row holds several. */
  static String place(Shape batch, int element) {
    int perRow =
        batch.rank() == 0 || batch.dim(0) == 0 ? 1 : Math.max(1, batch.size() / batch.dim(0));
    String row = "row " + element / perRow;
    return perRow == 1 ? row : row + ", element " + element % perRow;
  }

  static String text(float value) {
    return value == Math.rint(value) && Math.abs(value) < 1e7
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
