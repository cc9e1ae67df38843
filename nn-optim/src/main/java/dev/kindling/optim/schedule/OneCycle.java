package dev.kindling.optim.schedule;

/**
 * One rise to a high rate and a fall far below the beginning, over the whole training; the base rate has no say.
 *
 * <p>Smith, Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2017.
 *
 * @param max the highest rate
 * @param length the steps of the whole training; the rate stays at its end after that
 * @param rise the share of them that the rise takes; 0.3 by default
 * @param cosine along half cosines, as by default, or along straight lines
 * @param startDivisor the first rate is max divided by this; 25 by default
 * @param endDivisor the last rate is the first divided by this; 10,000 by default
 * @param threePhases whether the fall mirrors the rise and a third phase goes further down; false by default
 */
public record OneCycle(
    double max,
    long length,
    double rise,
    boolean cosine,
    double startDivisor,
    double endDivisor,
    boolean threePhases)
    implements Schedule {

  /** Checks the settings. */
  public OneCycle {
    Checks.positive("max", max);
    Checks.atLeast("length", 1, length);
    Checks.between("rise", 0, threePhases ? 0.5 : 1, rise);
    Checks.positive("startDivisor", startDivisor);
    Checks.positive("endDivisor", endDivisor);
  }

  /** With the defaults. */
  public OneCycle(double max, long length) {
    this(max, length, 0.3, true, 25, 1e4, false);
  }

  /** With another share for the rise. */
  public OneCycle withRise(double rise) {
    return new OneCycle(max, length, rise, cosine, startDivisor, endDivisor, threePhases);
  }

  /** Along straight lines. */
  public OneCycle withLines() {
    return new OneCycle(max, length, rise, false, startDivisor, endDivisor, threePhases);
  }

  /** With a first rate of max / start and a last one of max / start / end. */
  public OneCycle withDivisors(double start, double end) {
    return new OneCycle(max, length, rise, cosine, start, end, threePhases);
  }

  /** With a fall that mirrors the rise, and a third phase. */
  public OneCycle withThreePhases() {
    return new OneCycle(max, length, rise, cosine, startDivisor, endDivisor, true);
  }

  @Override
  public double rate(double base, long t) {
    double first = max / startDivisor;
    double last = first / endDivisor;
    double end = length - 1;
    double top = rise * length - 1;
    if (t >= end) {
      return last;
    }
    if (t < top) {
      return between(first, max, t / top);
    }
    if (!threePhases) {
      return between(max, last, (t - top) / (end - top));
    }
    double back = 2 * rise * length - 2;
    return t < back
        ? between(max, first, (t - top) / (back - top))
        : between(first, last, (t - back) / (end - back));
  }

  private double between(double from, double to, double share) {
    return cosine
        ? to + (from - to) / 2 * (Math.cos(Math.PI * share) + 1)
        : from + (to - from) * share;
  }
}
