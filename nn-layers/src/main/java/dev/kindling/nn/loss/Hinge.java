package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The hinge loss of a support vector machine: L = mean of max(0, 1 - t·x), dL/dx = -t / n where t·x &lt; 1, else 0, over all n
 * elements (Cortes and Vapnik, "Support-vector networks", 1995). Squared: L = mean of max(0, 1 - t·x)².
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing. Targets are 1 or -1. For one class of several,
 * see {@link MultiMargin}.
 *
 * <p>Default: not squared.
 */
public final class Hinge extends ElementwiseLoss {

  private final boolean squared;

  /** Not squared. */
  public Hinge() {
    this(false);
  }

  private Hinge(boolean squared) {
    this.squared = squared;
  }

  /** The squared hinge loss, whose slope doesn't jump. */
  public static Hinge squared() {
    return new Hinge(true);
  }

  @Override
  public String name() {
    return "hinge loss";
  }

  @Override
  double sweep(
      float[] x,
      int xOff,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      int n,
      double scale) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double y = t[tOff + i];
      double missing = 1 - y * x[xOff + i];
      double v = missing < 0 ? 0 : missing; // NaN stays NaN
      sum += squared ? v * v : v;
      if (g != null) {
        g[gOff + i] = (float) (v == 0 ? 0 : squared ? -2 * scale * y * v : -scale * y);
      }
    }
    return sum;
  }

  @Override
  void inspect(Tensor prediction, Tensor target) {
    Targets.signs(where(), target);
  }

  @Override
  public String toString() {
    return squared ? "Hinge.squared" : "Hinge";
  }
}
