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
    if (!sameUpToTrailingOnes(output, target)) {
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
    if (!prediction.shape().equals(target.shape())) {
      check(prediction.shape(), target.shape());
    }
    int n = prediction.size();
    double sum =
        gradient == null
            ? sweep(
                prediction.data(),
                prediction.offset(),
                target.data(),
                target.offset(),
                null,
                0,
                n,
                prediction)
            : sweep(
                prediction.data(),
                prediction.offset(),
                target.data(),
                target.offset(),
                gradient.data(),
                gradient.offset(),
                n,
                prediction);
    if (Double.isNaN(sum)) {
      Targets.refuseNaN(where(), target);
    }
    return sum / n;
  }

  /**
   * The sum of the losses of n elements and, if g isn't null, the gradient of their mean.
   *
   * @param shaped the predictions again, for those who need the shape
   */
  abstract double sweep(
      float[] x,
      int xOff,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      int n,
      Tensor shaped);

  /** The class's name, which begins messages. */
  final String where() {
    return getClass().getSimpleName();
  }

  /** Refuses outputs whose last axis doesn't fit a setting. */
  void checkColumns(Shape output) {}

  /** What to do about labels that look like class indices. */
  String fixForIndices() {
    return "";
  }

  private String fix(Shape output, Shape target) {
    if (output.size() == target.size()) {
      return "The numbers of elements agree: reshape one of them";
    }
    return output.rank() > 0 && target.size() * output.dim(-1) == output.size()
        ? fixForIndices()
        : "";
  }

  private static boolean sameUpToTrailingOnes(Shape a, Shape b) {
    for (int i = 0; i < Math.max(a.rank(), b.rank()); i++) {
      if ((i < a.rank() ? a.dim(i) : 1) != (i < b.rank() ? b.dim(i) : 1)) {
        return false;
      }
    }
    return true;
  }
}
