package dev.kindling.train;

/**
 * Of what is in a class, the share that was predicted to be: hits / (hits + misses). 0 where that would be 0 / 0.
 *
 * <p>For outputs that say yes or no, predictions of any shape and targets of as many elements, 0 or 1. Over classes,
 * predictions [batch…, classes] and targets with class indices [batch…] or of the predictions' shape (one-hot).
 */
public final class Recall extends ClassCounts {

  private Recall(Over over, float threshold) {
    super("recall", over, threshold);
  }

  /** Of the answer yes, where outputs are logits: yes above 0. */
  public static Recall ofLogits() {
    return new Recall(Over.YES, 0);
  }

  /** Of the answer yes, where outputs are probabilities: yes above ½. */
  public static Recall ofProbabilities() {
    return new Recall(Over.YES, 0.5f);
  }

  /** The mean over the classes that were predicted or present, each counting the same. */
  public static Recall macro() {
    return new Recall(Over.MACRO, 0);
  }

  /** Over all classes thrown together, each example counting the same. */
  public static Recall micro() {
    return new Recall(Over.MICRO, 0);
  }

  @Override
  double of(long hits, long falseAlarms, long misses) {
    return (double) hits / (hits + misses);
  }
}
