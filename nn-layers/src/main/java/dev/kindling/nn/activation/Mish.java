package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * y = x·tanh(softplus(x)); with t = tanh(softplus(x)), f'(x) = t + x·(1 - t²)·σ(x) (Misra, "Mish: a self regularized
 * non-monotonic activation function", 2019).
 */
public final class Mish extends Activation {

  /** No settings. */
  public Mish() {
    super(Unary.MISH, 0);
  }
}
