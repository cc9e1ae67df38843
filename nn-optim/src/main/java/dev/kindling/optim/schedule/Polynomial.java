package dev.kindling.optim.schedule;

/**
 * The rate falls to 0 along a power: base·(1 − t / length)^power, and stays there.
 *
 * @param length the steps (or epochs) until 0
 * @param power 1 for a straight line
 */
public record Polynomial(long length, double power) implements Schedule {

  /** Checks the settings. */
  public Polynomial {
    Checks.atLeast("length", 1, length);
    Checks.positive("power", power);
  }

  @Override
  public double rate(double base, long t) {
    return base * Math.pow(1 - (double) Math.min(t, length) / length, power);
  }
}
