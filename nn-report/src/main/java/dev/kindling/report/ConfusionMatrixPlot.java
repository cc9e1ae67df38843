package dev.kindling.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often each class was taken for each other: a row for each true class, a column for each prediction. A cell shows
 * its share of its row, which is also how dark it is, and its count.
 */
public final class ConfusionMatrixPlot extends Picture {

  private static final double SIDE = 460;
  private static final double NAME_SIZE = 12.5;
  private static final double NAME_WIDTH = 150;

  private final long[][] counts;
  private final List<String> names;
  private final double cell;

  private ConfusionMatrixPlot(String title, long[][] counts, List<String> names) {
    super(title);
    this.counts = counts;
    this.names = names;
    cell = Math.max(12, Math.min(128, SIDE / counts.length));
  }

  /**
   * Of counts.
   *
   * @param counts by true class, then predicted class; copied
   * @param names of the classes, by index; empty to number them
   * @throws IllegalArgumentException if the counts aren't a square, one is negative, or there are some names but not one
   *     for each class
   */
  public static ConfusionMatrixPlot of(long[][] counts, List<String> names) {
    int n = counts.length;
    for (long[] row : counts) {
      if (row.length != n || Arrays.stream(row).anyMatch(c -> c < 0)) {
        throw new IllegalArgumentException(
            "Confusion counts must be "
                + n
                + " rows of "
                + n
                + " counts of at least 0, got "
                + Arrays.toString(row));
      }
    }
    if (n == 0 || (!names.isEmpty() && names.size() != n)) {
      throw new IllegalArgumentException(
          "Confusion counts need a name for each class, got "
              + n
              + " classes and "
              + names.size()
              + " names");
    }
    long[][] copy = Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    List<String> all =
        names.isEmpty()
            ? IntStream.range(0, n).mapToObj(Integer::toString).toList()
            : List.copyOf(names);
    return new ConfusionMatrixPlot("Confusion matrix", copy, all);
  }

  /** The same under another title. */
  public ConfusionMatrixPlot titled(String title) {
    return new ConfusionMatrixPlot(title, counts, names);
  }

  private double nameSize() {
    return Math.min(NAME_SIZE, cell - 1);
  }

  private double nameWidth() {
    double widest = 0;
    for (String name : names) {
      widest = Math.max(widest, Fonts.width(name, nameSize(), false));
    }
    return Math.min(NAME_WIDTH, widest);
  }

  /** Whether the names above the columns are written upwards, because they are wider than a column. */
  private boolean turned() {
    return nameWidth() > cell - 6;
  }

  private double left() {
    return MARGIN + 26 + nameWidth() + 10;
  }

  private double top() {
    return MARGIN
        + headingHeight(title, subtitle())
        + 22
        + (turned() ? nameWidth() : NAME_SIZE)
        + 10;
  }

  @Override
  public int width() {
    double matrix = left() + counts.length * cell + MARGIN;
    double text =
        Math.max(
            Fonts.width(title, TITLE_SIZE, true), Fonts.width(subtitle(), SUBTITLE_SIZE, false));
    return (int) Math.ceil(Math.max(matrix, text + 2 * MARGIN + 1));
  }

  @Override
  public int height() {
    return (int) Math.ceil(top() + counts.length * cell + MARGIN);
  }

  private String subtitle() {
    long right = 0;
    long all = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
      all += Arrays.stream(counts[i]).sum();
    }
    return all == 0
        ? "no examples"
        : String.format(Locale.ROOT, "%.1f%% of %,d right", 100.0 * right / all, all);
  }

  @Override
  void draw(Canvas canvas) {
    heading(canvas, title, subtitle(), MARGIN, MARGIN, width() - 2 * MARGIN);
    int n = counts.length;
    double left = left();
    double top = top();
    for (int i = 0; i < n; i++) {
      long sum = Arrays.stream(counts[i]).sum();
      for (int j = 0; j < n; j++) {
        double share = sum == 0 ? 0 : (double) counts[i][j] / sum;
        double x = left + j * cell;
        double y = top + i * cell;
        canvas.rectangle(x, y, cell, cell, shade(share));
        label(canvas, x + cell / 2, y + cell / 2, share, sum, counts[i][j]);
      }
    }
    for (int i = 0; i <= n; i++) {
      canvas.line(left, top + i * cell, left + n * cell, top + i * cell, Palette.WHITE, 1.5);
      canvas.line(left + i * cell, top, left + i * cell, top + n * cell, Palette.WHITE, 1.5);
    }
    canvas.frame(left, top, n * cell, n * cell, Palette.FRAME, 1);
    names(canvas, left, top);
  }

  /** White at 0, the palette's blue, somewhat darkened, at 1. */
  private static int shade(double share) {
    int pale = Palette.mix(Palette.WHITE, Palette.RIGHT, 0.04);
    return Palette.mix(pale, Palette.mix(Palette.RIGHT, 0xFF000000, 0.25), share);
  }

  private void label(Canvas canvas, double x, double y, double share, long sum, long count) {
    if (cell < 26) {
      return;
    }
    int ink = share > 0.45 ? Palette.WHITE : Palette.TITLE;
    double room = cell - 6;
    String percent =
        sum == 0 ? "–" : String.format(Locale.ROOT, cell < 44 ? "%.0f%%" : "%.1f%%", 100 * share);
    double size = Math.min(cell >= 90 ? 17 : 13, 13 * room / Fonts.width(percent, 13, true));
    boolean counted = cell >= 44;
    canvas.bold(percent, x, y + (counted ? -1 : size * 0.36), size, ink, Canvas.Anchor.MIDDLE);
    if (counted) {
      String number = String.format(Locale.ROOT, "%,d", count);
      double small = Math.min(cell >= 90 ? 12.5 : 11, 11 * room / Fonts.width(number, 11, false));
      int soft = share > 0.45 ? Palette.WHITE : Palette.LABEL;
      canvas.text(number, x, y + small + 5, small, soft, Canvas.Anchor.MIDDLE);
    }
  }

  private void names(Canvas canvas, double left, double top) {
    double side = counts.length * cell;
    double size = nameSize();
    for (int i = 0; i < names.size(); i++) {
      String name = Fonts.fit(names.get(i), size, false, NAME_WIDTH);
      double middle = (i + 0.5) * cell;
      canvas.text(
          name, left - 8, top + middle + size * 0.36, size, Palette.LABEL, Canvas.Anchor.END);
      if (turned()) {
        canvas.text(
            name,
            left + middle + size * 0.36,
            top - 8,
            size,
            false,
            Palette.LABEL,
            Canvas.Anchor.START,
            true);
      } else {
        canvas.text(name, left + middle, top - 8, size, Palette.LABEL, Canvas.Anchor.MIDDLE);
      }
    }
    double above = top - 8 - (turned() ? nameWidth() : NAME_SIZE) - 10;
    canvas.bold(
        "predicted", left + side / 2, above, NAME_SIZE, Palette.TITLE, Canvas.Anchor.MIDDLE);
    canvas.text(
        "true",
        MARGIN + NAME_SIZE,
        top + side / 2,
        NAME_SIZE,
        true,
        Palette.TITLE,
        Canvas.Anchor.MIDDLE,
        true);
  }
}
