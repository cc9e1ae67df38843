package dev.kindling.train;

import dev.kindling.nd.Tensor;

/**
 * The share of examples whose class is among the k highest outputs. Of equal outputs, the first counts as higher.
 *
 * <p>Predictions [batch…, classes], logits or probabilities. Targets [batch…] with class indices, or of the predictions'
 * shape (one-hot).
 */
public final class TopK implements Metric {

  private final int k;
  private final String name;
  private long right;
  private long all;

  /** Among so many, at least 1. */
  public TopK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
    this.k = k;
    this.name = "top " + k + " accuracy";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void reset() {
    right = 0;
    all = 0;
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    int classes = Labels.classes(name(), prediction, target);
    int rows = prediction.size() / classes;
    float[] p = prediction.data();
    for (int i = 0; i < rows; i++) {
      int actual = Labels.actual(target, i, rows, classes);
      Labels.checkClass(name(), actual, classes);
      int from = prediction.offset() + i * classes;
      float score = p[from + actual];
      int above = Float.isNaN(score) ? k : 0;
      for (int c = 0; c < classes; c++) {
        float other = p[from + c];
        if (other > score || (other == score && c < actual)) {
          above++;
        }
      }
      if (above < k) {
        right++;
      }
      all++;
    }
  }

  @Override
  public double value() {
    return all == 0 ? Double.NaN : (double) right / all;
  }
}
