package dev.kindling.optim.schedule;

/**
 * The learning rate as a function of time. A value without state, so that training can be resumed anywhere. Time is
 * counted in the optimizer's steps, or in epochs after {@link #byEpoch}.
 *
 * <p>Formulas and defaults are PyTorch's: {@code rate(base, t)} is its learning rate after t calls of the scheduler.
 */
@FunctionalInterface
public interface Schedule {

  /**
   * The learning rate.
   *
   * @param base the optimizer's own learning rate
   * @param t steps or epochs that are over: 0 for the first
   */
  double rate(double base, long t);

  /** Whether time is counted in epochs; if not, in steps. */
  default boolean perEpoch() {
    return false;
  }

  /** The same with time counted in epochs, so that the rate changes between epochs only. */
  default Schedule byEpoch() {
    return new ByEpoch(this);
  }

  /** The same after a linear warm-up of so many steps, from 0 or nearly so; its own time begins after that. */
  default Schedule afterWarmup(int steps) {
    return new Warmup(steps, 1e-3, this);
  }

  /** The base rate throughout. */
  static Schedule constant() {
    return new Constant();
  }
}
