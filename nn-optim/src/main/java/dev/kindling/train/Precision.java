package dev.kindling.train;

/**
 * Of what was predicted to be in a class, the share that is: hits / (hits + false alarms). 0 where that would be 0 / 0.
 *
 * <p>For outputs that say yes or no, predictions of any shape and targets of as many elements, 0 or 1. Over classes,
 * predictions [batch…, classes] and targets with class indices [batch…] or of the predictions' shape (one-hot).
 */
public final class Precision extends ClassCounts {

  private Precision(Over over, float threshold) {
    super("precision", over, threshold);
  }

  /** Of the answer yes, where outputs are logits: yes above 0. */
  public static Precision ofLogits() {
    return new Precision(Over.YES, 0);
  }

  /** Of the answer yes, where outputs are probabilities: yes above ½. */
  public static Precision ofProbabilities() {
    return new Precision(Over.YES, 0.5f);
  }

  /** The mean over the classes that were predicted or present, each counting the same. */
  public static Precision macro() {
    return new Precision(Over.MACRO, 0);
  }

  /** Over all classes thrown together, each example counting the same. */
  public static Precision micro() {
    return new Precision(Over.MICRO, 0);
  }

  @Override
  double of(long hits, long falseAlarms, long misses) {
    return (double) hits / (hits + falseAlarms);
  }
}
