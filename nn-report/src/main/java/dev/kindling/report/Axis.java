package dev.kindling.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values, and the few of them that are written beside it.
 *
 * @param min the value at the beginning
 * @param max the value at the end, above min
 * @param log whether equal lengths are equal factors
 * @param ticks the values that are written, in ascending order
 * @param grid whether lines are drawn at the ticks
 */
record Axis(double min, double max, boolean log, List<Tick> ticks, boolean grid) {

  /** A value that is written, and how. */
  record Tick(double value, String label) {}

  /** The widest margin around the data, as a share of their range. */
  private static final double MARGIN = 0.04;

  /** Where a value lies: 0 at the beginning of the axis, 1 at its end. */
  double place(double value) {
    return log
        ? (Math.log10(value) - Math.log10(min)) / (Math.log10(max) - Math.log10(min))
        : (value - min) / (max - min);
  }

  /** Without what lies before {@code from} or after {@code to}, but for a margin. */
  Axis within(double from, double to, double margin) {
    List<Tick> kept = ticks.stream().filter(t -> t.value >= from && t.value <= to).toList();
    return new Axis(from - margin, to + margin, log, kept, grid);
  }

  /** One place for each name. */
  static Axis categories(List<String> names) {
    List<Tick> ticks = new ArrayList<>();
    for (String name : names) {
      ticks.add(new Tick(ticks.size(), name));
    }
    return new Axis(-0.5, names.size() - 0.5, false, ticks, false);
  }

  /** Exactly from min to max. */
  static Axis exactly(double min, double max, int wanted) {
    return linear(min, max, wanted, false);
  }

  /**
   * An axis for data.
   *
   * @param range of the data
   * @param wanted about how many ticks
   */
  static Axis of(Range range, boolean log, int wanted) {
    if (log && range.positive() < Double.POSITIVE_INFINITY) {
      return logarithmic(range.positive(), Math.max(range.max(), range.positive()), wanted);
    }
    double min = range.min();
    double max = range.max();
    if (min > max) { // no data at all
      return linear(0, 1, wanted, false);
    }
    if (min == max) {
      double half = min == 0 ? 0.5 : Math.abs(min) / 2;
      return linear(min - half, max + half, wanted, range.whole());
    }
    double margin = (max - min) * MARGIN;
    // A range that begins near zero begins at zero: a cost's distance from it is what one wants to
    // see.
    boolean fromZero = min >= 0 && min <= 0.35 * max;
    return linear(fromZero ? 0 : min - margin, max + margin, wanted, range.whole());
  }

  private static Axis linear(double min, double max, int wanted, boolean whole) {
    double step = step((max - min) / wanted, whole);
    double first = Math.ceil(min / step - 1e-9);
    int n = (int) Math.floor(max / step - first + 1e-9) + 1;
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double value = (first + i) * step;
      ticks.add(new Tick(value, label(value, step)));
    }
    return new Axis(min, max, false, ticks, true);
  }

  /** The smallest of 1, 2, 2.5 and 5 times a power of ten that is no smaller than asked for. */
  private static double step(double least, boolean whole) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      double step = factor * power;
      if (step >= least * (1 - 1e-9) && (!whole || step == Math.rint(step))) {
        return step;
      }
    }
    return whole ? Math.max(1, 10 * power) : 10 * power;
  }

  private static Axis logarithmic(double min, double max, int wanted) {
    double room = Math.max(Math.pow(max / min, MARGIN), 1.05);
    double from = min / room;
    double to = max * room;
    double decades = Math.log10(to / from);
    double[] factors =
        decades < 1.2
            ? new double[] {1, 2, 3, 5, 7}
            : decades < 3 ? new double[] {1, 2, 5} : new double[] {1};
    int stride = Math.max(1, (int) Math.ceil(decades / wanted));
    List<Tick> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
      for (double factor : factors) {
        double tick = factor * Math.pow(10, power);
        if (tick >= from && tick <= to && Math.floorMod(power, stride) == 0) {
          ticks.add(new Tick(tick, label(tick, tick)));
        }
      }
    }
    return new Axis(from, to, true, ticks, true);
  }

  /** A tick as people write it, with as many decimals as the step between ticks has. */
  private static String label(double value, double step) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1e7 || step < 9e-5) {
      int digits = Math.max(0, (int) Math.floor(Math.log10(size) + 1e-9) - exponent(step));
      String text = String.format(Locale.ROOT, "%." + digits + "e", value);
      int e = text.indexOf('e');
      return text.substring(0, e + 1) + Integer.parseInt(text.substring(e + 1));
    }
    return String.format(Locale.ROOT, "%,." + decimals(step) + "f", value);
  }

  private static int decimals(double step) {
    return Math.max(0, -exponent(step));
  }

  /** The power of ten of the last digit of a step that is not zero: -2 for 0.05, -1 for 2.5. */
  private static int exponent(double step) {
    BigDecimal exact =
        new BigDecimal(String.format(Locale.ROOT, "%.2e", step)).stripTrailingZeros();
    return -exact.scale();
  }
}
