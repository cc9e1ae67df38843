package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The mean over all elements of a function of one prediction and one target. Targets have the shape of the output; axes
 * of size 1 at the end may be missing on either side, so that labels [] go with outputs [1].
 */
abstract class ElementwiseLoss implements Loss {

  @Override
  public final void check(Shape output, Shape target) {
    if (!Targets.sameUpToTrailingOnes(output, target)) {
      throw ShapeException.of(
          where(),
          "targets of the output's shape " + output,
          target.toString(),
          fix(output, target));
    }
    checkColumns(output);
  }

  @Override
  public final double value(Tensor prediction, Tensor target) {
    return run(prediction, target, null);
  }

  @Override
  public final double gradient(Tensor prediction, Tensor target, Tensor gradient) {
    Targets.sameShape(where(), prediction, gradient);
    return run(prediction, target, gradient);
  }

  private double run(Tensor prediction, Tensor target, @Nullable Tensor gradient) {
    check(prediction.shape(), target.shape());
    inspect(prediction, target);
    int count = count(prediction);
    double sum =
        sweep(
            prediction.data(),
            prediction.offset(),
            target.data(),
            target.offset(),
            gradient == null ? null : gradient.data(),
            gradient == null ? 0 : gradient.offset(),
            prediction.size(),
            1.0 / count);
    if (Double.isNaN(sum)) {
      Targets.refuseNaN(where(), target);
    }
    return sum / count;
  }

  /**
   * The sum of the losses of n elements and, if g isn't null, the gradient of scale times this sum.
   *
   * @param scale 1 / {@link #count}
   */
  abstract double sweep(
      float[] x,
      int xOff,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      int n,
      double scale);

  /** What the sum is divided by. */
  int count(Tensor prediction) {
    return prediction.size();
  }

  /** Refuses numbers that can't be targets, or predictions. */
  void inspect(Tensor prediction, Tensor target) {}

  /** Refuses outputs whose last axis doesn't fit a setting. */
  void checkColumns(Shape output) {}

  /** What to do about labels that look like class indices. */
  String fixForIndices() {
    return "";
  }

  /** The class's name, which begins messages. */
  final String where() {
    return getClass().getSimpleName();
  }

  private String fix(Shape output, Shape target) {
    if (output.size() == target.size()) {
      return "The numbers of elements agree: reshape one of them";
    }
    boolean oneForAll = output.rank() > 0 && target.size() * output.dim(-1) == output.size();
    return oneForAll ? fixForIndices() : "";
  }

  @Override
  public String toString() {
    return where();
  }
}
