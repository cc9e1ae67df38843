package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of logits, for yes-or-no questions: with σ the logistic function and w the weight of positives,
 * L = mean of -(w·t·ln σ(x) + (1 - t)·ln(1 - σ(x))), dL/dx = (σ(x)·(w·t + 1 - t) - w·t) / n over all n elements.
 *
 * <p>The model's last layer has no activation: computed from logits, the loss and its gradient are exact where σ(x)
 * rounds to 0 or 1. It is evaluated as (1 - t)·x + (w·t + 1 - t)·(ln(1 + exp(-|x|)) + max(-x, 0)).
 *
 * <p>Shapes: targets as outputs, an axis of size 1 at the end may be missing: labels [] go with outputs [1]. Targets are
 * 0 or 1, or anything between (label smoothing, mixup).
 *
 * <p>Default: w = 1.
 */
public final class BinaryCrossEntropyWithLogits extends ElementwiseLoss {

  /** Factors between 1 and 2 that are multiplied before one logarithm is taken; 2^512 is far from overflow. */
  private static final int BLOCK = 512;

  private final float[] positiveWeight; // [1] or [classes]

  /** Positives weigh as much as negatives. */
  public BinaryCrossEntropyWithLogits() {
    this(new float[] {1});
  }

  private BinaryCrossEntropyWithLogits(float[] positiveWeight) {
    this.positiveWeight = positiveWeight;
  }

  /**
   * The same with positives that weigh more (above 1: more recall) or less, one weight for all or one for each element
   * of the last axis.
   *
   * @throws IllegalArgumentException if a weight is negative or not finite
   */
  public BinaryCrossEntropyWithLogits withPositiveWeight(float... weight) {
    return new BinaryCrossEntropyWithLogits(Targets.weights(where(), "positive weights", weight));
  }

  @Override
  public String name() {
    return "binary cross-entropy";
  }

  @Override
  void checkColumns(Shape output) {
    if (positiveWeight.length > 1
        && (output.rank() == 0 || output.dim(-1) != positiveWeight.length)) {
      throw ShapeException.of(
          where(),
          "outputs whose last axis has "
              + positiveWeight.length
              + " elements, one for each positive weight",
          output.toString(),
          "");
    }
  }

  @Override
  void inspect(Tensor prediction, Tensor target) {
    Targets.inRange(where(), target, 1, "0 (no) to 1 (yes)");
  }

  @Override
  String fixForIndices() {
    return "For one class of several, use SoftmaxCrossEntropy; for several yes-or-no questions, give a target for each";
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
    if (g == null) {
      return value(x, xOff, t, tOff, n);
    }
    // r = σ(-|x|), exact where σ(|x|) rounds to 1. It is written where the gradient will be.
    for (int i = 0; i < n; i++) {
      g[gOff + i] = -Math.abs(x[xOff + i]);
    }
    Kernels kernels = KernelProvider.get();
    kernels.map(Unary.SIGMOID, 0, g, gOff, g, gOff, n);
    return positiveWeight.length == 1 && positiveWeight[0] == 1
        ? unweighted(x, xOff, t, tOff, g, gOff, n, scale)
        : weighted(x, xOff, t, tOff, g, gOff, n, scale);
  }

  private static double unweighted(
      float[] x, int xOff, float[] t, int tOff, float[] g, int gOff, int n, double scale) {
    double sum = 0;
    for (int from = 0; from < n; from += BLOCK) {
      int to = Math.min(n, from + BLOCK);
      double product = 1; // of 1 - r; ln(1 + exp(-|x|)) = -ln(1 - r)
      for (int i = from; i < to; i++) {
        double v = x[xOff + i];
        double y = t[tOff + i];
        double r = g[gOff + i];
        sum += Math.max(v, 0) - v * y;
        product *= 1 - r;
        g[gOff + i] = (float) (scale * (v >= 0 ? (1 - y) - r : r - y));
      }
      sum -= Math.log(product);
    }
    return sum;
  }

  private double weighted(
      float[] x, int xOff, float[] t, int tOff, float[] g, int gOff, int n, double scale) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double v = x[xOff + i];
      double y = t[tOff + i];
      double r = g[gOff + i];
      double wy = y * positiveWeight[i % positiveWeight.length];
      double no = 1 - y;
      sum += no * v + (wy + no) * (Math.max(-v, 0) - Math.log(1 - r));
      // σ = 1 - r right of 0, r left of it
      g[gOff + i] = (float) (scale * (v >= 0 ? no - r * (wy + no) : r * (wy + no) - wy));
    }
    return sum;
  }

  private double value(float[] x, int xOff, float[] t, int tOff, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double v = x[xOff + i];
      double y = t[tOff + i];
      double wy = y * positiveWeight[i % positiveWeight.length];
      sum += (1 - y) * v + (wy + 1 - y) * (Math.max(-v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
    }
    return sum;
  }

  @Override
  public String toString() {
    return positiveWeight.length == 1 && positiveWeight[0] == 1
        ? where()
        : where() + "(positiveWeight=" + Arrays.toString(positiveWeight) + ")";
  }
}
