package dev.kindling.train;

import dev.kindling.nd.Tensor;

/**
 * A number for people that says how good predictions are, summed up batch by batch in double. Holds a running sum, so
 * give each trainer its own.
 */
public interface Metric {

  /** As in {@code "accuracy"}; unique among a trainer's metrics. */
  String name();

  /** Whether more is better, as for accuracy; false for errors. */
  default boolean higherIsBetter() {
    return true;
  }

  /** Forgets everything. */
  void reset();

  /**
   * Adds a batch. Allocates nothing in steady state.
   *
   * @param prediction [batch, output...], what the model gave
   * @param target [batch, target...]
   * @throws dev.kindling.nd.ShapeException if the two don't go together
   */
  void update(Tensor prediction, Tensor target);

  /** The number for all batches since {@link #reset}; NaN if there is nothing to tell yet. */
  double value();
}
