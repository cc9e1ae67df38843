package dev.kindling.optim.schedule;

/**
 * A rule that makes the learning rate smaller when a number of each epoch has stopped improving. The rule is a value;
 * what it has seen is in the {@link Plateau} that it starts.
 *
 * @param higherIsBetter true for accuracy, false, as by default, for loss
 * @param factor by what the rate is multiplied; 0.1 by default
 * @param patience how many epochs without progress are let pass; 10 by default
 * @param threshold how much better counts as progress; 1e-4 by default
 * @param relative whether the threshold is a share of the best value, as by default
 * @param cooldown how many epochs are left out after a reduction; 0 by default
 * @param minRate the rate doesn't go below; 0 by default
 * @param epsilon a reduction by less than this is left out; 1e-8 by default
 */
public record ReduceOnPlateau(
    boolean higherIsBetter,
    double factor,
    int patience,
    double threshold,
    boolean relative,
    int cooldown,
    double minRate,
    double epsilon) {

  /** Checks the settings. */
  public ReduceOnPlateau {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("factor must be between 0 and 1, got " + factor);
    }
    Checks.atLeast("patience", 0, patience);
    Checks.notNegative("threshold", threshold);
    Checks.atLeast("cooldown", 0, cooldown);
    Checks.notNegative("minRate", minRate);
    Checks.notNegative("epsilon", epsilon);
  }

  /** For numbers that should fall, with the defaults for all but patience. */
  public static ReduceOnPlateau withPatience(int patience) {
    return new ReduceOnPlateau(false, 0.1, patience, 1e-4, true, 0, 0, 1e-8);
  }

  /** For numbers that should rise. */
  public ReduceOnPlateau forHigher() {
    return new ReduceOnPlateau(
        true, factor, patience, threshold, relative, cooldown, minRate, epsilon);
  }

  /** With another factor. */
  public ReduceOnPlateau withFactor(double factor) {
    return new ReduceOnPlateau(
        higherIsBetter, factor, patience, threshold, relative, cooldown, minRate, epsilon);
  }

  /** With another threshold, a share of the best value. */
  public ReduceOnPlateau withThreshold(double threshold) {
    return new ReduceOnPlateau(
        higherIsBetter, factor, patience, threshold, true, cooldown, minRate, epsilon);
  }

  /** With another threshold, in the units of the number. */
  public ReduceOnPlateau withAbsoluteThreshold(double threshold) {
    return new ReduceOnPlateau(
        higherIsBetter, factor, patience, threshold, false, cooldown, minRate, epsilon);
  }

  /** With epochs that are left out after a reduction. */
  public ReduceOnPlateau withCooldown(int cooldown) {
    return new ReduceOnPlateau(
        higherIsBetter, factor, patience, threshold, relative, cooldown, minRate, epsilon);
  }

  /** With a lower limit. */
  public ReduceOnPlateau withMinRate(double minRate) {
    return new ReduceOnPlateau(
        higherIsBetter, factor, patience, threshold, relative, cooldown, minRate, epsilon);
  }

  /** A watch that has seen nothing yet. */
  public Plateau start() {
    return new Plateau(this);
  }
}
