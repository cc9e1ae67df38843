package dev.kindling.report;

import java.awt.image.BufferedImage;

/**
 * What a picture is drawn on, so that PNG and SVG come from the same code. Lengths are points from the top left corner,
 * colours 0xAARRGGBB.
 */
abstract class Canvas {

  /** Where a text is put beside its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  abstract void rectangle(double x, double y, double width, double height, int color);

  /** A disk with a rim of another colour. */
  abstract void disk(double x, double y, double radius, int color, int rim, double rimWidth);

  /** A line through n points. */
  abstract void path(double[] x, double[] y, int n, int color, double width, boolean dashed);

  /** A text on a baseline; {@code turned} has it read upwards. */
  abstract void text(
      String text,
      double x,
      double y,
      double size,
      boolean bold,
      int color,
      Anchor anchor,
      boolean turned);

  /** An image, stretched to a rectangle. */
  abstract void image(BufferedImage image, double x, double y, double width, double height);

  /** Draws only inside a rectangle, until {@link #unclip}. */
  abstract void clip(double x, double y, double width, double height);

  abstract void unclip();

  final void text(String text, double x, double y, double size, int color, Anchor anchor) {
    text(text, x, y, size, false, color, anchor, false);
  }

  final void bold(String text, double x, double y, double size, int color, Anchor anchor) {
    text(text, x, y, size, true, color, anchor, false);
  }

  final void line(double x1, double y1, double x2, double y2, int color, double width) {
    path(new double[] {x1, x2}, new double[] {y1, y2}, 2, color, width, false);
  }

  /** The outline of a rectangle. */
  final void frame(double x, double y, double width, double height, int color, double lineWidth) {
    double[] xs = {x, x + width, x + width, x, x};
    double[] ys = {y, y, y + height, y + height, y};
    path(xs, ys, 5, color, lineWidth, false);
  }
}
