package dev.kindling.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.optim.Snapshot;
import dev.kindling.train.Evaluation;
import dev.kindling.train.Histories;
import dev.kindling.train.History;
import dev.kindling.train.Metric;
import dev.kindling.train.Training;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressBarTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private final Script training = new Script();
  @TempDir Path folder;

  private String written() {
    String text = bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
    bytes.reset();
    return text;
  }

  @Test
  void linesThatStayAreAllThatAFileGets() {
    ProgressBar bar = ProgressBar.to(out, false);
    play(bar);
    assertEquals(
        """
        Epoch 1/2  3.0 s  loss 0.5000 (val 0.6000)  accuracy 0.7500 (val 0.7000)
        Epoch 2/2  1:05  loss NaN  accuracy 0.7500
        Stopped after epoch 2: the loss is NaN
        """,
        written());
  }

  @Test
  void onATerminalTheLineIsDrawnOver() {
    ProgressBar bar = ProgressBar.to(out, true);
    bar.onTrainBegin(training);
    bar.onEpochBegin(training);
    assertEquals("\rEpoch 1/2 [>           ]  0/10  accuracy 0.7500  ETA --:--", written());
    training.at(1, 5, 1.5, 0.5);
    bar.onBatchEnd(training);
    // Half an epoch of two took 1.5 s, so one and a half take 4.5 s.
    assertEquals(
        "\rEpoch 1/2 [======>     ]  5/10  loss 0.5000  accuracy 0.7500  ETA 0:05", written());
    training.finish(0.5, 0.6, 3);
    bar.onEpochEnd(training);
    assertEquals(
        "\rEpoch 1/2  3.0 s  loss 0.5000 (val 0.6000)  accuracy 0.7500 (val 0.7000)\n", written());
    training.at(2, 10, 6, 1e-7);
    bar.onBatchEnd(training);
    assertEquals(
        "\rEpoch 2/2 [============] 10/10  loss 1.00e-07  accuracy 0.7500  ETA 0:00", written());
  }

  @Test
  void itIsDrawnTenTimesASecondAtMost() {
    ProgressBar bar = ProgressBar.to(out, true);
    bar.onTrainBegin(training);
    for (int i = 0; i < 10_000; i++) {
      training.at(1, 1 + i / 1000, i * 1e-4, 0.5);
      bar.onBatchEnd(training);
    }
    long drawn = written().chars().filter(c -> c == '\r').count();
    assertTrue(drawn >= 9 && drawn <= 11, drawn + " times in a second");
  }

  @Test
  void itIsNeverWiderThanATerminal() {
    training.metrics =
        List.of(
            new Fixed("a metric with a very long name"), new Fixed("accuracy"), new Fixed("f1"));
    ProgressBar bar = ProgressBar.to(out, true);
    bar.onTrainBegin(training);
    training.at(1, 5, 4000, -1e30);
    bar.onBatchEnd(training);
    String line = written();
    assertEquals(
        "\rEpoch 1/2 [======>     ]  5/10  loss -1.00e+30  accuracy 0.7500  ETA 3:20:00", line);
    assertTrue(line.length() <= 80, line);
  }

  @Test
  void whatIsLeftIsReckonedFromWhereTrainingWasResumed() {
    training.epochs = 10;
    training.at(9, 0, 0, Double.NaN);
    ProgressBar bar = ProgressBar.to(out, true);
    bar.onTrainBegin(training);
    bar.onEpochBegin(training);
    training.at(9, 10, 60, 0.5);
    bar.onBatchEnd(training);
    String line = written();
    assertTrue(line.stripTrailing().endsWith("ETA 1:00"), line);
  }

  @Test
  void aStreamToAFileIsNoTerminal() throws IOException {
    ProgressBar bar = ProgressBar.to(out);
    play(bar);
    assertFalse(written().contains("\r"));
    Path tty = Files.createSymbolicLink(folder.resolve("tty"), Path.of("/dev/pts/3"));
    Path pipe = Files.createSymbolicLink(folder.resolve("pipe"), Path.of("pipe:[123]"));
    assertTrue(Terminal.leadsToTerminal(tty, false, 17), "the descriptor knows best");
    assertFalse(Terminal.leadsToTerminal(pipe, true, 17), "the descriptor knows best");
    Path none = folder.resolve("none");
    assertTrue(Terminal.leadsToTerminal(none, true, 17));
    assertFalse(Terminal.leadsToTerminal(none, false, 17));
    assertFalse(Terminal.leadsToTerminal(none, true, 22), "Java 22 gives a console in any case");
    assertTrue(Terminal.leadsToTerminal(none, true, 25));
    assertFalse(Terminal.understands("dumb"));
    assertTrue(Terminal.understands("xterm") && Terminal.understands(null));
  }

  private void play(ProgressBar bar) {
    bar.onTrainBegin(training);
    bar.onEpochBegin(training);
    training.at(1, 5, 1.5, 0.5);
    bar.onBatchEnd(training);
    training.finish(0.5, 0.6, 3);
    bar.onEpochEnd(training);
    training.at(2, 3, 9, Double.NaN);
    bar.onBatchEnd(training);
    training.finish(Double.NaN, null, 65);
    training.reason = "the loss is NaN";
    bar.onEpochEnd(training);
    bar.onTrainEnd(training);
  }

  private record Fixed(String name) implements Metric {
    @Override
    public void reset() {}

    @Override
    public void update(Tensor prediction, Tensor target) {}

    @Override
    public double value() {
      return 0.75;
    }
  }

  /** A training whose clock and numbers the test sets. */
  private static final class Script implements Training {
    int epochs = 2;
    int epoch = 1;
    int batch;
    double seconds;
    double loss = Double.NaN;
    List<Metric> metrics = List.of(new Fixed("accuracy"));
    History history = Histories.of(null);
    @Nullable String reason;

    void at(int epoch, int batch, double seconds, double loss) {
      this.epoch = epoch;
      this.batch = batch;
      this.seconds = seconds;
      this.loss = loss;
    }

    void finish(double loss, @Nullable Double validationLoss, double epochSeconds) {
      Evaluation train = new Evaluation(loss, Map.of("accuracy", 0.75));
      Evaluation validation =
          validationLoss == null ? null : new Evaluation(validationLoss, Map.of("accuracy", 0.7));
      history = Histories.of(null, new History.Epoch(epoch, train, validation, 0.1, epochSeconds));
    }

    @Override
    public Model model() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int epochs() {
      return epochs;
    }

    @Override
    public int epoch() {
      return epoch;
    }

    @Override
    public int batches() {
      return 10;
    }

    @Override
    public int batch() {
      return batch;
    }

    @Override
    public long steps() {
      return batch;
    }

    @Override
    public double learningRate() {
      return 0.1;
    }

    @Override
    public double loss() {
      return loss;
    }

    @Override
    public double batchLoss() {
      return loss;
    }

    @Override
    public List<Metric> metrics() {
      return metrics;
    }

    @Override
    public boolean hasValidation() {
      return true;
    }

    @Override
    public double seconds() {
      return seconds;
    }

    @Override
    public double epochSeconds() {
      return seconds;
    }

    @Override
    public History history() {
      return history;
    }

    @Override
    public Snapshot snapshot() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void stop(String reason) {
      this.reason = reason;
    }

    @Override
    public @Nullable String stopReason() {
      return reason;
    }
  }
}
