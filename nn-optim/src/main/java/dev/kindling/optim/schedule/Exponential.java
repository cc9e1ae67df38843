package dev.kindling.optim.schedule;

/**
 * The rate falls by a factor each time: base·gamma^t.
 *
 * @param gamma the factor, just below 1
 */
public record Exponential(double gamma) implements Schedule {

  /** Checks the setting. */
  public Exponential {
    Checks.positive("gamma", gamma);
  }

  @Override
  public double rate(double base, long t) {
    return base * Math.pow(gamma, (double) t);
  }
}
