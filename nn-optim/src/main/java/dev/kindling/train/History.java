package dev.kindling.train;

import dev.kindling.optim.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The numbers of every epoch of a training so far. Grows while the training goes on; nobody else can change it. */
public final class History {

  /**
   * The numbers of one epoch.
   *
   * @param number counted from 1
   * @param train loss and metrics over the batches as they were trained on, so with weights that changed underway
   * @param validation loss and metrics after the epoch; null without validation data
   * @param learningRate of the epoch's last step
   * @param seconds that the epoch took, with its validation
   */
  public record Epoch(
      int number,
      Evaluation train,
      @Nullable Evaluation validation,
      double learningRate,
      double seconds) {}

  private final List<Epoch> epochs = new ArrayList<>();
  private @Nullable String stopReason;

  History() {}

  void add(Epoch epoch) {
    epochs.add(epoch);
  }

  void stopped(@Nullable String reason) {
    stopReason = reason;
  }

  /** All epochs, in order. */
  public List<Epoch> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /** The number of epochs. */
  public int size() {
    return epochs.size();
  }

  /**
   * The last epoch.
   *
   * @throws IllegalStateException if there is none yet
   */
  public Epoch last() {
    if (epochs.isEmpty()) {
      throw new IllegalStateException("No epoch is over yet");
    }
    return epochs.get(epochs.size() - 1);
  }

  /** The epoch that was best in something. The first of several equal ones; NaN is never best. */
  public Epoch best(Monitor monitor) {
    Epoch best = last();
    double bestValue = Double.NaN;
    for (Epoch epoch : epochs) {
      double value = monitor.value(epoch);
      if (monitor.better(value, bestValue)) {
        best = epoch;
        bestValue = value;
      }
    }
    return best;
  }

  /** Why training stopped before its last epoch; null if it didn't. */
  public @Nullable String stopReason() {
    return stopReason;
  }

  // ---------------------------------------------------------------- columns, for plots

  /** Whether every epoch was validated, and there is one. */
  public boolean validated() {
    return !epochs.isEmpty() && epochs.stream().allMatch(e -> e.validation() != null);
  }

  /** The names of the metrics, in order. */
  public List<String> metricNames() {
    return epochs.isEmpty() ? List.of() : List.copyOf(epochs.get(0).train().metrics().keySet());
  }

  /** The training loss of each epoch. */
  public double[] loss() {
    return column(e -> e.train().loss());
  }

  /** The validation loss of each epoch; NaN where there was no validation. */
  public double[] validationLoss() {
    return column(e -> validationOf(e, Evaluation::loss));
  }

  /** A metric of each epoch, over the training batches. */
  public double[] metric(String name) {
    return column(e -> e.train().metric(name));
  }

  /** A metric of each epoch, over the validation data; NaN where there was none. */
  public double[] validationMetric(String name) {
    return column(e -> validationOf(e, v -> v.metric(name)));
  }

  /** The learning rate of each epoch's last step. */
  public double[] learningRate() {
    return column(Epoch::learningRate);
  }

  /** How long each epoch took. */
  public double[] seconds() {
    return column(Epoch::seconds);
  }

  private double[] column(ToDoubleFunction<Epoch> f) {
    return epochs.stream().mapToDouble(f).toArray();
  }

  static double validationOf(Epoch epoch, ToDoubleFunction<Evaluation> f) {
    Evaluation validation = epoch.validation();
    return validation == null ? Double.NaN : f.applyAsDouble(validation);
  }

  // ---------------------------------------------------------------- going on later

  void save(Snapshot snapshot, String prefix) {
    for (Epoch epoch : epochs) {
      Evaluation validation = epoch.validation();
      List<Double> row = new ArrayList<>(List.of(epoch.learningRate(), epoch.seconds()));
      row.add(epoch.train().loss());
      row.addAll(epoch.train().metrics().values());
      if (validation != null) {
        row.add(validation.loss());
        row.addAll(validation.metrics().values());
      }
      snapshot.put(
          prefix + "." + epoch.number(), row.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  void restore(Snapshot snapshot, String prefix, List<Metric> metrics) {
    epochs.clear();
    for (int number = 1; snapshot.has(prefix + "." + number); number++) {
      double[] row = snapshot.doubles(prefix + "." + number);
      int width = 1 + metrics.size();
      if (row.length != 2 + width && row.length != 2 + 2 * width) {
        throw new IllegalArgumentException(
            "The snapshot is of a training with other metrics than "
                + metrics.stream().map(Metric::name).toList());
      }
      Evaluation validation = row.length == 2 + width ? null : evaluation(row, 2 + width, metrics);
      epochs.add(new Epoch(number, evaluation(row, 2, metrics), validation, row[0], row[1]));
    }
  }

  private static Evaluation evaluation(double[] row, int from, List<Metric> metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      values.put(metrics.get(i).name(), row[from + 1 + i]);
    }
    return new Evaluation(row[from], values);
  }
}
