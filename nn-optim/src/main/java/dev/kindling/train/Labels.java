package dev.kindling.train;

import dev.kindling.nd.Reduce;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/** Reads classes out of predictions and targets, whichever form they have. */
final class Labels {

  private Labels() {}

  /**
   * The number of classes: predictions' last axis.
   *
   * @throws ShapeException if targets are neither one index nor one number for each class, for each row of predictions
   */
  static int classes(String metric, Tensor prediction, Tensor target) {
    int classes = prediction.rank() < 2 ? 1 : prediction.dim(-1);
    if (classes < 2) {
      throw ShapeException.of(
          metric,
          "predictions [batch, classes] of at least 2 classes",
          prediction.shape().toString(),
          "For a single output there are BinaryAccuracy, and ofLogits() of the others");
    }
    int rows = prediction.size() / classes;
    if (target.size() != rows && target.size() != prediction.size()) {
      throw ShapeException.of(
          metric,
          "targets [" + rows + "] or of the predictions' shape " + prediction.shape(),
          target.shape().toString(),
          "");
    }
    return classes;
  }

  /** The class that a row of predictions is highest for. */
  static int predicted(Tensor prediction, int row, int classes) {
    return Reduce.argmax(prediction.data(), prediction.offset() + row * classes, classes);
  }

  /** The class of a row of targets: the number itself, or where the row is highest. */
  static int actual(Tensor target, int row, int rows, int classes) {
    return target.size() == rows
        ? Math.round(target.data()[target.offset() + row])
        : Reduce.argmax(target.data(), target.offset() + row * classes, classes);
  }

  /** Refuses predictions and targets that aren't of equally many numbers. */
  static int pairs(String metric, Tensor prediction, Tensor target) {
    if (prediction.size() != target.size()) {
      throw ShapeException.of(
          metric,
          "targets of the predictions' shape " + prediction.shape(),
          target.shape().toString(),
          "");
    }
    return prediction.size();
  }

  static void checkClass(String metric, int actual, int classes) {
    if (actual < 0 || actual >= classes) {
      throw new IllegalArgumentException(
          metric + ": a target must be a class from 0 to " + (classes - 1) + ", got " + actual);
    }
  }
}
