package dev.kindling.nn.models;

import java.util.Arrays;

/** What settings of networks have in common. */
final class Checks {

  private Checks() {}

  static void atLeastOne(String model, String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          model + ": " + setting + " must be at least 1, got " + value);
    }
  }

  static void widths(String model, int[] widths) {
    boolean wrong = widths.length == 0;
    for (int width : widths) {
      wrong |= width < 1;
    }
    if (wrong) {
      throw new IllegalArgumentException(
          model
              + ": widths must be at least one number, each at least 1, got "
              + Arrays.toString(widths));
    }
  }
}
