package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * The hyperbolic tangent: y = tanh(x); f' = 1 - y².
 */
public final class Tanh extends Activation {

  /** No settings. */
  public Tanh() {
    super(Unary.TANH, 0);
  }
}
