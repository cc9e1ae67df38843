package dev.kindling.train;

/**
 * The harmonic mean of precision and recall: 2·hits / (2·hits + false alarms + misses). 0 where that would be 0 / 0.
 *
 * <p>For outputs that say yes or no, predictions of any shape and targets of as many elements, 0 or 1. Over classes,
 * predictions [batch…, classes] and targets with class indices [batch…] or of the predictions' shape (one-hot).
 */
public final class F1 extends ClassCounts {

  private F1(Over over, float threshold) {
    super("F1", over, threshold);
  }

  /** Of the answer yes, where outputs are logits: yes above 0. */
  public static F1 ofLogits() {
    return new F1(Over.YES, 0);
  }

  /** Of the answer yes, where outputs are probabilities: yes above ½. */
  public static F1 ofProbabilities() {
    return new F1(Over.YES, 0.5f);
  }

  /** The mean over the classes that were predicted or present, each counting the same. */
  public static F1 macro() {
    return new F1(Over.MACRO, 0);
  }

  /** Over all classes thrown together, each example counting the same. */
  public static F1 micro() {
    return new F1(Over.MICRO, 0);
  }

  @Override
  double of(long hits, long falseAlarms, long misses) {
    return 2.0 * hits / (2 * hits + falseAlarms + misses);
  }
}
