package dev.kindling.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines and points over two axes: a cost over the steps of a training, or a cloud of points and the line fitted through
 * it. NaN and infinite values leave a gap.
 *
 * <pre>{@code
 * LineChart.titled("Fathers and sons")
 *     .axes("father's height (cm)", "son's height (cm)")
 *     .points("1,078 pairs", fathers, sons)
 *     .line("fitted by gradient descent", slope, intercept)
 *     .save(Path.of("out/line.png"));
 * }</pre>
 */
public final class LineChart extends Picture {

  /** Curves with no more points than this show each of them. */
  private static final int MARKED = 30;

  /** Arrays of its own, and how they are drawn. */
  private static final class Series {
    final String name;
    final double[] x;
    final double[] y;
    final boolean points;
    final boolean dashed;
    final int color;

    Series(String name, double[] x, double[] y, boolean points, boolean dashed, int color) {
      this.name = name;
      this.x = x.clone();
      this.y = y.clone();
      this.points = points;
      this.dashed = dashed;
      this.color = color;
    }
  }

  private record Straight(String name, double slope, double intercept, int color) {}

  private final List<Series> series = new ArrayList<>();
  private final List<Straight> straights = new ArrayList<>();
  private String subtitle = "";
  private String xName = "";
  private String yName = "";
  private boolean logY;
  private double yFrom = Double.NaN;
  private double yTo = Double.NaN;
  private int colors;

  private LineChart(String title) {
    super(title);
  }

  /** An empty chart. */
  public static LineChart titled(String title) {
    return new LineChart(title);
  }

  /** A smaller line under the title. */
  public LineChart subtitle(String text) {
    subtitle = text;
    return this;
  }

  /** The names of the axes, with their units. */
  public LineChart axes(String x, String y) {
    xName = x;
    yName = y;
    return this;
  }

