package dev.kindling.optim.schedule;

/**
 * A schedule whose time is counted in epochs.
 *
 * @param schedule what it does with it
 */
record ByEpoch(Schedule schedule) implements Schedule {

  @Override
  public double rate(double base, long t) {
    return schedule.rate(base, t);
  }

  @Override
  public boolean perEpoch() {
    return true;
  }

  @Override
  public Schedule byEpoch() {
    return this;
  }

  @Override
  public Schedule afterWarmup(int epochs) {
    return schedule.afterWarmup(epochs).byEpoch();
  }
}
