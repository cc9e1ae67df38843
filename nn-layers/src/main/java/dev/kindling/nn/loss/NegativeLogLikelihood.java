package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of the right class, for models that end in
 * {@link dev.kindling.nn.activation.LogSoftmax}: of log-probabilities x and the index y of the right class, L = -x[y],
 * dL/dx[y] = -1, averaged over all rows (a row is one line of the last axis). With class weights w, the mean is
 * Σ wᵧ·loss / Σ wᵧ over the rows that aren't ignored; if all are, the loss and its gradient are 0.
 *
 * <p>{@link SoftmaxCrossEntropy} is the same on logits, and quicker than a layer for the logarithm.
 *
 * <p>Shapes: outputs [classes], or [time, classes] and so on; targets are class indices, of the output's shape without its
 * last axis (or with 1 there).
 *
 * <p>Defaults: no weights, nothing ignored.
 */
public final class NegativeLogLikelihood extends IndexLoss {

  /** No weights, nothing ignored. */
  public NegativeLogLikelihood() {
    this(new ClassTargets("NegativeLogLikelihood"));
  }

  private NegativeLogLikelihood(ClassTargets classes) {
    super(classes);
  }

  /**
   * The same with a weight for each class, larger for classes that are rare.
   *
   * @throws IllegalArgumentException if a weight is negative or not finite
   */
  public NegativeLogLikelihood withClassWeights(float... weights) {
    return new NegativeLogLikelihood(classes().withWeights(weights));
  }

  /** The same without a say for rows whose target is this index, such as padding; it needn't be a class. */
  public NegativeLogLikelihood withIgnoredIndex(int index) {
    return new NegativeLogLikelihood(classes().withIgnored(index));
  }

  @Override
  public String name() {
    return "negative log-likelihood";
  }

  @Override
  double row(float[] x, int xOff, int c, int y, float @Nullable [] g, int gOff, double scale) {
    if (g != null) {
      g[gOff + y] = (float) -scale;
    }
    return -(double) x[xOff + y];
  }
}
