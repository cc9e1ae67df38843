package dev.kindling.nn.init;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * How a parameter's first values are drawn. Those of {@link Initializers} take the fan-in and the fan-out from the
 * shape, in PyTorch's convention: for [out, in, k...], {@code in · k...} and {@code out · k...}.
 */
@FunctionalInterface
public interface Initializer {

  /** Fills a parameter. */
  void fill(Tensor parameter, Rng rng);
}
