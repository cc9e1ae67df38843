package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * For regression with a spread: the model gives a mean μ and a variance v, and is judged by the likelihood of the target
 * under that normal distribution. L = mean of (ln v + (t - μ)² / v) / 2 (the constant ln √2π left out),
 * dL/dμ = (μ - t) / v / n, dL/dv = (1 - (t - μ)² / v) / 2v / n (Nix and Weigend, "Estimating the mean and variance of the
 * target probability distribution", 1994). Variances below 10⁻⁶ count as 10⁻⁶, as in PyTorch.
 *
 * <p>Shapes: outputs [2, any...], means and then variances, which must not be negative; targets [any...].
 */
public final class GaussianNegativeLogLikelihood extends StackedLoss {

  private static final double SMALLEST_VARIANCE = 1e-6f; // in float, as PyTorch clamps

  /** No settings. */
  public GaussianNegativeLogLikelihood() {
    super(2, "means and variances", Kind.ELEMENT);
  }

  @Override
  public String name() {
    return "Gaussian negative log-likelihood";
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
      double v = x[xOff + size + i];
      if (v < 0) {
        throw new IllegalArgumentException(
            where()
                + ": a variance is "
                + x[xOff + size + i]
                + ", expected at least 0. Put a Softplus or an exponential behind the variances");
      }
      v = Math.max(v, SMALLEST_VARIANCE);
      double d = (double) x[xOff + i] - t[tOff + i];
      sum += 0.5 * (Math.log(v) + d * d / v);
      if (g != null) {
        g[gOff + i] = (float) (scale * d / v);
        g[gOff + size + i] = (float) (scale * 0.5 * (1 - d * d / v) / v);
      }
    }
    return sum;
  }
}
