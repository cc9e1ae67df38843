package dev.kindling.data.augment;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/** Checks that all augmentations share. */
final class Settings {

  private Settings() {}

  static double within(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          name + " must be between " + least + " and " + most + ", got " + value);
    }
    return value;
  }

  static void ordered(String name, double low, double high) {
    if (!(low > 0 && low <= high && high < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be a range above 0, got " + low + " to " + high);
    }
  }

  static void image(String name, Tensor example) {
    if (example.rank() != 3) {
      throw ShapeException.of(
          name, "an image [channels, height, width]", example.shape().toString(), "");
    }
  }
}
