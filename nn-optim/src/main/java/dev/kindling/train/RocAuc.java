package dev.kindling.train;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * The area under the receiver operating characteristic: how likely a yes gets a higher output than a no, where equal
 * outputs count half. Exact: all outputs are kept (8 bytes each) and sorted when the value is asked for.
 *
 * <p>Predictions of any shape, logits or probabilities, with targets of as many elements, 0 or 1; or predictions
 * [batch, 2] of two classes with targets [batch].
 *
 * <p>Hanley, McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", 1982.
 */
public final class RocAuc implements Metric {

  /** The output, in an order-preserving form, in the upper 32 bits; the target in the lowest. */
  private long[] pairs = new long[256];

  private int size;
  private int known = -1;
  private double value = Double.NaN;

  /** Empty. */
  public RocAuc() {}

  @Override
  public String name() {
    return "ROC AUC";
  }

  @Override
  public void reset() {
    size = 0;
    known = -1;
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    int n = target.size();
    boolean twoClasses = prediction.size() == 2 * n && prediction.dim(-1) == 2;
    if (!twoClasses && prediction.size() != n) {
      throw ShapeException.of(
          name(),
          "targets of the predictions' shape, or [batch] for predictions [batch, 2]",
          target.shape() + " for " + prediction.shape(),
          "");
    }
    if (pairs.length < size + n) {
      pairs = Arrays.copyOf(pairs, Math.max(size + n, 2 * pairs.length));
    }
    float[] p = prediction.data();
    int from = prediction.offset();
    for (int i = 0; i < n; i++) {
      float score = twoClasses ? p[from + 2 * i + 1] - p[from + 2 * i] : p[from + i];
      long yes = target.data()[target.offset() + i] > 0.5f ? 1 : 0;
      pairs[size++] = ((long) ordered(score) << 32) | yes;
    }
  }

  /** An int that is in the order of floats; 0 and -0 are the same. */
  private static int ordered(float x) {
    int bits = Float.floatToIntBits(x + 0f);
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }

  @Override
  public double value() {
    if (known != size) {
      value = compute();
      known = size;
    }
    return value;
  }

  private double compute() {
    Arrays.sort(pairs, 0, size);
    long yes = 0;
    double rankSum = 0;
    int i = 0;
    while (i < size) {
      int end = i;
      long yesHere = 0;
      while (end < size && pairs[end] >> 32 == pairs[i] >> 32) {
        yesHere += pairs[end] & 1;
        end++;
      }
      rankSum += yesHere * (i + 1 + end) / 2.0; // all of a tie get its mean rank
      yes += yesHere;
      i = end;
    }
    long no = size - yes;
    return yes == 0 || no == 0
        ? Double.NaN
        : (rankSum - 0.5 * yes * (yes + 1)) / ((double) yes * no);
  }
}
