package dev.kindling.train;

import dev.kindling.nd.Tensor;

/**
 * The share of outputs on the right side of a threshold, for outputs that each say yes or no.
 *
 * <p>Predictions of any shape. Targets of as many elements, 0 for no and 1 for yes.
 */
public final class BinaryAccuracy implements Metric {

  private final float threshold;
  private long right;
  private long all;

  private BinaryAccuracy(float threshold) {
    this.threshold = threshold;
  }

  /** For models whose outputs are logits: yes above 0. */
  public static BinaryAccuracy ofLogits() {
    return new BinaryAccuracy(0);
  }

  /** For models that end in a sigmoid: yes above ½. */
  public static BinaryAccuracy ofProbabilities() {
    return new BinaryAccuracy(0.5f);
  }

  /** Yes above any other threshold. */
  public static BinaryAccuracy above(double threshold) {
    return new BinaryAccuracy((float) threshold);
  }

  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public void reset() {
    right = 0;
    all = 0;
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    int n = Labels.pairs(name(), prediction, target);
    float[] p = prediction.data();
    float[] t = target.data();
    for (int i = 0; i < n; i++) {
      boolean yes = p[prediction.offset() + i] > threshold;
      if (yes == (t[target.offset() + i] > 0.5f)) {
        right++;
      }
    }
    all += n;
  }

  @Override
  public double value() {
    return all == 0 ? Double.NaN : (double) right / all;
  }
}
