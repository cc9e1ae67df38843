package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * The mean of squared differences, for regression: L = mean (x - t)², dL/dx = 2 (x - t) / n over all n elements.
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing.
 */
public final class MeanSquaredError extends ElementwiseLoss {

  /** No settings. */
  public MeanSquaredError() {}

  @Override
  public String name() {
    return "mean squared error";
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
      sum += d * d;
      if (g != null) {
        g[gOff + i] = (float) (2 * scale * d);
      }
    }
    return sum;
  }
}
