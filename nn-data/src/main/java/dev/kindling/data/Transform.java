package dev.kindling.data;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * A change made to one example's input, in place, that keeps its shape: an augmentation, a standardization. Transforms
 * are immutable settings and may be used from several threads at once; all chance comes from the given stream, so that
 * a result depends on nothing but the example and the stream.
 */
@FunctionalInterface
public interface Transform {

  /**
   * Changes the example.
   *
   * @param example one input without a batch axis, changed in place
   * @param rng where all random choices come from
   */
  void apply(Tensor example, Rng rng);

  /** This transform and then another one. Both draw from the same stream, one after the other. */
  default Transform then(Transform next) {
    return (example, rng) -> {
      apply(example, rng);
      next.apply(example, rng);
    };
  }
}
