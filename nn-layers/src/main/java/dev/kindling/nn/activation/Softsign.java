package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * y = x / (1 + |x|); f'(x) = 1 / (1 + |x|)² (Bergstra, Desjardins, Lamblin, Bengio, "Quadratic polynomials learn better
 * image features", 2009).
 */
public final class Softsign extends Activation {

  /** No settings. */
  public Softsign() {
    super(Unary.SOFTSIGN, 0);
  }
}
