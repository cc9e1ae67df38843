package dev.kindling.train;

import dev.kindling.optim.Snapshot;

/**
 * What watches a training: a progress bar, early stopping, a logger. Called in the training thread, in the order in
 * which the callbacks were given. {@link Training} says where things stand; it is one object that changes, so keep
 * numbers and not the object.
 */
public interface Callback {

  /** Once, before the first epoch. */
  default void onTrainBegin(Training training) {}

  /** Before each epoch. */
  default void onEpochBegin(Training training) {}

  /** After each batch; called often, so it should be quick. */
  default void onBatchEnd(Training training) {}

  /**
   * After each epoch and its validation; {@code training.history().last()} has the numbers. The model holds the weights
   * that were validated: the averaged ones, where weights are averaged.
   */
  default void onEpochEnd(Training training) {}

  /** Once, after the last epoch, also if training was stopped early; not if it failed. */
  default void onTrainEnd(Training training) {}

  /**
   * Puts what has to survive an interruption into a snapshot. Default: nothing.
   *
   * @param prefix begins every name
   */
  default void save(Snapshot snapshot, String prefix) {}

  /** Takes back what {@link #save} put in. */
  default void restore(Snapshot snapshot, String prefix) {}
}
