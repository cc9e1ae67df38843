package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of probabilities: L = mean of -(t·ln x + (1 - t)·ln(1 - x)), dL/dx = (x - t) / (x·(1 - x)) / n over
 * all n elements. As in PyTorch, logarithms end at -100 and the denominator at 10⁻¹².
 *
 * <p>Where the model is yours, leave its last activation out and use {@link BinaryCrossEntropyWithLogits}: here, the gradient
 * is lost where a sigmoid rounds to 0 or 1.
 *
 * <p>Shapes: targets as outputs; an axis of size 1 at the end may be missing. Targets are 0 or 1, or anything between.
 */
public final class BinaryCrossEntropy extends ElementwiseLoss {

  /** No settings. */
  public BinaryCrossEntropy() {}

  @Override
  public String name() {
    return "binary cross-entropy";
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
      double p = x[xOff + i];
      double y = t[tOff + i];
      sum -= y * Math.max(Math.log(p), -100) + (1 - y) * Math.max(Math.log(1 - p), -100);
      if (g != null) {
        g[gOff + i] = (float) (scale * (p - y) / Math.max(p * (1 - p), 1e-12));
      }
    }
    return sum;
  }

  @Override
  void inspect(Tensor prediction, Tensor target) {
    Targets.inRange(where(), target, 1, "0 (no) to 1 (yes)");
    for (int i = 0; i < prediction.size(); i++) {
      float p = prediction.data()[prediction.offset() + i];
      if (p < 0 || p > 1) { // NaN makes the loss NaN
        throw new IllegalArgumentException(
            where()
                + ": the output in "
                + Targets.place(prediction.shape(), i)
                + " is "
                + Targets.text(p)
                + ", expected a probability from 0 to 1. End the model with Sigmoid, or use"
                + " BinaryCrossEntropyWithLogits");
      }
    }
  }
}
