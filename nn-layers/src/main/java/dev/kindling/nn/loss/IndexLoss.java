package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A loss over rows of scores (a row is one line of the last axis) and the index of the right class of each: the weighted
 * mean over the rows that aren't ignored, 0 if all are.
 */
abstract class IndexLoss implements Loss {

  private final ClassTargets classes;

  IndexLoss(ClassTargets classes) {
    this.classes = classes;
  }

  final ClassTargets classes() {
    return classes;
  }

  @Override
  public final void check(Shape output, Shape target) {
    classes.check(output, target, false);
  }

  @Override
  public final double value(Tensor prediction, Tensor target) {
    return run(prediction, target, null);
  }

  @Override
  public final double gradient(Tensor prediction, Tensor target, Tensor gradient) {
    Targets.sameShape(classes.where(), prediction, gradient);
    gradient.fill(0);
    return run(prediction, target, gradient);
  }

  private double run(Tensor prediction, Tensor target, @Nullable Tensor gradient) {
    check(prediction.shape(), target.shape());
    int c = prediction.dim(-1);
    double total = total(target, classes.totalWeight(target, c));
    if (total == 0) {
      return 0;
    }
    double sum = 0;
    for (int i = 0, rows = prediction.size() / c; i < rows; i++) {
      float label = target.data()[target.offset() + i];
      if (classes.ignores(label)) {
        continue;
      }
      int y = (int) label;
      int at = i * c;
      sum +=
          classes.weight(y)
              * row(
                  prediction.data(),
                  prediction.offset() + at,
                  c,
                  y,
                  gradient == null ? null : gradient.data(),
                  gradient == null ? 0 : gradient.offset() + at,
                  classes.weight(y) / total);
    }
    return sum / total;
  }

  /** What the sum of the rows' weighted losses is divided by. */
  double total(Tensor target, double totalWeight) {
    return totalWeight;
  }

  /** One row's loss and, if g (all zeros) isn't null, scale times its gradient. */
  abstract double row(
      float[] x, int xOff, int c, int y, float @Nullable [] g, int gOff, double scale);

  @Override
  public String toString() {
    return classes.where();
  }
}
