package dev.kindling.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One bar for each of a few things, with its value above it: accuracy by number of hidden units, say.
 *
 * <pre>{@code
 * BarChart.titled("Accuracy by hidden units").axes("hidden units", "accuracy")
 *     .bar("4", 0.905).bar("20", 0.9).reference("logistic regression", 0.47)
 *     .save(Path.of("out/units.png"));
 * }</pre>
 */
public final class BarChart extends Picture {

  private record Bar(String name, double value) {}

  private final List<Bar> bars = new ArrayList<>();
  private final List<Bar> references = new ArrayList<>();
  private String subtitle = "";
  private String xName = "";
  private String yName = "";
  private int decimals = 3;

  private BarChart(String title) {
    super(title);
  }

  /** An empty chart. */
  public static BarChart titled(String title) {
    return new BarChart(title);
  }

  /** A smaller line under the title. */
  public BarChart subtitle(String text) {
    subtitle = text;
    return this;
  }

  /** The names of the axes, with their units. */
  public BarChart axes(String x, String y) {
    xName = x;
    yName = y;
    return this;
  }

  /**
   * How many decimals values are written with; 3, if not set.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 9
   */
  public BarChart decimals(int decimals) {
    if (decimals < 0 || decimals > 9) {
      throw new IllegalArgumentException("decimals must be between 0 and 9, got " + decimals);
    }
    this.decimals = decimals;
    return this;
  }

  /** One more bar, to the right of the others. A value that isn't finite has a name and no bar. */
  public BarChart bar(String name, double value) {
    bars.add(new Bar(name, value));
    return this;
  }

  /** A dashed line across all bars, for what they are compared with. */
  public BarChart reference(String name, double value) {
    references.add(new Bar(name, value));
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
    Range range = new Range().add(0);
    bars.forEach(bar -> range.add(bar.value));
    references.forEach(line -> range.add(line.value));
    // Room above the highest bar, for its value.
    range.add(range.max() + 0.06 * (range.max() - range.min()));
    Axis y = Axis.of(range, false, 6);
    Axis x = Axis.categories(bars.stream().map(Bar::name).toList());
    List<Plot.Entry> legend = new ArrayList<>();
    for (int i = 0; i < references.size(); i++) {
      legend.add(
          new Plot.Entry(
              references.get(i).name + ": " + value(references.get(i).value),
              Palette.series(i + 1),
              Plot.Mark.DASHES));
    }
    Plot.Labels labels = new Plot.Labels(title, subtitle, xName, yName);
    Plot plot =
        new Plot(
            canvas,
            x,
            y,
            labels,
            legend,
            MARGIN,
            MARGIN,
            width() - 2 * MARGIN,
            height() - 2 * MARGIN);
    double pitch = plot.width / Math.max(1, bars.size());
    double thickness = Math.min(72, 0.68 * pitch);
    double base = plot.py(0);
    for (int i = 0; i < bars.size(); i++) {
      double v = bars.get(i).value;
      if (!Double.isFinite(v)) {
        continue;
      }
      double end = plot.py(v);
      canvas.rectangle(
          plot.px(i) - thickness / 2,
          Math.min(base, end),
          thickness,
          Math.abs(end - base),
          Palette.series(0));
    }
    for (int i = 0; i < references.size(); i++) {
      if (Double.isFinite(references.get(i).value)) {
        double at = plot.py(references.get(i).value);
        canvas.path(
            new double[] {plot.left, plot.left + plot.width},
            new double[] {at, at},
            2,
            Palette.series(i + 1),
            2,
            true);
      }
    }
    for (int i = 0; i < bars.size(); i++) {
      double v = bars.get(i).value;
      String text = Double.isFinite(v) ? value(v) : "–";
      double size = Math.max(8, Math.min(12, 12 * (pitch - 4) / Fonts.width(text, 12, true)));
      double at =
          Double.isFinite(v) ? v >= 0 ? plot.py(v) - 6 : plot.py(v) + 6 + size * 0.75 : base - 6;
      canvas.bold(text, plot.px(i), at, size, Palette.LABEL, Canvas.Anchor.MIDDLE);
    }
  }

  private String value(double v) {
    return String.format(Locale.ROOT, "%." + decimals + "f", v);
  }
}
