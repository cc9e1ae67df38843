package dev.kindling.data.augment;

import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/** What mixup and CutMix share. */
final class Mixing {

  private Mixing() {}

  /** Class indices can't be mixed. */
  static void targets(String name, Tensor y) {
    if (y.rank() != 2) {
      throw ShapeException.of(
          name, "targets [n, classes]", y.shape().toString(), "Use Dataset.oneHot");
    }
  }

  /** Row i and row n - 1 - i become {@code λ} of themselves and {@code 1 - λ} of the other. */
  static void rows(Tensor t, float lambda) {
    int n = t.dim(0);
    int span = n == 0 ? 0 : t.size() / n;
    float[] d = t.data();
    for (int i = 0; i < n / 2; i++) {
      int a = t.offset() + i * span;
      int b = t.offset() + (n - 1 - i) * span;
      for (int j = 0; j < span; j++) {
        float u = d[a + j];
        float v = d[b + j];
        d[a + j] = lambda * u + (1 - lambda) * v;
        d[b + j] = lambda * v + (1 - lambda) * u;
      }
    }
  }

  /** A number of the beta distribution with both parameters α: a ratio of two of the gamma distribution. */
  static double beta(Rng rng, double alpha) {
    double a = gamma(rng, alpha);
    double b = gamma(rng, alpha);
    return a + b > 0 ? a / (a + b) : rng.nextBoolean(0.5) ? 1 : 0;
  }

  /** Marsaglia and Tsang, "A simple method for generating gamma variables", 2000. */
  private static double gamma(Rng rng, double alpha) {
    if (alpha < 1) {
      return gamma(rng, alpha + 1) * StrictMath.pow(rng.nextDouble(), 1 / alpha);
    }
    double d = alpha - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = rng.nextGaussian();
      double t = 1 + c * x;
      double v = t * t * t;
      double u = 1 - rng.nextDouble(); // above 0
      if (v > 0 && StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }
}
