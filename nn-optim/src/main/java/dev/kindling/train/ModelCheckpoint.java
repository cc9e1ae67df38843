package dev.kindling.train;

import dev.kindling.optim.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Saves the model at the ends of epochs, always to the same file: after each one, or after each that was the best so
 * far. Saving is atomic, so the file is whole at any moment.
 *
 * @see dev.kindling.nn.Model#save
 */
public final class ModelCheckpoint implements Callback {

  private final Path file;
  private final @Nullable Monitor monitor;
  private double best = Double.NaN;

  private ModelCheckpoint(Path file, @Nullable Monitor monitor) {
    this.file = file;
    this.monitor = monitor;
  }

  /** After each epoch. */
  public static ModelCheckpoint last(Path file) {
    return new ModelCheckpoint(file, null);
  }

  /** After each epoch that was better than all before. */
  public static ModelCheckpoint best(Path file, Monitor monitor) {
    return new ModelCheckpoint(file, monitor);
  }

  /**
   * Saves.
   *
   * @throws UncheckedIOException if the file can't be written
   */
  @Override
  public void onEpochEnd(Training training) {
    if (monitor != null) {
      double value = monitor.value(training.history().last());
      if (!monitor.better(value, best)) {
        return;
      }
      best = value;
    }
    try {
      training.model().save(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".best", best);
  }

  @Override
  public void restore(Snapshot snapshot, String prefix) {
    best = snapshot.doubles(prefix + ".best", 1)[0];
  }
}
