package dev.kindling.optim.schedule;

/**
 * The rate falls along half a cosine and jumps back, again and again, each time more slowly if wanted.
 *
 * <p>Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.
 *
 * @param first the length of the first fall
 * @param growth by what each length is multiplied to give the next; 1 by default
 * @param min the rate that it falls to; 0 by default
 */
public record CosineRestarts(long first, int growth, double min) implements Schedule {

  /** Checks the settings. */
  public CosineRestarts {
    Checks.atLeast("first", 1, first);
    Checks.atLeast("growth", 1, growth);
    Checks.notNegative("min", min);
  }

  /** All of one length, down to 0. */
  public CosineRestarts(long first) {
    this(first, 1, 0);
  }

  @Override
  public double rate(double base, long t) {
    long length = first;
    long within = t;
    if (growth == 1) {
      within = t % first;
    }
    while (within >= length) {
      within -= length;
      length *= growth;
    }
    return min + (base - min) * (1 + Math.cos(Math.PI * within / length)) / 2;
  }
}
