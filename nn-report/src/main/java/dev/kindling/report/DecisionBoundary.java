package dev.kindling.report;

import dev.kindling.nd.Reduce;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a classifier of points in the plane says everywhere, with the points on top: each class's region has a light tint
 * of its points' colour.
 *
 * <pre>{@code
 * DecisionBoundary.of(x, labels, model::predict).threshold(0).save(Path.of("out/boundary.png"));
 * }</pre>
 */
public final class DecisionBoundary extends Picture {

  /** Points that are asked for along each side. */
  private static final int GRID = 480;

  private static final int ROWS_AT_ONCE = 16;

  private final Tensor x;
  private final int[] labels;
  private final UnaryOperator<Tensor> predict;
  private double threshold = 0.5;
  private String subtitle = "";
  private String xName = "";
  private String yName = "";
  private List<String> names = List.of();

  private DecisionBoundary(String title, Tensor x, int[] labels, UnaryOperator<Tensor> predict) {
    super(title);
    this.x = x;
    this.labels = labels.clone();
    this.predict = predict;
  }

  /**
   * Of a classifier and the points it was trained or tested on.
   *
   * @param x the points, [n, 2]
   * @param labels the class of each, 0 or above
   * @param predict from points [m, 2] to either [m, k], where the largest of k numbers is the class, or [m, 1] or [m],
   *     where a number above the {@link #threshold} is class 1; {@code model::predict} fits. Called for some thousands of
   *     points at a time.
   * @throws ShapeException if x isn't [n, 2]
   * @throws IllegalArgumentException if there isn't a label of at least 0 for each point
   */
  public static DecisionBoundary of(Tensor x, int[] labels, UnaryOperator<Tensor> predict) {
    if (x.rank() != 2 || x.dim(1) != 2) {
      throw ShapeException.of("DecisionBoundary", "points [n, 2]", x.shape().toString(), "");
    }
    if (labels.length != x.dim(0) || Arrays.stream(labels).anyMatch(l -> l < 0)) {
      throw new IllegalArgumentException(
          "labels must be "
              + x.dim(0)
              + " classes of at least 0, one for each point, got "
              + labels.length
              + (labels.length == 0
                  ? ""
                  : ", the least " + Arrays.stream(labels).min().getAsInt()));
    }
    return new DecisionBoundary("Decision boundary", x, labels, predict);
  }

  /** The same under another title. */
  public DecisionBoundary titled(String title) {
    DecisionBoundary copy = new DecisionBoundary(title, x, labels, predict);
    copy.threshold = threshold;
    copy.subtitle = subtitle;
    copy.xName = xName;
    copy.yName = yName;
    copy.names = names;
    return copy;
  }

  /** Above it, a single output means class 1: 0.5, if not set, for probabilities; 0 for logits. */
  public DecisionBoundary threshold(double threshold) {
    this.threshold = threshold;
    return this;
  }

  /** A smaller line under the title. */
  public DecisionBoundary subtitle(String text) {
    subtitle = text;
    return this;
  }

  /** The names of the two inputs, with their units. */
  public DecisionBoundary axes(String x, String y) {
    xName = x;
    yName = y;
    return this;
  }

  /** The names of the classes, by index; "class 0" and so on, if not set. */
  public DecisionBoundary classes(List<String> names) {
    this.names = List.copyOf(names);
    return this;
  }

  @Override
  public int width() {
    return 640;
  }

  @Override
  public int height() {
    return 660;
  }

  @Override
  void draw(Canvas canvas) {
    Axis across = axis(0);
    Axis up = axis(1);
    int classes = Math.max(names.size(), Arrays.stream(labels).max().orElse(0) + 1);
    List<Plot.Entry> legend = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      String name = c < names.size() ? names.get(c) : "class " + c;
      legend.add(new Plot.Entry(name, Palette.series(c), Plot.Mark.POINTS));
    }
    Plot plot =
        new Plot(
            canvas,
            across,
            up,
            new Plot.Labels(title, subtitle, xName, yName),
            legend,
            MARGIN,
            MARGIN,
            width() - 2 * MARGIN,
            height() - 2 * MARGIN);
    canvas.image(regions(across, up), plot.left, plot.top, plot.width, plot.height);
    plot.clip(canvas);
    double radius = labels.length > 2000 ? 2 : labels.length > 600 ? 3 : 4;
    for (int i = 0; i < labels.length; i++) {
      double px = plot.px(x.get(i, 0));
      double py = plot.py(x.get(i, 1));
      if (Double.isFinite(px) && Double.isFinite(py)) {
        canvas.disk(px, py, radius, Palette.series(labels[i]), Palette.WHITE, 0.8);
      }
    }
    canvas.unclip();
    canvas.frame(plot.left, plot.top, plot.width, plot.height, Palette.FRAME, 1);
  }

  private Axis axis(int column) {
    Range range = new Range();
    for (int i = 0; i < x.dim(0); i++) {
      range.add(x.get(i, column));
    }
    if (!(range.min() < range.max())) {
      return Axis.of(range, false, 7);
    }
    double margin = 0.06 * (range.max() - range.min());
    return Axis.exactly(range.min() - margin, range.max() + margin, 7);
  }

  /** The class everywhere, tinted, with a darker line where two classes meet. */
  private BufferedImage regions(Axis across, Axis up) {
    int[] classes = new int[GRID * GRID];
    Tensor points = Tensor.zeros(ROWS_AT_ONCE * GRID, 2);
    float[] xy = points.data();
    for (int row = 0; row < GRID; row += ROWS_AT_ONCE) {
      for (int i = 0; i < points.dim(0); i++) {
        double h = (i % GRID + 0.5) / GRID;
        double v = 1 - (row + i / GRID + 0.5) / GRID;
        xy[2 * i] = (float) (across.min() + h * (across.max() - across.min()));
        xy[2 * i + 1] = (float) (up.min() + v * (up.max() - up.min()));
      }
      classify(predict.apply(points), points.dim(0), classes, row * GRID);
    }
    BufferedImage image = new BufferedImage(GRID, GRID, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < GRID; i++) {
      for (int j = 0; j < GRID; j++) {
        int at = i * GRID + j;
        boolean edge =
            (j + 1 < GRID && classes[at] != classes[at + 1])
                || (i + 1 < GRID && classes[at] != classes[at + GRID]);
        int color =
            edge ? Palette.TICK : Palette.mix(Palette.WHITE, Palette.series(classes[at]), 0.22);
        image.setRGB(j, i, color);
      }
    }
    return image;
  }

  private void classify(Tensor y, int n, int[] classes, int from) {
    if (y.rank() < 1 || y.rank() > 2 || y.dim(0) != n) {
      throw ShapeException.of(
          "DecisionBoundary",
          "predictions [" + n + ", k] for points [" + n + ", 2]",
          y.shape().toString(),
          "");
    }
    int k = y.size() / n;
    for (int i = 0; i < n; i++) {
      int at = y.offset() + i * k;
      classes[from + i] =
          k == 1 ? y.data()[at] > threshold ? 1 : 0 : Reduce.argmax(y.data(), at, k);
    }
  }
}
