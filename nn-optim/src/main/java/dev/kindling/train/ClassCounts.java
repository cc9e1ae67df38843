package dev.kindling.train;

import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * Counts, for each class, how often it was rightly seen, wrongly seen and overlooked: what precision, recall and F1 are
 * made of.
 */
abstract class ClassCounts implements Metric {

  /** Over what a value is taken. */
  enum Over {
    /** The class "yes" of outputs that say yes or no. */
    YES(""),
    /** Each class, and then the mean over the classes that were predicted or present. */
    MACRO("macro "),
    /** All classes thrown together. */
    MICRO("micro ");

    final String prefix;

    Over(String prefix) {
      this.prefix = prefix;
    }
  }

  private final String name;
  private final Over over;
  private final float threshold;
  private long[] hits = new long[0];
  private long[] falseAlarms = new long[0];
  private long[] misses = new long[0];

  ClassCounts(String measure, Over over, float threshold) {
    this.name = over.prefix + measure;
    this.over = over;
    this.threshold = threshold;
  }

  /** From the counts of one class, or of all together; NaN if that would divide by 0. */
  abstract double of(long hits, long falseAlarms, long misses);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final void reset() {
    Arrays.fill(hits, 0);
    Arrays.fill(falseAlarms, 0);
    Arrays.fill(misses, 0);
  }

  @Override
  public final void update(Tensor prediction, Tensor target) {
    if (over == Over.YES) {
      updateYes(prediction, target);
    } else {
      updateClasses(prediction, target);
    }
  }

  private void updateYes(Tensor prediction, Tensor target) {
    int n = Labels.pairs(name(), prediction, target);
    room(1);
    float[] p = prediction.data();
    float[] t = target.data();
    for (int i = 0; i < n; i++) {
      boolean predicted = p[prediction.offset() + i] > threshold;
      boolean actual = t[target.offset() + i] > 0.5f;
      if (predicted && actual) {
        hits[0]++;
      } else if (predicted) {
        falseAlarms[0]++;
      } else if (actual) {
        misses[0]++;
      }
    }
  }

  private void updateClasses(Tensor prediction, Tensor target) {
    int classes = Labels.classes(name(), prediction, target);
    int rows = prediction.size() / classes;
    room(classes);
    for (int i = 0; i < rows; i++) {
      int predicted = Labels.predicted(prediction, i, classes);
      int actual = Labels.actual(target, i, rows, classes);
      Labels.checkClass(name(), actual, classes);
      if (predicted == actual) {
        hits[actual]++;
      } else {
        falseAlarms[predicted]++;
        misses[actual]++;
      }
    }
  }

  private void room(int classes) {
    if (hits.length != classes) {
      hits = new long[classes];
      falseAlarms = new long[classes];
      misses = new long[classes];
    }
  }

  @Override
  public final double value() {
    long allHits = 0;
    long allFalseAlarms = 0;
    long allMisses = 0;
    double sum = 0;
    int present = 0;
    for (int c = 0; c < hits.length; c++) {
      allHits += hits[c];
      allFalseAlarms += falseAlarms[c];
      allMisses += misses[c];
      if (hits[c] + falseAlarms[c] + misses[c] > 0) {
        sum += orZero(of(hits[c], falseAlarms[c], misses[c]));
        present++;
      }
    }
    if (over == Over.MACRO) {
      return present == 0 ? Double.NaN : sum / present;
    }
    return hits.length == 0 ? Double.NaN : orZero(of(allHits, allFalseAlarms, allMisses));
  }

  /** Nothing predicted, or nothing to find, counts as 0, as in scikit-learn. */
  private static double orZero(double value) {
    return Double.isNaN(value) ? 0 : value;
  }
}
