package dev.kindling.examples.chapter01;

import java.util.Locale;

/** y = slope · x + intercept. */
record Line(double slope, double intercept) {

  double at(double x) {
    return slope * x + intercept;
  }

  /** A line between standardized columns as a line between the columns as they were. */
  Line inUnitsOf(Scale x, Scale y) {
    double steep = slope * y.std() / x.std();
    return new Line(steep, y.mean() + y.std() * intercept - steep * x.mean());
  }

  double slopeDistance(Line other) {
    return Math.abs(slope - other.slope);
  }

  double interceptDistance(Line other) {
    return Math.abs(intercept - other.intercept);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "son = %.5f · father + %.4f", slope, intercept);
  }
}
