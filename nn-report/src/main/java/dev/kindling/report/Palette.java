package dev.kindling.report;

/** The colours of all pictures, as 0xAARRGGBB. */
final class Palette {

  static final int WHITE = 0xFFFFFFFF;
  static final int TITLE = 0xFF1F2328;
  static final int LABEL = 0xFF3D444D;
  static final int TICK = 0xFF656D76;
  static final int GRID = 0xFFE6E8EB;
  static final int FRAME = 0xFFB4BAC1;

  /** Right and wrong predictions: two colours that every kind of eye tells apart. */
  static final int RIGHT = 0xFF0072B2;

  static final int WRONG = 0xFFD55E00;

  /**
   * Okabe and Ito's palette (2008), which people of every kind of colour vision can tell apart, without black and with
   * yellow, which is faint on white, at the end.
   */
  private static final int[] SERIES = {
    0xFF0072B2, 0xFFD55E00, 0xFF009E73, 0xFFCC79A7, 0xFFE69F00, 0xFF56B4E9, 0xFF7F7F7F, 0xFFF0E442
  };

  private Palette() {}

  /** The colour of the i-th curve or class; begins again after the eighth. */
  static int series(int i) {
    return SERIES[i % SERIES.length];
  }

  /** A colour between two opaque ones: {@code a} at 0, {@code b} at 1. */
  static int mix(int a, int b, double share) {
    int mixed = 0xFF;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = a >> shift & 0xFF;
      int to = b >> shift & 0xFF;
      mixed = mixed << 8 | (int) Math.round(from + (to - from) * share);
    }
    return mixed;
  }

  static int withAlpha(int color, int alpha) {
    return (color & 0xFFFFFF) | (alpha << 24);
  }
}
