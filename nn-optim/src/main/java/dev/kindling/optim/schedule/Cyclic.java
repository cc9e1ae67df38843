package dev.kindling.optim.schedule;

/**
 * The rate goes up and down between two values, in a saw tooth; the base rate has no say.
 *
 * <p>Smith, "Cyclical learning rates for training neural networks", 2015.
 *
 * @param min the rate at the bottom
 * @param max the rate at the top of the first cycle
 * @param up the steps from bottom to top; 2,000 is PyTorch's default
 * @param down the steps from top to bottom
 * @param mode how the height of later cycles changes
 * @param gamma the factor of {@link Mode#EXPONENTIAL}
 */
public record Cyclic(double min, double max, int up, int down, Mode mode, double gamma)
    implements Schedule {

  /** How the height of later cycles changes. */
  public enum Mode {
    /** It doesn't. PyTorch's "triangular". */
    EQUAL,
    /** Each is half as high as the one before. PyTorch's "triangular2". */
    HALVED,
    /** It falls by gamma with each step. PyTorch's "exp_range". */
    EXPONENTIAL
  }

  /** Checks the settings. */
  public Cyclic {
    Checks.notNegative("min", min);
    Checks.positive("max", max);
    Checks.atLeast("up", 1, up);
    Checks.atLeast("down", 1, down);
    Checks.positive("gamma", gamma);
  }

  /** Equal cycles, as long up as down. */
  public Cyclic(double min, double max, int up) {
    this(min, max, up, up, Mode.EQUAL, 1);
  }

  /** With cycles that are half as high each time. */
  public Cyclic withHalving() {
    return new Cyclic(min, max, up, down, Mode.HALVED, 1);
  }

  /** With a height that falls by gamma with each step. */
  public Cyclic withGamma(double gamma) {
    return new Cyclic(min, max, up, down, Mode.EXPONENTIAL, gamma);
  }

  /** With another way down. */
  public Cyclic withDown(int down) {
    return new Cyclic(min, max, up, down, mode, gamma);
  }

  @Override
  public double rate(double base, long t) {
    long cycle = t / (up + down);
    long within = t % (up + down);
    double height = within <= up ? (double) within / up : (double) (up + down - within) / down;
    double shrink =
        switch (mode) {
          case EQUAL -> 1;
          case HALVED -> Math.pow(0.5, (double) cycle);
          case EXPONENTIAL -> Math.pow(gamma, (double) t);
        };
    return min + (max - min) * height * shrink;
  }
}
