package dev.kindling.nn.check;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/** Derivatives of a function by the elements of a tensor, from the function's values alone. */
final class Differences {

  /** The relative error of one float. */
  static final double ROUNDING = 0x1p-24;

  /** Two of these that follow each other must agree on a derivative; powers of 2, so that they add no rounding. */
  private static final double[] STEPS = {0x1p-5, 0x1p-7, 0x1p-9};

  /** A function of the tensor as it is now. */
  interface Function {
    double value();
  }

  private final Function function;
  private final double noise;
  private final double tolerance;
  private final int most;
  private final Rng rng;

  /**
   * @param noise the error of one value of the function
   * @param tolerance allowed, as a part of the derivative
   * @param most elements to look at
   * @param rng chooses them
   */
  Differences(Function function, double noise, double tolerance, int most, Rng rng) {
    this.function = function;
    this.noise = noise;
    this.tolerance = tolerance;
    this.most = most;
    this.rng = rng;
  }

  /** Compares the derivative by each element of t, which is moved and put back, with the analytic one. */
  GradientReport.Compared compare(String name, Tensor t, Tensor analytic) {
    int[] places = rng.permutation(t.size());
    int count = Math.min(most, places.length);
    double[] numeric = new double[count];
    double largest = 0;
    int kinks = 0;
    for (int i = 0; i < count; i++) {
      numeric[i] = derivative(t.data(), t.offset() + places[i]);
      if (Double.isNaN(numeric[i])) {
        kinks++;
      } else {
        largest = Math.max(largest, Math.abs(numeric[i]));
      }
    }
    int worst = -1;
    double worstRatio = -1;
    double worstAllowed = 0;
    for (int i = 0; i < count; i++) {
      if (Double.isNaN(numeric[i])) {
        continue;
      }
      double allowed =
          tolerance * Math.abs(numeric[i]) + tolerance / 10 * largest + noise / STEPS[0];
      double error = Math.abs(analytic.data()[analytic.offset() + places[i]] - numeric[i]);
      double ratio = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / allowed;
      if (ratio > worstRatio) {
        worst = i;
        worstRatio = ratio;
        worstAllowed = allowed;
      }
    }
    if (worst < 0) {
      return new GradientReport.Compared(name, t.shape(), count, kinks, 0, 0, 0, 0);
    }
    int place = places[worst];
    return new GradientReport.Compared(
        name, t.shape(), count, kinks, place, analytic.data()[analytic.offset() + place], numeric[worst], worstAllowed);
  }

  /** The derivative by one element, or NaN if there is a bend too near to tell. */
  private double derivative(float[] data, int at) {
    double previous = atStep(data, at, STEPS[0]);
    for (int i = 1; i < STEPS.length; i++) {
      double next = atStep(data, at, STEPS[i]);
      double agree = tolerance / 2 * Math.abs(previous) + 4 * noise / STEPS[i];
      if (Math.abs(next - previous) <= agree) {
        return previous; // the longer step's, which has less rounding in it
      }
      previous = next;
    }
    return Double.NaN;
  }

  /** (8·(f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, exact for polynomials up to degree 4. */
  private double atStep(float[] data, int at, double h) {
    double near = moved(data, at, h) - moved(data, at, -h);
    double far = moved(data, at, 2 * h) - moved(data, at, -2 * h);
    return (8 * near - far) / (12 * h);
  }

  private double moved(float[] data, int at, double by) {
    float was = data[at];
    data[at] = (float) (was + by);
    double value = function.value();
    data[at] = was;
    return value;
  }
}
