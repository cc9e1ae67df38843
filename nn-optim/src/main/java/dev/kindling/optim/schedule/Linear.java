package dev.kindling.optim.schedule;

/**
 * The rate goes along a straight line between two shares of the base rate, and stays there.
 *
 * @param length the steps (or epochs) that it takes; 5 is PyTorch's default
 * @param start the share at the beginning; a third is PyTorch's default
 * @param end the share at the end; 1 is PyTorch's default
 */
public record Linear(long length, double start, double end) implements Schedule {

  /** Checks the settings. */
  public Linear {
    Checks.atLeast("length", 1, length);
    Checks.notNegative("start", start);
    Checks.notNegative("end", end);
  }

  @Override
  public double rate(double base, long t) {
    return base * (start + (end - start) * Math.min(t, length) / length);
  }
}
