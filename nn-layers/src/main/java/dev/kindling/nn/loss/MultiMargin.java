package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The hinge loss for one class of several: the right class y should score above each other by a margin m. Of scores x,
 * L = Σ over j ≠ y of max(0, m - x[y] + x[j]) / classes; each j that falls short adds 1 / classes to dL/dx[j] and takes it
 * from dL/dx[y]. Averaged over all rows (a row is one line of the last axis) (Crammer and Singer, "On the algorithmic
 * implementation of multiclass kernel-based vector machines", 2001).
 *
 * <p>Shapes: outputs [classes], or [time, classes] and so on; targets are class indices, of the output's shape without its
 * last axis (or with 1 there).
 *
 * <p>Defaults: m = 1, no weights. With class weights w, a row counts wᵧ times; the mean is still over the number of rows.
 */
public final class MultiMargin extends IndexLoss {

  private final float margin;

  /** With a margin of 1. */
  public MultiMargin() {
    this(1);
  }

  /**
   * With this margin.
   *
   * @throws IllegalArgumentException if the margin isn't finite and above 0
   */
  public MultiMargin(float margin) {
    this(new ClassTargets("MultiMargin"), Targets.positive("MultiMargin", "the margin", margin));
  }

  private MultiMargin(ClassTargets classes, float margin) {
    super(classes);
    this.margin = margin;
  }

  /**
   * The same with a weight for each class.
   *
   * @throws IllegalArgumentException if a weight is negative or not finite
   */
  public MultiMargin withClassWeights(float... weights) {
    return new MultiMargin(classes().withWeights(weights), margin);
  }

  @Override
  public String name() {
    return "multi-class hinge loss";
  }

  @Override
  double total(Tensor target, double totalWeight) {
    return target.size();
  }

  @Override
  double row(float[] x, int xOff, int c, int y, float @Nullable [] g, int gOff, double scale) {
    double own = x[xOff + y];
    double sum = 0;
    int failing = 0;
    for (int j = 0; j < c; j++) {
      double missing = margin - own + x[xOff + j];
      if (j == y || missing <= 0) {
        continue;
      }
      sum += missing;
      failing++;
      if (g != null) {
        g[gOff + j] = (float) (scale / c);
      }
    }
    if (g != null) {
      g[gOff + y] = (float) (-failing * scale / c);
    }
    return sum / c;
  }
}
