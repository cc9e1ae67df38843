package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * The sigmoid linear unit, also called swish: y = x·σ(x); f'(x) = σ(x)·(1 + x·(1 - σ(x))) (Elfwing, Uchibe, Doya,
 * "Sigmoid-weighted linear units", 2017; Ramachandran, Zoph, Le, "Searching for activation functions", 2017).
 */
public final class Silu extends Activation {

  /** No settings. */
  public Silu() {
    super(Unary.SILU, 0);
  }
}
