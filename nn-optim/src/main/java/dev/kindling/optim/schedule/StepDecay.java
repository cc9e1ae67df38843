package dev.kindling.optim.schedule;

/**
 * The rate falls by a factor every so often: base·gamma^⌊t / every⌋.
 *
 * @param every how many steps (or epochs) the rate stays the same
 * @param gamma the factor; 0.1 by default
 */
public record StepDecay(int every, double gamma) implements Schedule {

  /** Checks the settings. */
  public StepDecay {
    Checks.atLeast("every", 1, every);
    Checks.positive("gamma", gamma);
  }

  /** A tenth each time. */
  public StepDecay(int every) {
    this(every, 0.1);
  }

  @Override
  public double rate(double base, long t) {
    long falls = t / every;
    return base * Math.pow(gamma, (double) falls);
  }
}
