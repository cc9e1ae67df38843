package dev.kindling.report;

import dev.kindling.train.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How a training went: the loss by epoch, and each metric, side by side, over the training batches and the validation
 * data. {@code LearningCurves.of(history).save(Path.of("out/curves.png"))}.
 */
public final class LearningCurves extends Picture {

  private static final int PANEL_WIDTH = 520;
  private static final int PANEL_HEIGHT = 360;
  private static final double GAP = 32;

  private final History history;
  private final boolean logLoss;

  private LearningCurves(String title, History history, boolean logLoss) {
    super(title);
    this.history = history;
    this.logLoss = logLoss;
  }

  /** Of a training; later epochs of it are drawn too if they are there when the picture is saved. */
  public static LearningCurves of(History history) {
    return new LearningCurves("Learning curves", history, false);
  }

  /** The same under another title. */
  public LearningCurves titled(String title) {
    return new LearningCurves(title, history, logLoss);
  }

  /** The same with the loss on a logarithmic axis. */
  public LearningCurves logarithmicLoss() {
    return new LearningCurves(title, history, true);
  }

  private int columns() {
    return Math.min(2, 1 + history.metricNames().size());
  }

  private int rows() {
    return (1 + history.metricNames().size() + 1) / columns() - (columns() == 1 ? 1 : 0);
  }

  @Override
  public int width() {
    return (int) (2 * MARGIN + columns() * PANEL_WIDTH + (columns() - 1) * GAP);
  }

  @Override
  public int height() {
    return (int)
        (2 * MARGIN
            + headingHeight(title, subtitle())
            + 4
            + rows() * PANEL_HEIGHT
            + (rows() - 1) * GAP);
  }

  private String subtitle() {
    if (history.size() == 0) {
      return "no epochs yet";
    }
    double seconds = Arrays.stream(history.seconds()).sum();
    String text =
        String.format(
            Locale.ROOT,
            "%d %s in %s",
            history.size(),
            history.size() == 1 ? "epoch" : "epochs",
            ProgressBar.time(seconds));
    return history.stopReason() == null ? text : text + ", stopped: " + history.stopReason();
  }

  @Override
  void draw(Canvas canvas) {
    double top = heading(canvas, title, subtitle(), MARGIN, MARGIN, width() - 2 * MARGIN) + 4;
    List<LineChart> panels = new ArrayList<>();
    LineChart loss = panel("loss", history.loss(), history.validationLoss());
    panels.add(logLoss ? loss.logarithmic() : loss);
    for (String name : history.metricNames()) {
      panels.add(panel(name, history.metric(name), history.validationMetric(name)));
    }
    for (int i = 0; i < panels.size(); i++) {
      int row = i / columns();
      int column = i % columns();
      double x = MARGIN + column * (PANEL_WIDTH + GAP);
      double y = top + row * (PANEL_HEIGHT + GAP);
      panels.get(i).draw(canvas, x, y, PANEL_WIDTH, PANEL_HEIGHT);
    }
  }

  private static LineChart panel(String name, double[] train, double[] validation) {
    LineChart chart = LineChart.titled("").axes("epoch", name).line("training", train);
    return Arrays.stream(validation).anyMatch(Double::isFinite)
        ? chart.line("validation", validation)
        : chart;
  }
}
