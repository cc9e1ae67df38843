package dev.kindling.train;

import java.util.function.ToDoubleFunction;

/**
 * A number of each epoch that says how well training goes, and which way is better.
 *
 * @param name as in {@code "validation loss"}
 * @param higherIsBetter true for accuracy, false for loss
 * @param of takes the number out of an epoch
 */
public record Monitor(String name, boolean higherIsBetter, ToDoubleFunction<History.Epoch> of) {

  /** The loss on the validation data. */
  public static Monitor validationLoss() {
    return new Monitor("validation loss", false, e -> History.validationOf(e, Evaluation::loss));
  }

  /** The loss over the training batches. */
  public static Monitor trainLoss() {
    return new Monitor("train loss", false, e -> e.train().loss());
  }

  /** A metric on the validation data. */
  public static Monitor validation(Metric metric) {
    String name = metric.name();
    return new Monitor(
        "validation " + name,
        metric.higherIsBetter(),
        e -> History.validationOf(e, v -> v.metric(name)));
  }

  /** A metric over the training batches. */
  public static Monitor train(Metric metric) {
    String name = metric.name();
    return new Monitor("train " + name, metric.higherIsBetter(), e -> e.train().metric(name));
  }

  /** The number of an epoch; NaN if it needs validation data and there were none. */
  public double value(History.Epoch epoch) {
    return of.applyAsDouble(epoch);
  }

  /** Whether {@code a} is better than {@code b}. NaN is worse than everything. */
  public boolean better(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return !Double.isNaN(a);
    }
    return higherIsBetter ? a > b : a < b;
  }
}
