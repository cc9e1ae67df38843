package dev.kindling.report;

/** From where to where numbers go. NaN, infinities and what is as good as infinite are left out. */
final class Range {

  /** Beyond any float32; sums and ratios of two smaller ones are finite. */
  private static final double HUGE = 1e100;

  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double positive = Double.POSITIVE_INFINITY;
  private boolean whole = true;

  Range add(double... values) {
    for (double v : values) {
      if (Math.abs(v) <= HUGE) {
        min = Math.min(min, v);
        max = Math.max(max, v);
        positive = v >= 1 / HUGE ? Math.min(positive, v) : positive;
        whole &= v == Math.rint(v);
      }
    }
    return this;
  }

  /** The smallest; infinite if there are none. */
  double min() {
    return min;
  }

  /** The largest; minus infinite if there are none. */
  double max() {
    return max;
  }

  /** The smallest above 0; infinite if there are none. */
  double positive() {
    return positive;
  }

  /** Whether all are whole numbers. */
  boolean whole() {
    return whole;
  }
}
