package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;
import dev.kindling.nn.Config;

/**
 * A smooth ReLU: y = ln(1 + exp(beta·x)) / beta, and x itself where beta·x &gt; 20; f'(x) = σ(beta·x) (Dugas, Bengio,
 * Bélisle, Nadeau, Garcia, "Incorporating second-order functional knowledge for better option pricing", 2000).
 */
public final class Softplus extends Activation {

  private final float beta;

  /** With beta 1. */
  public Softplus() {
    this(1);
  }

  /**
   * With this sharpness: the larger, the closer to ReLU.
   *
   * @throws IllegalArgumentException if it isn't above 0 and finite
   */
  public Softplus(float beta) {
    super(Unary.SOFTPLUS, beta);
    if (!(beta > 0 && beta <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("Softplus: beta must be above 0 and finite, got " + beta);
    }
    this.beta = beta;
  }

  @Override
  public Config config() {
    return super.config().with("beta", beta);
  }

  /** An equal layer from its config. */
  public static Softplus from(Config c) {
    return new Softplus(c.floatOf("beta"));
  }

  @Override
  public String toString() {
    return beta == 1 ? "Softplus" : "Softplus(" + beta + ")";
  }
}
