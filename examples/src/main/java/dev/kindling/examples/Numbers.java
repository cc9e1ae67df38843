package dev.kindling.examples;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Readers of numeric options that refuse what is out of range; their message completes "--name must be". */
public final class Numbers {

  private Numbers() {}

  /** A whole number of at least 1. */
  public static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return (int) whole(value, 1, Integer.MAX_VALUE, "a whole number of at least 1");
    }
  }

  /** A number above 0. */
  public static final class Positive implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      return real(value, Double.MIN_VALUE, Double.MAX_VALUE, "a number above 0");
    }
  }

  /** A number of at least 0. */
  public static final class NotNegative implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      return real(value, 0, Double.MAX_VALUE, "a number of at least 0");
    }
  }

  /** A share: at least 0 and below 1. */
  public static final class Fraction implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      return real(value, 0, Math.nextDown(1.0), "a number of at least 0 and below 1");
    }
  }

  static long whole(String value, long min, long max, String expected) {
    try {
      long n = Long.parseLong(value);
      if (n >= min && n <= max) {
        return n;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers out of range.
    }
    throw new TypeConversionException(expected);
  }

  private static double real(String value, double min, double max, String expected) {
    try {
      double x = Double.parseDouble(value);
      if (x >= min && x <= max) {
        return x;
      }
    } catch (NumberFormatException e) {
      // Told below, together with numbers out of range.
    }
    throw new TypeConversionException(expected);
  }
}
