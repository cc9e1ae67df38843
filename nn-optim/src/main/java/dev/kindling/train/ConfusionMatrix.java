package dev.kindling.train;

import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * How often each class was taken for each other. As a metric, its value is the accuracy.
 *
 * <p>Predictions [batch…, classes], logits or probabilities, and targets [batch…] with class indices or of the
 * predictions' shape (one-hot). Or, after {@link #ofLogits} and {@link #ofProbabilities}, predictions that say yes or no
 * and targets of as many elements, 0 or 1: two classes.
 */
public final class ConfusionMatrix implements Metric {

  private final boolean binary;
  private final float threshold;
  private int classes;
  private long[] counts = new long[0]; // [actual, predicted]

  /** For classes. */
  public ConfusionMatrix() {
    this(false, 0);
  }

  private ConfusionMatrix(boolean binary, float threshold) {
    this.binary = binary;
    this.threshold = threshold;
  }

  /** For outputs that say yes or no by logits: yes above 0. */
  public static ConfusionMatrix ofLogits() {
    return new ConfusionMatrix(true, 0);
  }

  /** For outputs that say yes or no by probabilities: yes above ½. */
  public static ConfusionMatrix ofProbabilities() {
    return new ConfusionMatrix(true, 0.5f);
  }

  @Override
  public String name() {
    return "accuracy by confusion matrix";
  }

  @Override
  public void reset() {
    Arrays.fill(counts, 0);
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    if (binary) {
      int n = Labels.pairs("confusion matrix", prediction, target);
      room(2);
      for (int i = 0; i < n; i++) {
        int predicted = prediction.data()[prediction.offset() + i] > threshold ? 1 : 0;
        int actual = target.data()[target.offset() + i] > 0.5f ? 1 : 0;
        counts[2 * actual + predicted]++;
      }
      return;
    }
    int n = Labels.classes("confusion matrix", prediction, target);
    int rows = prediction.size() / n;
    room(n);
    for (int i = 0; i < rows; i++) {
      int actual = Labels.actual(target, i, rows, n);
      Labels.checkClass("confusion matrix", actual, n);
      counts[actual * n + Labels.predicted(prediction, i, n)]++;
    }
  }

  private void room(int n) {
    if (classes != n) {
      classes = n;
      counts = new long[n * n];
    }
  }

  @Override
  public double value() {
    long all = 0;
    long right = 0;
    for (int i = 0; i < counts.length; i++) {
      all += counts[i];
      if (i / classes == i % classes) {
        right += counts[i];
      }
    }
    return all == 0 ? Double.NaN : (double) right / all;
  }

  /** The number of classes; 0 before the first batch. */
  public int classes() {
    return classes;
  }

  /** How many examples of one class were taken for another, or for itself. */
  public long count(int actual, int predicted) {
    Labels.checkClass("confusion matrix", actual, classes);
    Labels.checkClass("confusion matrix", predicted, classes);
    return counts[actual * classes + predicted];
  }

  /** All counts, [actual][predicted], as a copy. */
  public long[][] counts() {
    long[][] rows = new long[classes][classes];
    for (int i = 0; i < counts.length; i++) {
      rows[i / classes][i % classes] = counts[i];
    }
    return rows;
  }
}
