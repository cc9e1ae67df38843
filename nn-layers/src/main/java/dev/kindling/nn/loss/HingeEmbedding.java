package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * For outputs that are distances: pairs that belong together (t = 1) should be near, others (t = -1) at least a margin m away.
 * L = mean of x where t = 1, max(0, m - x) where t = -1; dL/dx = 1 / n, or -1 / n where x &lt; m, over all n elements.
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing. Targets are 1 or -1.
 *
 * <p>Default: m = 1.
 */
public final class HingeEmbedding extends ElementwiseLoss {

  private final float margin;

  /** With a margin of 1. */
  public HingeEmbedding() {
    this(1);
  }

  /**
   * With this margin.
   *
   * @throws IllegalArgumentException if the margin isn't finite
   */
  public HingeEmbedding(float margin) {
    this.margin = Targets.margin("HingeEmbedding", margin);
  }

  @Override
  public String name() {
    return "hinge embedding loss";
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
    float step = (float) scale;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = x[xOff + i];
      boolean alike = t[tOff + i] > 0;
      boolean inside = !(d >= margin); // NaN too
      sum += alike ? d : inside ? margin - d : 0;
      if (g != null) {
        g[gOff + i] = alike ? step : inside ? -step : 0;
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
    return "HingeEmbedding(margin=" + margin + ")";
  }
}
