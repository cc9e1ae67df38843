package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/** What several losses ask of shapes, of targets and of settings. Allocates nothing unless it refuses. */
final class Targets {

  private Targets() {}

  // ---------------------------------------------------------------- shapes

  /** Refuses a gradient that isn't of the predictions' shape. */
  static void sameShape(String where, Tensor prediction, Tensor gradient) {
    if (!prediction.shape().equals(gradient.shape())) {
      throw ShapeException.of(
          where,
          "a gradient of the predictions' shape " + prediction.shape(),
          gradient.shape().toString(),
          "");
    }
  }

  /** Whether shapes are equal but for axes of size 1 at the end of either. */
  static boolean sameUpToTrailingOnes(Shape a, Shape b) {
    for (int i = 0; i < Math.max(a.rank(), b.rank()); i++) {
      if ((i < a.rank() ? a.dim(i) : 1) != (i < b.rank() ? b.dim(i) : 1)) {
        return false;
      }
    }
    return true;
  }

  /** The number of lines of the last axis. */
  static int rows(Tensor t) {
    int columns = t.rank() == 0 ? 1 : t.dim(-1);
    return columns == 0 ? 0 : t.size() / columns;
  }

  // ---------------------------------------------------------------- targets

  /** Looks for the NaN that made a loss NaN; if no target is, it came from the predictions. */
  static void refuseNaN(String where, Tensor target) {
    for (int i = 0; i < target.size(); i++) {
      float t = target.data()[target.offset() + i];
      if (Float.isNaN(t)) {
        throw wrong(where, target.shape(), i, t, "a number");
      }
    }
  }

  /** Refuses targets that are neither 1 nor -1. */
  static void signs(String where, Tensor target) {
    for (int i = 0; i < target.size(); i++) {
      float t = target.data()[target.offset() + i];
      if (t != 1 && t != -1) {
        throw wrong(where, target.shape(), i, t, "1 or -1");
      }
    }
  }

  /** Refuses targets that aren't from 0 to a largest one. */
  static void inRange(String where, Tensor target, float largest, String expected) {
    for (int i = 0; i < target.size(); i++) {
      float t = target.data()[target.offset() + i];
      if (!(t >= 0 && t <= largest)) {
        throw wrong(where, target.shape(), i, t, expected);
      }
    }
  }

  /** The exception for a target that can't be. */
  static IllegalArgumentException wrong(
      String where, Shape batch, int element, float value, String expected) {
    return new IllegalArgumentException(
        String.format(
            "%s: the target in %s is %s, expected %s",
            where, place(batch, element), text(value), expected));
  }

  /** As in {@code row 3}, or {@code row 3, element 7} where a row holds several. */
  static String place(Shape batch, int element) {
    int rows = batch.rank() == 0 ? 1 : Math.max(1, batch.dim(0));
    int perRow = Math.max(1, batch.size() / rows);
    String row = "row " + element / perRow;
    return perRow == 1 ? row : row + ", element " + element % perRow;
  }

  /** A number without a fraction that isn't there. */
  static String text(float value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e7;
    return whole ? String.valueOf((long) value) : String.valueOf(value);
  }

  // ---------------------------------------------------------------- settings

  /** Refuses a setting that isn't finite and above 0. */
  static float positive(String where, String setting, float value) {
    if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          where + ": " + setting + " must be finite and above 0, got " + value);
    }
    return value;
  }

  /** Refuses a margin that isn't finite. */
  static float margin(String where, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(where + ": the margin must be finite, got " + value);
    }
    return value;
  }

  /** Refuses weights that aren't finite and at least 0, or none at all. */
  static float[] weights(String where, String what, float... weights) {
    if (weights.length == 0) {
      throw new IllegalArgumentException(
          where + ": expected at least one of the " + what + ", got none");
    }
    for (float w : weights) {
      if (!(w >= 0 && w < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            where + ": " + what + " must be finite and at least 0, got " + w);
      }
    }
    return weights.clone();
  }
}
