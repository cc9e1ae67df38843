package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * Squares near 0 and absolute values far from it, with slopes of 1: with d = x - t, L = mean of d² / 2β where |d| &lt; β,
 * else |d| - β / 2; dL/dx = d / βn or ±1 / n over all n elements (Girshick, "Fast R-CNN", 2015).
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing.
 *
 * <p>Default: β = 1. {@link Huber} is the same times β.
 */
public final class SmoothL1 extends ElementwiseLoss {

  private final float beta;

  /** With β = 1. */
  public SmoothL1() {
    this(1);
  }

  /**
   * With this β, in the units of the targets.
   *
   * @throws IllegalArgumentException if beta isn't finite and above 0
   */
  public SmoothL1(float beta) {
    this.beta = Targets.positive("SmoothL1", "beta", beta);
  }

  @Override
  public String name() {
    return "smooth L1 loss";
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
      double d = (double) x[xOff + i] - t[tOff + i];
      double a = Math.abs(d);
      sum += a < beta ? 0.5 * d * d / beta : a - 0.5 * beta;
      if (g != null) {
        g[gOff + i] = (float) (scale * Math.max(-1, Math.min(1, d / beta)));
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return "SmoothL1(" + beta + ")";
  }
}
