package dev.kindling.data;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * A change made to a whole mini-batch, in place, that keeps its shapes: mixing examples with each other. Immutable and
 * usable from several threads at once; all chance comes from the given stream.
 */
@FunctionalInterface
public interface BatchTransform {

  /**
   * Changes the batch.
   *
   * @param x the inputs, {@code [n, inputShape...]}
   * @param y the targets, {@code [n, targetShape...]}
   * @param rng where all random choices come from
   */
  void apply(Tensor x, Tensor y, Rng rng);
}
