package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * The rectified linear unit: y = max(x, 0); f'(x) = 1 for x &gt; 0, else 0 (Nair and Hinton, "Rectified linear units
 * improve restricted Boltzmann machines", 2010).
 */
public final class Relu extends Activation {

  /** No settings. */
  public Relu() {
    super(Unary.RELU, 0);
  }

  @Override
  protected boolean keepsOrder() {
    return true;
  }

  @Override
  public boolean rectifies() {
    return true;
  }
}
