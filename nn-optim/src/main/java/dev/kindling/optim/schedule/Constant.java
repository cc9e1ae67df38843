package dev.kindling.optim.schedule;

/** The base rate throughout. */
public record Constant() implements Schedule {

  @Override
  public double rate(double base, long t) {
    return base;
  }
}
