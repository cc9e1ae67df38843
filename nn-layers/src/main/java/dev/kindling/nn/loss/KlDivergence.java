package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The Kullback-Leibler divergence of predicted from given distributions: L = mean over rows of Σ t·(ln t - x), where the
 * outputs x are log-probabilities (of {@link dev.kindling.nn.activation.LogSoftmax}) and the targets t are probabilities;
 * dL/dx = -t / rows. A row is one line of the last axis.
 *
 * <p>The mean over rows is the divergence itself, PyTorch's {@code reduction="batchmean"}; PyTorch's default divides by the
 * size of the last axis too.
 *
 * <p>Shapes: targets as outputs.
 */
public final class KlDivergence extends ElementwiseLoss {

  /** No settings. */
  public KlDivergence() {}

  @Override
  public String name() {
    return "Kullback-Leibler divergence";
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
      double q = t[tOff + i];
      if (q != 0) { // 0·ln 0 = 0
        sum += q * (Math.log(q) - x[xOff + i]);
      }
      if (g != null) {
        g[gOff + i] = (float) (-scale * q);
      }
    }
    return sum;
  }

  @Override
  void inspect(Tensor prediction, Tensor target) {
    Targets.inRange(where(), target, Float.MAX_VALUE, "a probability of at least 0");
  }

  @Override
  int count(Tensor prediction) {
    return Targets.rows(prediction);
  }
}
