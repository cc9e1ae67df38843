package dev.kindling.optim.schedule;

/**
 * The rate rises along a straight line from a share of the base rate to all of it, and then follows another schedule,
 * whose time begins there.
 *
 * <p>Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.
 *
 * @param length the steps (or epochs) of the rise
 * @param start the share at the beginning
 * @param then what follows
 */
public record Warmup(long length, double start, Schedule then) implements Schedule {

  /** Checks the settings. */
  public Warmup {
    Checks.atLeast("length", 0, length);
    Checks.between("start", 0, 1, start);
  }

  @Override
  public double rate(double base, long t) {
    return t < length ? base * (start + (1 - start) * t / length) : then.rate(base, t - length);
  }

  @Override
  public boolean perEpoch() {
    return then.perEpoch();
  }
}
