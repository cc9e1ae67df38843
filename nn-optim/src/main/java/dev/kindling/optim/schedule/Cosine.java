package dev.kindling.optim.schedule;

/**
 * The rate falls along half a cosine: min + (base − min)·(1 + cos(π·t / length)) / 2. After that it rises again, as in
 * PyTorch.
 *
 * <p>Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.
 *
 * @param length the steps (or epochs) from the base rate to the smallest
 * @param min the smallest rate; 0 by default
 */
public record Cosine(long length, double min) implements Schedule {

  /** Checks the settings. */
  public Cosine {
    Checks.atLeast("length", 1, length);
    Checks.notNegative("min", min);
  }

  /** Down to 0. */
  public Cosine(long length) {
    this(length, 0);
  }

  @Override
  public double rate(double base, long t) {
    return min + (base - min) * (1 + Math.cos(Math.PI * t / length)) / 2;
  }
}
