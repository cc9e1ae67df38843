package dev.kindling.optim.schedule;

/**
 * A share of the base rate for a while, then all of it.
 *
 * @param length the steps (or epochs) that the share holds; 5 is PyTorch's default
 * @param factor the share; a third is PyTorch's default
 */
public record Held(long length, double factor) implements Schedule {

  /** Checks the settings. */
  public Held {
    Checks.atLeast("length", 0, length);
    Checks.notNegative("factor", factor);
  }

  @Override
  public double rate(double base, long t) {
    return t < length ? base * factor : base;
  }
}
