package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A loss that compares several outputs of one example: they lie one behind the other on the output's first axis,
 * [parts, rest...].
 */
abstract class StackedLoss implements Loss {

  /** What targets there are. */
  enum Kind {
    /** None that matter. */
    NONE,
    /** One for each example. */
    EXAMPLE,
    /** One for each element of a part. */
    ELEMENT
  }

  private final int parts;
  private final String meaning;
  private final Kind kind;

  /**
   * @param parts size of the output's first axis
   * @param meaning what the parts are, for messages
   * @param kind what targets there are
   */
  StackedLoss(int parts, String meaning, Kind kind) {
    this.parts = parts;
    this.meaning = meaning;
    this.kind = kind;
  }

  @Override
  public final void check(Shape output, Shape target) {
    check(output, target, 0);
  }

  private void check(Shape output, Shape target, int axis) {
    if (output.rank() <= axis || output.dim(axis) != parts) {
      throw ShapeException.of(
          where(), "outputs [" + parts + ", ...]: " + meaning, output.toString(), "");
    }
    boolean fits =
        switch (kind) {
          case NONE -> true;
          case EXAMPLE -> target.size() == (axis == 0 ? 1 : output.dim(0));
          case ELEMENT -> matches(output, axis, target);
        };
    if (!fits) {
      throw ShapeException.of(
          where(),
          kind == Kind.EXAMPLE
              ? "one target for each example"
              : "targets of one part's shape, without the axis of "
                  + parts
                  + " of output "
                  + output,
          target.toString(),
          "");
    }
  }

  /** Whether the target is the output without the axis of parts. */
  private static boolean matches(Shape output, int axis, Shape target) {
    if (target.rank() != output.rank() - 1) {
      return false;
    }
    for (int i = 0; i < target.rank(); i++) {
      if (target.dim(i) != output.dim(i < axis ? i : i + 1)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public final double value(Tensor prediction, Tensor target) {
    return run(prediction, target, null);
  }

  @Override
  public final double gradient(Tensor prediction, Tensor target, Tensor gradient) {
    Targets.sameShape(where(), prediction, gradient);
    gradient.fill(0);
    return run(prediction, target, gradient);
  }

  private double run(Tensor prediction, Tensor target, @Nullable Tensor gradient) {
    check(prediction.shape(), target.shape(), 1);
    inspect(prediction, target);
    int n = prediction.dim(0);
    int size = n == 0 ? 0 : prediction.size() / n / parts;
    int targets = kind == Kind.ELEMENT ? size : kind == Kind.EXAMPLE ? 1 : 0;
    int count = kind == Kind.ELEMENT ? n * size : n;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      int at = i * parts * size;
      sum +=
          example(
              prediction.data(),
              prediction.offset() + at,
              size,
              target.data(),
              target.offset() + i * targets,
              gradient == null ? null : gradient.data(),
              gradient == null ? 0 : gradient.offset() + at,
              1.0 / count);
    }
    if (Double.isNaN(sum) && kind != Kind.NONE) {
      Targets.refuseNaN(where(), target);
    }
    return sum / count;
  }

  /** Refuses numbers that can't be targets, or predictions. */
  void inspect(Tensor prediction, Tensor target) {}

  /**
   * One example's loss (summed over elements, where there is a target for each) and, if g (all zeros) isn't null, scale
   * times its gradient.
   *
   * @param x the parts, of size elements each, from xOff on
   * @param t the targets from tOff on
   */
  abstract double example(
      float[] x,
      int xOff,
      int size,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      double scale);

  /** The class's name, which begins messages. */
  final String where() {
    return getClass().getSimpleName();
  }

  @Override
  public String toString() {
    return where();
  }
}
