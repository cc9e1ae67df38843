package dev.kindling.train;

/**
 * An average of the weights over training, which is often better than the last weights. The average is what is
 * validated, what callbacks see after an epoch, and what the model holds when {@code fit} is over; training itself goes
 * on with the weights as they are. Buffers, such as running means, are averaged too.
 *
 * @param decay how much of the average is left after a step, for an exponential average; 0 for an equal one
 * @param fromEpoch the first epoch, counted from 1, whose end goes into an equal average
 */
public record Averaging(double decay, int fromEpoch) {

  /** Checks the settings. */
  public Averaging {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay must be at least 0 and below 1, got " + decay);
    }
    if (fromEpoch < 1) {
      throw new IllegalArgumentException("fromEpoch must be at least 1, got " + fromEpoch);
    }
  }

  /**
   * An exponential moving average, {@code a ← d·a + (1 − d)·w} after each step, where d is {@code decay} or, in the
   * beginning, (1 + step) / (10 + step) (Polyak, Juditsky, "Acceleration of stochastic approximation by averaging",
   * 1992).
   *
   * @param decay 0.99 for some hundred steps, 0.999 for some thousand
   */
  public static Averaging exponential(double decay) {
    if (decay == 0) {
      throw new IllegalArgumentException("decay must be above 0, got 0");
    }
    return new Averaging(decay, 1);
  }

  /**
   * The mean of the weights at the ends of epochs (Izmailov, Podoprikhin, Garipov, Vetrov, Wilson, "Averaging weights
   * leads to wider optima and better generalization", 2018: stochastic weight averaging).
   *
   * @param epoch the first epoch that counts, from 1
   */
  public static Averaging equalFrom(int epoch) {
    return new Averaging(0, epoch);
  }

  boolean exponential() {
    return decay > 0;
  }
}
