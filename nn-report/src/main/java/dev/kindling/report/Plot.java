package dev.kindling.report;

import java.util.ArrayList;
import java.util.List;

/** A rectangle with two axes: heading, legend, grid, ticks and names, and where values lie in it. */
final class Plot {

  /** How a legend shows a series. */
  enum Mark {
    LINE,
    DASHES,
    POINTS
  }

  /** A line of the legend. */
  record Entry(String name, int color, Mark mark) {}

  private static final double TICK_SIZE = 11.5;
  private static final double LABEL_SIZE = 12.5;
  private static final double LEGEND_SIZE = 12.5;
  private static final double LEGEND_ROW = 22;
  private static final double SWATCH = 22;

  private final Axis x;
  private final Axis y;
  final double left;
  final double top;
  final double width;
  final double height;

  /**
   * Draws all but the data, inside a rectangle of the canvas.
   *
   * @param legend empty for none
   */
  Plot(
      Canvas canvas,
      Axis x,
      Axis y,
      Labels labels,
      List<Entry> legend,
      double boxX,
      double boxY,
      double boxWidth,
      double boxHeight) {
    this.x = x;
    this.y = y;
    double at = Picture.heading(canvas, labels.title(), labels.subtitle(), boxX, boxY, boxWidth);
    at = legend(canvas, legend, boxX, at, boxWidth);
    double widest = 0;
    for (Axis.Tick tick : y.ticks()) {
      widest = Math.max(widest, Fonts.width(tick.label(), TICK_SIZE, false));
    }
    left = boxX + (labels.y().isEmpty() ? 0 : LABEL_SIZE + 10) + widest + 8;
    top = at + 10;
    width = boxX + boxWidth - left;
    height = boxY + boxHeight - top - 22 - (labels.x().isEmpty() ? 0 : LABEL_SIZE + 8);
    axes(canvas, labels, boxX, boxY + boxHeight);
  }

  /**
   * What a plot is called.
   *
   * @param title may be empty, as all others
   */
  record Labels(String title, String subtitle, String x, String y) {}

  private void axes(Canvas canvas, Labels labels, double boxX, double bottom) {
    double base = top + height;
    for (Axis.Tick tick : y.ticks()) {
      double at = py(tick.value());
      canvas.line(left, at, left + width, at, Palette.GRID, 1);
      canvas.text(
          tick.label(),
          left - 8,
          at + TICK_SIZE * 0.36,
          TICK_SIZE,
          Palette.TICK,
          Canvas.Anchor.END);
    }
    double room = x.grid() ? Double.MAX_VALUE : width / x.ticks().size() - 6;
    double free = Double.NEGATIVE_INFINITY;
    for (Axis.Tick tick : x.ticks()) {
      double at = px(tick.value());
      if (x.grid()) {
        canvas.line(at, top, at, base, Palette.GRID, 1);
      }
      String label = Fonts.fit(tick.label(), TICK_SIZE, false, room);
      double half = Fonts.width(label, TICK_SIZE, false) / 2;
      // A label at the very end moves in rather than being cut off; one that would touch the last
      // is left out.
      double centre = Math.min(at, left + width + 8 - half);
      if (centre - half >= free) {
        canvas.text(label, centre, base + 17, TICK_SIZE, Palette.TICK, Canvas.Anchor.MIDDLE);
        free = centre + half + 6;
      }
    }
    canvas.line(left, base, left + width, base, Palette.FRAME, 1.2);
    if (!labels.x().isEmpty()) {
      String text = Fonts.fit(labels.x(), LABEL_SIZE, false, width);
      canvas.text(
          text, left + width / 2, bottom - 2, LABEL_SIZE, Palette.LABEL, Canvas.Anchor.MIDDLE);
    }
    if (!labels.y().isEmpty()) {
      String text = Fonts.fit(labels.y(), LABEL_SIZE, false, height);
      canvas.text(
          text,
          boxX + LABEL_SIZE - 1,
          top + height / 2,
          LABEL_SIZE,
          false,
          Palette.LABEL,
          Canvas.Anchor.MIDDLE,
          true);
    }
  }

  /** Above the data, where it hides none of them. */
  private static double legend(
      Canvas canvas, List<Entry> legend, double boxX, double from, double boxWidth) {
    double at = boxX;
    double row = from;
    for (Entry entry : new ArrayList<>(legend)) {
      String name = Fonts.fit(entry.name(), LEGEND_SIZE, false, boxWidth - SWATCH - 6);
      double needed = SWATCH + 6 + Fonts.width(name, LEGEND_SIZE, false);
      if (at > boxX && at + needed > boxX + boxWidth) {
        at = boxX;
        row += LEGEND_ROW;
      }
      double middle = row + LEGEND_ROW / 2 - 2;
      if (entry.mark() == Mark.POINTS) {
        canvas.disk(at + SWATCH / 2, middle, 4.5, entry.color(), Palette.WHITE, 1);
      } else {
        canvas.path(
            new double[] {at, at + SWATCH},
            new double[] {middle, middle},
            2,
            entry.color(),
            2.6,
            entry.mark() == Mark.DASHES);
      }
      canvas.text(
          name,
          at + SWATCH + 6,
          middle + LEGEND_SIZE * 0.36,
          LEGEND_SIZE,
          Palette.LABEL,
          Canvas.Anchor.START);
      at += needed + 20;
    }
    return legend.isEmpty() ? row : row + LEGEND_ROW;
  }

  /** Where a value of the horizontal axis lies. */
  double px(double value) {
    return left + x.place(value) * width;
  }

  /** Where a value of the vertical axis lies. */
  double py(double value) {
    return top + (1 - y.place(value)) * height;
  }

  /** Draws what follows inside the axes only. */
  void clip(Canvas canvas) {
    canvas.clip(left, top - 1, width, height + 2);
  }
}
