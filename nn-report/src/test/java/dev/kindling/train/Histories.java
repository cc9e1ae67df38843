package dev.kindling.train;

import org.jspecify.annotations.Nullable;

/** Makes histories that no training made; only {@code dev.kindling.train} can. */
public final class Histories {

  private Histories() {}

  /** A history of these epochs. */
  public static History of(@Nullable String stopReason, History.Epoch... epochs) {
    History history = new History();
    for (History.Epoch epoch : epochs) {
      history.add(epoch);
    }
    history.stopped(stopReason);
    return history;
  }
}
