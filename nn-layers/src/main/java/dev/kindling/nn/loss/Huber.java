package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * Squares near 0 and absolute values far from it, for regression with outliers: with d = x - t, L = mean of d² / 2 where
 * |d| ≤ δ, else δ·(|d| - δ / 2); dL/dx = d / n or ±δ / n over all n elements (Huber, "Robust estimation of a location
 * parameter", 1964).
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing.
 *
 * <p>Default: δ = 1. {@link SmoothL1} is the same divided by δ.
 */
public final class Huber extends ElementwiseLoss {

  private final float delta;

  /** With δ = 1. */
  public Huber() {
    this(1);
  }

  /**
   * With this δ, in the units of the targets.
   *
   * @throws IllegalArgumentException if delta isn't finite and above 0
   */
  public Huber(float delta) {
    this.delta = Targets.positive("Huber", "delta", delta);
  }

  @Override
  public String name() {
    return "Huber loss";
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
      sum += a <= delta ? 0.5 * d * d : delta * (a - 0.5 * delta);
      if (g != null) {
        g[gOff + i] = (float) (scale * Math.max(-delta, Math.min(delta, d)));
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return "Huber(" + delta + ")";
  }
}
