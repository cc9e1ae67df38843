package dev.kindling.train;

import dev.kindling.optim.Snapshot;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Ends training when a number of the epochs hasn't improved for a while, and gives the model the weights that it was
 * best with; those also if training reaches its last epoch.
 *
 * <p>Prechelt, "Early stopping — but when?", 1998.
 */
public final class EarlyStopping implements Callback {

  private final Monitor monitor;
  private final int patience;
  private double minImprovement;
  private boolean restoresBest = true;

  private double best = Double.NaN;
  private int bestEpoch;
  private int since;
  private @Nullable Weights bestWeights;

  private EarlyStopping(Monitor monitor, int patience) {
    if (patience < 1) {
      throw new IllegalArgumentException("patience must be at least 1, got " + patience);
    }
    this.monitor = monitor;
    this.patience = patience;
  }

  /**
   * Watches the validation loss.
   *
   * @param patience how many epochs in a row without improvement end training
   */
  public static EarlyStopping onValidationLoss(int patience) {
    return on(Monitor.validationLoss(), patience);
  }

  /**
   * Watches any number.
   *
   * @param patience how many epochs in a row without improvement end training
   */
  public static EarlyStopping on(Monitor monitor, int patience) {
    return new EarlyStopping(monitor, patience);
  }

  /** Only a change by more than this counts as improvement. Default: 0. */
  public EarlyStopping withMinImprovement(double minImprovement) {
    if (!(minImprovement >= 0)) {
      throw new IllegalArgumentException(
          "minImprovement must be at least 0, got " + minImprovement);
    }
    this.minImprovement = minImprovement;
    return this;
  }

  /** Leaves the model with its last weights. Default: the best ones come back. */
  public EarlyStopping keepingLastWeights() {
    restoresBest = false;
    return this;
  }

  /** The epoch that was best, counted from 1; 0 before the first. */
  public int bestEpoch() {
    return bestEpoch;
  }

  @Override
  public void onEpochEnd(Training training) {
    History.Epoch epoch = training.history().last();
    double value = monitor.value(epoch);
    if (Double.isNaN(value)
        && !training.hasValidation()
        && monitor.name().startsWith("validation")) {
      throw new IllegalStateException(
          "EarlyStopping watches '" + monitor.name() + "', but fit was given no validation data");
    }
    double margin = monitor.higherIsBetter() ? minImprovement : -minImprovement;
    if (monitor.better(value, best + margin)) {
      best = value;
      bestEpoch = epoch.number();
      since = 0;
      if (restoresBest) {
        if (bestWeights == null) {
          bestWeights = Weights.of(training.model());
        } else {
          bestWeights.takeFrom(training.model());
        }
      }
    } else if (++since >= patience) {
      training.stop(
          String.format(
              Locale.ROOT,
              "%s has not improved for %d epochs; best was %.4g in epoch %d",
              monitor.name(),
              since,
              best,
              bestEpoch));
    }
  }

  @Override
  public void onTrainEnd(Training training) {
    if (bestWeights != null && bestEpoch != training.history().size()) {
      bestWeights.putInto(training.model());
    }
  }

  @Override
  public void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".best", best);
    snapshot.put(prefix + ".counts", bestEpoch, since, bestWeights == null ? 0 : 1);
    if (bestWeights != null) {
      bestWeights.save(snapshot, prefix + ".weights");
    }
  }

  @Override
  public void restore(Snapshot snapshot, String prefix) {
    best = snapshot.doubles(prefix + ".best", 1)[0];
    long[] counts = snapshot.longs(prefix + ".counts", 3);
    bestEpoch = (int) counts[0];
    since = (int) counts[1];
    bestWeights = counts[2] == 0 ? null : Weights.restored(snapshot, prefix + ".weights");
  }
}
