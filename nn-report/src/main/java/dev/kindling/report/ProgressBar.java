package dev.kindling.report;

import dev.kindling.train.Callback;
import dev.kindling.train.Evaluation;
import dev.kindling.train.History;
import dev.kindling.train.Metric;
import dev.kindling.train.Training;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a training goes. On a terminal a line is drawn over and over, up to ten times a second and no wider than 80
 * columns; a line with the epoch's numbers stays:
 *
 * <pre>
 * Epoch  1/10  1.8 s  loss 0.3811 (val 0.2204)  accuracy 0.8914 (val 0.9341)
 * Epoch  2/10 [=====&gt;      ] 229/469  loss 0.1902  accuracy 0.9444  ETA 0:15
 * </pre>
 *
 * <p>Elsewhere (a file, a build server) only the lines that stay are written. {@code ETA} is the time to the end of the
 * training, not of the epoch. Loss and metrics within an epoch are those of its batches so far.
 */
public final class ProgressBar implements Callback {

  private static final int COLUMNS = 80;
  private static final int BAR = 12;
  private static final double SECONDS_BETWEEN = 0.1;

  private final PrintStream out;
  private final boolean terminal;
  private int shown;
  private int firstEpoch;
  private double nextAt;

  private ProgressBar(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Writes to a stream: {@code System.err}, say. Finds out whether that is a terminal. */
  public static ProgressBar to(PrintStream out) {
    return new ProgressBar(out, Terminal.is(out));
  }

  /**
   * Writes to a stream.
   *
   * @param terminal whether lines can be drawn over
   */
  public static ProgressBar to(PrintStream out, boolean terminal) {
    return new ProgressBar(out, terminal);
  }

  @Override
  public void onTrainBegin(Training training) {
    firstEpoch = 0;
    nextAt = 0;
  }

  @Override
  public void onEpochBegin(Training training) {
    if (firstEpoch == 0) {
      firstEpoch = training.epoch();
    }
    show(training);
  }

  @Override
  public void onBatchEnd(Training training) {
    show(training);
  }

  @Override
  public void onEpochEnd(Training training) {
    History.Epoch epoch = training.history().last();
    StringBuilder line = start(epoch.number(), training.epochs());
    line.append("  ").append(time(epoch.seconds()));
    line.append("  loss ").append(number(epoch.train().loss()));
    Evaluation validation = epoch.validation();
    validation(line, validation == null ? null : validation.loss());
    epoch
        .train()
        .metrics()
        .forEach(
            (name, value) -> {
              line.append("  ").append(name).append(' ').append(number(value));
              validation(line, validation == null ? null : validation.metrics().get(name));
            });
    stay(line);
  }

  @Override
  public void onTrainEnd(Training training) {
    String reason = training.stopReason();
    if (reason != null) {
      stay(
          new StringBuilder("Stopped after epoch ")
              .append(training.epoch())
              .append(": ")
              .append(reason));
    }
  }

  /** The line that is drawn over, if it is time to; a batch that isn't shown costs a look at the clock. */
  private void show(Training training) {
    if (!terminal || training.seconds() < nextAt) {
      return;
    }
    nextAt = training.seconds() + SECONDS_BETWEEN;
    StringBuilder line = start(training.epoch(), training.epochs());
    int batches = Math.max(1, training.batches());
    int filled = Math.min(BAR, (int) ((long) BAR * training.batch() / batches));
    line.append(" [").append("=".repeat(filled));
    line.append(filled < BAR ? ">" : "")
        .append(" ".repeat(Math.max(0, BAR - filled - 1)))
        .append("] ");
    pad(line, training.batch(), training.batches()).append('/').append(training.batches());
    String eta = "  ETA " + remaining(training);
    field(line, "loss", training.loss(), eta);
    for (Metric metric : training.metrics()) {
      field(line, metric.name(), metric.value(), eta);
    }
    line.append(eta);
    int length = line.length();
    line.append(" ".repeat(Math.max(0, shown - length)));
    shown = length;
    out.print("\r" + line);
    out.flush();
  }

  /** Adds a number, if there is one yet and it fits beside what must stand at the end. */
  private static void field(StringBuilder line, String name, double value, String end) {
    if (!Double.isNaN(value)) {
      String text = "  " + name + " " + number(value);
      // One column stays free: some terminals begin a new line when the last is written to.
      if (line.length() + text.length() + end.length() < COLUMNS) {
        line.append(text);
      }
    }
  }

  private void stay(StringBuilder line) {
    if (terminal) {
      int length = line.length();
      line.insert(0, '\r').append(" ".repeat(Math.max(0, shown - length)));
      shown = 0;
    }
    out.println(line);
  }

  private static StringBuilder start(int epoch, int epochs) {
    return pad(new StringBuilder(COLUMNS + 2).append("Epoch "), epoch, epochs)
        .append('/')
        .append(epochs);
  }

  private static StringBuilder pad(StringBuilder line, int value, int most) {
    String text = Integer.toString(value);
    return line.append(" ".repeat(Math.max(0, Integer.toString(most).length() - text.length())))
        .append(text);
  }

  private static void validation(StringBuilder line, @Nullable Double value) {
    if (value != null) {
      line.append(" (val ").append(number(value)).append(')');
    }
  }

  private String remaining(Training training) {
    double done =
        training.epoch()
            - Math.max(1, firstEpoch)
            + (double) training.batch() / Math.max(1, training.batches());
    double all = training.epochs() - Math.max(1, firstEpoch) + 1;
    return done > 0 ? clock(training.seconds() * (all - done) / done) : "--:--";
  }

  /** Four decimals, or the leading digits of what is very small or very large. */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT, size != 0 && (size < 1e-3 || size >= 1e5) ? "%.2e" : "%.4f", value);
  }

  /** As in 8.1 s, 2:07 or 1:04:10. */
  static String time(double seconds) {
    return seconds < 60 ? String.format(Locale.ROOT, "%.1f s", seconds) : clock(seconds);
  }

  /** As in 0:08, 2:07 or 1:04:10. */
  private static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }
}
