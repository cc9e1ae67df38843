package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Targets that name a class by its index in the output's last axis, with what losses over them share: weights for the
 * classes, and an index that says "not this one". Immutable.
 */
final class ClassTargets {

  private final String where;
  private final float @Nullable [] weights;
  private final boolean ignores;
  private final int ignored;

  ClassTargets(String where) {
    this(where, null, false, 0);
  }

  private ClassTargets(String where, float @Nullable [] weights, boolean ignores, int ignored) {
    this.where = where;
    this.weights = weights;
    this.ignores = ignores;
    this.ignored = ignored;
  }

  ClassTargets withWeights(float... weights) {
    return new ClassTargets(
        where, Targets.weights(where, "class weights", weights), ignores, ignored);
  }

  ClassTargets withIgnored(int index) {
    return new ClassTargets(where, weights, true, index);
  }

  /** The loss that messages begin with. */
  String where() {
    return where;
  }

  /** The weight of a class. */
  double weight(int index) {
    return weights == null ? 1 : weights[index];
  }

  /** Whether this target says that its row has no say. */
  boolean ignores(float target) {
    return ignores && target == ignored;
  }

  /** Whether targets are indices for this output: its shape without the last axis, or with 1 there. */
  static boolean isIndices(Shape output, Shape target) {
    int lines = output.rank() - 1;
    if (target.rank() != lines && !(target.rank() == lines + 1 && target.dim(-1) == 1)) {
      return false;
    }
    for (int i = 0; i < lines; i++) {
      if (output.dim(i) != target.dim(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses outputs without at least two classes, of another number of classes than there are weights, and targets that
   * are neither indices nor (if they may be) of the output's own shape.
   */
  void check(Shape output, Shape target, boolean probabilitiesToo) {
    if (output.rank() < 1 || output.dim(-1) < 2) {
      throw ShapeException.of(
          where,
          "outputs with a score for each of at least 2 classes in the last axis",
          output.toString(),
          "For one yes-or-no question, use BinaryCrossEntropyWithLogits");
    }
    if (!isIndices(output, target) && !(probabilitiesToo && output.equals(target))) {
      String indices =
          "class indices " + Shape.of(java.util.Arrays.copyOf(output.dims(), output.rank() - 1));
      throw ShapeException.of(
          where,
          indices + (probabilitiesToo ? " or one-hot " + output : "") + " for output " + output,
          target.toString(),
          fix(output, target, probabilitiesToo));
    }
    if (weights != null && weights.length != output.dim(-1)) {
      throw ShapeException.of(
          where,
          "a weight for each of the " + output.dim(-1) + " classes of output " + output,
          weights.length + " weights",
          "");
    }
  }

  private static String fix(Shape output, Shape target, boolean probabilitiesToo) {
    if (output.equals(target)) {
      return "Give the index of the class instead of one-hot targets";
    }
    if (probabilitiesToo && target.rank() == output.rank()) {
      return "The last layer should give as many outputs as there are classes in the targets";
    }
    return "";
  }

  /**
   * Looks at every target once.
   *
   * @return the sum of the weights of the rows that aren't ignored
   * @throws IllegalArgumentException if a target is no class
   */
  double totalWeight(Tensor target, int classes) {
    float[] t = target.data();
    int off = target.offset();
    double total = 0;
    for (int i = 0, n = target.size(); i < n; i++) {
      float v = t[off + i];
      if (ignores(v)) {
        continue;
      }
      int y = (int) v;
      if (y != v || y < 0 || y >= classes) {
        throw Targets.wrong(
            where,
            target.shape(),
            i,
            v,
            "a class index: a whole number from 0 to " + (classes - 1));
      }
      total += weight(y);
    }
    return total;
  }
}
