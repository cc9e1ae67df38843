package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * The mean of absolute differences, for regression with outliers: L = mean |x - t|, dL/dx = sign(x - t) / n over all n
 * elements, 0 where x = t.
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing.
 */
public final class MeanAbsoluteError extends ElementwiseLoss {

  /** No settings. */
  public MeanAbsoluteError() {}

  @Override
  public String name() {
    return "mean absolute error";
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
      double d = (double) x[xOff + i] - t[tOff + i];
      sum += Math.abs(d);
      if (g != null) {
        g[gOff + i] = d > 0 ? step : d < 0 ? -step : (float) d; // NaN stays NaN
      }
    }
    return sum;
  }
}
