package dev.kindling.nn.check;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/** Derivatives of a function by the elements of a tensor, from the function's values alone. */
final class Differences {

  /** The relative error of one float. */
  private static final double ROUNDING = 0x1p-24;

  /** How many such errors a term of the function may carry. */
  private static final double ROUNDINGS = 8;

  /** Two of these that follow each other must agree on a derivative; powers of 2, so that they add no rounding. */
  private static final double[] STEPS = {0x1p-5, 0x1p-7, 0x1p-9};

  /** A function of the tensor as it is now: a sum of terms, each computed in float32. */
  interface Function {
    /** Writes the terms. */
    void terms(double[] terms);
  }

  /**
   * A derivative by differences.
   *
   * @param value of the derivative
   * @param error that it may have
   */
  private record Estimate(double value, double error) {}

  private final Function function;
  private final double floor;
  private final double tolerance;
  private final int most;
  private final Rng rng;
  private final double[] right;
  private final double[] left;

  /**
   * @param terms that the function has
   * @param floor added to a term's size when its rounding error is estimated: what may have cancelled in it
   * @param tolerance allowed, as a part of the derivative
   * @param most elements to look at
   * @param rng chooses them
   */
  Differences(Function function, int terms, double floor, double tolerance, int most, Rng rng) {
    this.function = function;
    this.floor = floor;
    this.tolerance = tolerance;
    this.most = most;
    this.rng = rng;
    this.right = new double[terms];
    this.left = new double[terms];
  }

  /** Compares the derivative by each element of t, which is moved and put back, with the analytic one. */
  GradientReport.Compared compare(String name, Tensor t, Tensor analytic) {
    int[] places = rng.permutation(t.size());
    int count = Math.min(most, places.length);
    @Nullable Estimate[] numeric = new @Nullable Estimate[count];
    double largest = 0;
    int kinks = 0;
    for (int i = 0; i < count; i++) {
      Estimate e = estimate(t.data(), t.offset() + places[i]);
      numeric[i] = e;
      if (e == null) {
        kinks++;
      } else {
        largest = Math.max(largest, Math.abs(e.value));
      }
    }
    GradientReport.Compared worst =
        new GradientReport.Compared(name, t.shape(), count, kinks, 0, 0, 0, 0);
    double worstRatio = -1;
    for (int i = 0; i < count; i++) {
      Estimate e = numeric[i];
      if (e == null) {
        continue;
      }
      double allowed = tolerance * Math.abs(e.value) + tolerance / 10 * largest + e.error;
      double says = analytic.data()[analytic.offset() + places[i]];
      double off = Math.abs(says - e.value);
      double ratio = Double.isNaN(off) ? Double.POSITIVE_INFINITY : off / Math.max(allowed, 1e-300);
      if (ratio > worstRatio) {
        worstRatio = ratio;
        worst =
            new GradientReport.Compared(
                name, t.shape(), count, kinks, places[i], says, e.value, allowed);
      }
    }
    return worst;
  }

  /** The derivative by one element, over the longest step that a shorter one confirms; null at a bend. */
  private @Nullable Estimate estimate(float[] data, int at) {
    Estimate longer = derivative(data, at, STEPS[0]);
    for (int i = 1; i < STEPS.length; i++) {
      Estimate shorter = derivative(data, at, STEPS[i]);
      double apart = Math.abs(shorter.value - longer.value);
      if (apart <= tolerance * Math.abs(longer.value) + longer.error + shorter.error) {
        return new Estimate(longer.value, longer.error + apart);
      }
      longer = shorter;
    }
    return null;
  }

  /** (8·(f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, exact for polynomials up to degree 4. */
  private Estimate derivative(float[] data, int at, double h) {
    Estimate near = difference(data, at, h);
    Estimate far = difference(data, at, 2 * h);
    return new Estimate(
        (8 * near.value - far.value) / (12 * h), (8 * near.error + far.error) / (12 * h));
  }

  /** f(h) - f(-h), whose error comes from the terms that changed. */
  private Estimate difference(float[] data, int at, double h) {
    float was = data[at];
    data[at] = (float) (was + h);
    function.terms(right);
    data[at] = (float) (was - h);
    function.terms(left);
    data[at] = was;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < right.length; i++) {
      double change = right[i] - left[i];
      if (change != 0) {
        sum += change;
        double size = Math.abs(right[i]) + floor;
        squares += size * size;
      }
    }
    return new Estimate(sum, ROUNDINGS * ROUNDING * Math.sqrt(squares));
  }
}