  /** A curve over 1, 2, 3, …: one value an epoch, say. */
  public LineChart line(String name, double[] y) {
    double[] x = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1;
    }
    return line(name, x, y);
  }

  /**
   * A curve through points, in the order given.
   *
   * @throws IllegalArgumentException if x and y differ in length
   */
  public LineChart line(String name, double[] x, double[] y) {
    return add(name, x, y, false, false);
  }

  /** As {@link #line(String, double[], double[])}, dashed: for what others are compared with. */
  public LineChart dashed(String name, double[] x, double[] y) {
    return add(name, x, y, false, true);
  }

  /** The straight line {@code y = slope x + intercept}, as wide as the chart. */
  public LineChart line(String name, double slope, double intercept) {
    straights.add(new Straight(name, slope, intercept, Palette.series(colors++)));
    return this;
  }

  /**
   * Points without a line.
   *
   * @throws IllegalArgumentException if x and y differ in length
   */
  public LineChart points(String name, double[] x, double[] y) {
    return add(name, x, y, true, false);
  }

  /** Equal factors become equal heights; values that aren't above 0 leave a gap. */
  public LineChart logarithmic() {
    logY = true;
    return this;
  }

  /**
   * What the vertical axis shows, instead of all data.
   *
   * @throws IllegalArgumentException unless from is less than to
   */
  public LineChart between(double from, double to) {
    if (!(from < to)) {
      throw new IllegalArgumentException(
          "The vertical axis needs from < to, got " + from + " and " + to);
    }
    yFrom = from;
    yTo = to;
    return this;
  }

  private LineChart add(String name, double[] x, double[] y, boolean points, boolean dashed) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "'" + name + "' needs as many x as y, got " + x.length + " and " + y.length);
    }
    series.add(new Series(name, x, y, points, dashed, Palette.series(colors++)));
    return this;
  }

  @Override
  public int width() {
    return 720;
  }

  @Override
  public int height() {
    return 480;
  }

  @Override
  void draw(Canvas canvas) {
    draw(canvas, MARGIN, MARGIN, width() - 2 * MARGIN, height() - 2 * MARGIN);
  }

  /** Draws the chart into a part of a picture. */
  void draw(Canvas canvas, double boxX, double boxY, double boxWidth, double boxHeight) {
    Range xRange = new Range();
    Range yRange = new Range();
    for (Series s : series) {
      xRange.add(s.x);
      yRange.add(s.y);
    }
    Axis x = xAxis(xRange, (int) (boxWidth / 70));
    for (Straight s : straights) {
      yRange.add(s.slope * x.min() + s.intercept, s.slope * x.max() + s.intercept);
    }
    int wanted = (int) (boxHeight / 55);
    Axis y =
        yFrom < yTo && !logY ? Axis.exactly(yFrom, yTo, wanted) : Axis.of(yRange, logY, wanted);

    Plot.Labels labels = new Plot.Labels(title, subtitle, xName, yName);
    Plot plot = new Plot(canvas, x, y, labels, legend(), boxX, boxY, boxWidth, boxHeight);
    plot.clip(canvas);
    for (Series s : series) {
      if (s.points) {
        drawPoints(canvas, plot, s);
      }
    }
    for (Series s : series) {
      if (!s.points) {
        drawCurve(canvas, plot, s);
      }
    }
    for (Straight s : straights) {
      canvas.line(
          plot.left,
          plot.py(s.slope * x.min() + s.intercept),
          plot.left + plot.width,
          plot.py(s.slope * x.max() + s.intercept),
          s.color,
          2.6);
    }
    canvas.unclip();
  }

  /** Curves go from edge to edge; points keep away from it. */
  private Axis xAxis(Range range, int wanted) {
    boolean curves = series.stream().noneMatch(s -> s.points);
    if (curves && range.min() < range.max()) {
      double margin = 0.015 * (range.max() - range.min());
      return Axis.of(range, false, wanted).within(range.min(), range.max(), margin);
    }
    return Axis.of(range, false, wanted);
  }

  private List<Plot.Entry> legend() {
    List<Plot.Entry> entries = new ArrayList<>();
    for (Series s : series) {
      Plot.Mark mark = s.points ? Plot.Mark.POINTS : s.dashed ? Plot.Mark.DASHES : Plot.Mark.LINE;
      entries.add(new Plot.Entry(s.name, s.color, mark));
    }
    for (Straight s : straights) {
      entries.add(new Plot.Entry(s.name, s.color, Plot.Mark.LINE));
    }
    return entries.size() == 1 && entries.get(0).name().isEmpty() ? List.of() : entries;
  }

  private static void drawPoints(Canvas canvas, Plot plot, Series s) {
    double radius = s.x.length > 2000 ? 1.8 : s.x.length > 300 ? 2.6 : 3.6;
    int color = Palette.withAlpha(s.color, s.x.length > 300 ? 0x70 : 0xB0);
    for (int i = 0; i < s.x.length; i++) {
      double px = plot.px(s.x[i]);
      double py = plot.py(s.y[i]);
      if (Double.isFinite(px) && Double.isFinite(py)) {
        canvas.disk(px, py, radius, color, 0, 0);
      }
    }
  }

  /** In pieces between gaps; of several points in the same place only the first and those that stick out. */
  private static void drawCurve(Canvas canvas, Plot plot, Series s) {
    double[] px = new double[s.x.length];
    double[] py = new double[s.x.length];
    int n = 0;
    for (int i = 0; i <= s.x.length; i++) {
      double x = i < s.x.length ? plot.px(s.x[i]) : Double.NaN;
      double y = i < s.x.length ? plot.py(s.y[i]) : Double.NaN;
      if (Double.isFinite(x) && Double.isFinite(y)) {
        boolean last = i == s.x.length - 1;
        if (n == 0 || last || Math.abs(x - px[n - 1]) > 0.4 || Math.abs(y - py[n - 1]) > 0.4) {
          px[n] = x;
          // Far outside is outside: drawing to 1e200 takes forever.
          py[n++] = Math.max(-1e5, Math.min(1e5, y));
        }
        continue;
      }
      if (n > 1) {
        canvas.path(px, py, n, s.color, 2.2, s.dashed);
      }
      for (int k = 0; k < n && (n == 1 || s.x.length <= MARKED); k++) {
        canvas.disk(px[k], py[k], 3.4, s.color, Palette.WHITE, 1.2);
      }
      n = 0;
    }
  }
}
