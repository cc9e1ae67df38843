package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * The logistic function: y = σ(x) = 1 / (1 + exp(-x)); f' = y·(1 - y). For a probability of two classes train on its input
 * instead, with the binary cross-entropy of logits: that is stable where this one saturates.
 */
public final class Sigmoid extends Activation {

  /** No settings. */
  public Sigmoid() {
    super(Unary.SIGMOID, 0);
  }
}
