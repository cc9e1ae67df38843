package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of the softmax of logits, for one class of several: with p = softmax(x) along the last axis and target
 * probabilities q, L = -Σ q·ln p, dL/dx = p·Σq - q, averaged over all rows (a row is one line of the last axis).
 *
 * <p>The model's last layer has no activation: computed from logits, the loss is finite and its gradient right for any
 * finite logits.
 *
 * <p>Shapes: outputs [classes], or [time, classes] and so on. Targets are class indices, of the output's shape without
 * its last axis (or with 1 there), or probabilities, such as one-hot, of the output's shape.
 *
 * <p>The mean is PyTorch's: over indices with class weights w, Σ wᵧ·loss / Σ wᵧ over the rows that aren't ignored; over
 * probabilities, which are multiplied by w, the sum divided by the number of rows. If every row is ignored the loss and
 * its gradient are 0 (where PyTorch has NaN).
 *
 * <p>Defaults: no smoothing, no weights, nothing ignored. Label smoothing s replaces q by (1 - s)·q + s / classes
 * (Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception architecture for computer vision", 2015).
 *
 * @see dev.kindling.nn.loss.BinaryCrossEntropyWithLogits
 */
public final class SoftmaxCrossEntropy implements Loss {

  private static final String WHERE = "SoftmaxCrossEntropy";

  /** Below this, a probability is too close to the smallest float to take its logarithm. */
  private static final float SMALL = 1e-30f;

  private final ClassTargets classes;
  private final float smoothing;

  /** No smoothing, no weights, nothing ignored. */
  public SoftmaxCrossEntropy() {
    this(new ClassTargets(WHERE), 0);
  }

  private SoftmaxCrossEntropy(ClassTargets classes, float smoothing) {
    this.classes = classes;
    this.smoothing = smoothing;
  }

  /**
   * The same with a part of each target spread evenly over all classes.
   *
   * @param smoothing 0 to 1; 0.1 is usual
   * @throws IllegalArgumentException if smoothing is outside of that
   */
  public SoftmaxCrossEntropy withLabelSmoothing(float smoothing) {
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          WHERE + ": label smoothing must be from 0 to 1, got " + smoothing);
    }
    return new SoftmaxCrossEntropy(classes, smoothing);
  }

  /**
   * The same with a weight for each class, larger for classes that are rare.
   *
   * @throws IllegalArgumentException if a weight is negative or not finite
   */
  public SoftmaxCrossEntropy withClassWeights(float... weights) {
    return new SoftmaxCrossEntropy(classes.withWeights(weights), smoothing);
  }

  /** The same without a say for rows whose target is this index, such as padding; it needn't be a class. */
  public SoftmaxCrossEntropy withIgnoredIndex(int index) {
    return new SoftmaxCrossEntropy(classes.withIgnored(index), smoothing);
  }

  @Override
  public String name() {
    return "softmax cross-entropy";
  }

  @Override
  public void check(Shape output, Shape target) {
    classes.check(output, target, true);
  }

  @Override
  public double value(Tensor prediction, Tensor target) {
    return run(prediction, target, null);
  }

  @Override
  public double gradient(Tensor prediction, Tensor target, Tensor gradient) {
    Targets.sameShape(WHERE, prediction, gradient);
    return run(prediction, target, gradient);
  }

  private double run(Tensor prediction, Tensor target, @Nullable Tensor gradient) {
    check(prediction.shape(), target.shape());
    int columns = prediction.dim(-1);
    boolean probabilities = prediction.shape().equals(target.shape());
    int rows = prediction.size() / columns;
    double total = probabilities ? rows : classes.totalWeight(target, columns);
    if (total == 0) {
      if (gradient != null) {
        gradient.fill(0);
      }
      return 0;
    }
    if (probabilities) {
      double loss = overProbabilities(prediction, target, gradient, total);
      if (Double.isNaN(loss)) {
        Targets.refuseNaN(WHERE, target);
      }
      return loss;
    }
    return smoothing == 0
        ? overIndices(prediction, target, gradient, total)
        : overSmoothedIndices(prediction, target, gradient, total);
  }

  private double overIndices(
      Tensor prediction, Tensor target, @Nullable Tensor gradient, double total) {
    Kernels kernels = KernelProvider.get();
    int c = prediction.dim(-1);
    float[] x = prediction.data();
    float[] t = target.data();
    double sum = 0;
    for (int i = 0, rows = prediction.size() / c; i < rows; i++) {
      int at = prediction.offset() + i * c;
      float label = t[target.offset() + i];
      if (classes.ignores(label)) {
        clear(gradient, i, c);
        continue;
      }
      int y = (int) label;
      double weight = classes.weight(y);
      if (gradient == null) {
        sum += weight * (logSumExp(kernels, x, at, c) - x[at + y]);
        continue;
      }
      float[] g = gradient.data();
      int out = gradient.offset() + i * c;
      kernels.softmax(x, at, g, out, c);
      float p = g[out + y];
      sum += weight * (p > SMALL ? -Math.log(p) : logSumExp(kernels, x, at, c) - x[at + y]);
      double scale = weight / total;
      kernels.affine((float) scale, 0, g, out, g, out, c);
      g[out + y] = (float) (((double) p - 1) * scale);
    }
    return sum / total;
  }

  private double overSmoothedIndices(
      Tensor prediction, Tensor target, @Nullable Tensor gradient, double total) {
    Kernels kernels = KernelProvider.get();
    int c = prediction.dim(-1);
    float[] x = prediction.data();
    double all = 0; // of what each class gets
    for (int j = 0; j < c; j++) {
      all += smoothing / (double) c * classes.weight(j);
    }
    double sum = 0;
    for (int i = 0, rows = prediction.size() / c; i < rows; i++) {
      float label = target.data()[target.offset() + i];
      if (classes.ignores(label)) {
        clear(gradient, i, c);
        continue;
      }
      int y = (int) label;
      int at = prediction.offset() + i * c;
      double lse = logSumExp(kernels, x, at, c);
      double own = (1 - smoothing) * classes.weight(y);
      sum += own * (lse - x[at + y]);
      for (int j = 0; j < c; j++) {
        sum += smoothing / (double) c * classes.weight(j) * (lse - x[at + j]);
      }
      if (gradient != null) {
        float[] g = gradient.data();
        int out = gradient.offset() + i * c;
        kernels.softmax(x, at, g, out, c);
        for (int j = 0; j < c; j++) {
          double q = smoothing / (double) c * classes.weight(j) + (j == y ? own : 0);
          g[out + j] = (float) ((g[out + j] * (own + all) - q) / total);
        }
      }
    }
    return sum / total;
  }

  private double overProbabilities(
      Tensor prediction, Tensor target, @Nullable Tensor gradient, double total) {
    Kernels kernels = KernelProvider.get();
    int c = prediction.dim(-1);
    float[] x = prediction.data();
    float[] t = target.data();
    double sum = 0;
    for (int i = 0, rows = prediction.size() / c; i < rows; i++) {
      int at = prediction.offset() + i * c;
      int to = target.offset() + i * c;
      double lse = logSumExp(kernels, x, at, c);
      double all = 0;
      for (int j = 0; j < c; j++) {
        double q = q(t[to + j], j, c);
        all += q;
        if (q != 0) { // a class that can't be may have the logit -∞
          sum += q * (lse - x[at + j]);
        }
      }
      if (gradient != null) {
        float[] g = gradient.data();
        int out = gradient.offset() + i * c;
        kernels.softmax(x, at, g, out, c);
        for (int j = 0; j < c; j++) {
          g[out + j] = (float) ((g[out + j] * all - q(t[to + j], j, c)) / total);
        }
      }
    }
    return sum / total;
  }

  private double q(float probability, int j, int c) {
    return classes.weight(j) * ((1.0 - smoothing) * probability + smoothing / (double) c);
  }

  private static void clear(@Nullable Tensor gradient, int row, int c) {
    if (gradient != null) {
      int from = gradient.offset() + row * c;
      java.util.Arrays.fill(gradient.data(), from, from + c, 0);
    }
  }

  /** In double, so that the loss of a row is exact when its logits are large. */
  private static double logSumExp(Kernels kernels, float[] x, int at, int c) {
    double max = kernels.max(x, at, c);
    double s = 0;
    for (int j = 0; j < c; j++) {
      s += Math.exp(x[at + j] - max);
    }
    return max + Math.log(s);
  }

  @Override
  public String toString() {
    return smoothing == 0 ? WHERE : WHERE + "(labelSmoothing=" + smoothing + ")";
  }
}
