package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * For two scores of each example, of which the first should be higher (t = 1) or the second (t = -1), by a margin m:
 * L = mean of max(0, m - t·(a - b)), dL/da = -t / n, dL/db = t / n where that is above 0.
 *
 * <p>Shapes: outputs [2, any...]; targets [any...], 1 or -1.
 *
 * <p>Default: m = 0.
 */
public final class MarginRanking extends StackedLoss {

  private final float margin;

  /** With a margin of 0. */
  public MarginRanking() {
    this(0);
  }

  /**
   * With this margin.
   *
   * @throws IllegalArgumentException if the margin isn't finite
   */
  public MarginRanking(float margin) {
    super(2, "two scores to compare", Kind.ELEMENT);
    this.margin = Targets.margin("MarginRanking", margin);
  }

  @Override
  public String name() {
    return "margin ranking loss";
  }

  @Override
  void inspect(Tensor prediction, Tensor target) {
    Targets.signs(where(), target);
  }

  @Override
  double example(
      float[] x,
      int xOff,
      int size,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      double scale) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double y = t[tOff + i];
      double missing = margin - y * ((double) x[xOff + i] - x[xOff + size + i]);
      if (missing <= 0) {
        continue;
      }
      sum += missing;
      if (g != null) {
        g[gOff + i] = (float) (-scale * y);
        g[gOff + size + i] = (float) (scale * y);
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return "MarginRanking(margin=" + margin + ")";
  }
}
