package dev.kindling.train;

import dev.kindling.nd.Tensor;

/**
 * The share of examples whose class was predicted: where the highest of the outputs is that of the target.
 *
 * <p>Predictions [batch…, classes], logits or probabilities. Targets [batch…] with class indices, or of the predictions'
 * shape (one-hot).
 */
public final class Accuracy implements Metric {

  private final boolean ignores;
  private final int ignored;
  private long right;
  private long all;

  /** All targets count. */
  public Accuracy() {
    this(false, 0);
  }

  private Accuracy(boolean ignores, int ignored) {
    this.ignores = ignores;
    this.ignored = ignored;
  }

  /** Targets of this index, such as padding, don't count. */
  public static Accuracy ignoring(int index) {
    return new Accuracy(true, index);
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
    int classes = Labels.classes(name(), prediction, target);
    int rows = prediction.size() / classes;
    for (int i = 0; i < rows; i++) {
      int actual = Labels.actual(target, i, rows, classes);
      if (ignores && actual == ignored) {
        continue;
      }
      all++;
      if (Labels.predicted(prediction, i, classes) == actual) {
        right++;
      }
    }
  }

  @Override
  public double value() {
    return all == 0 ? Double.NaN : (double) right / all;
  }
}
