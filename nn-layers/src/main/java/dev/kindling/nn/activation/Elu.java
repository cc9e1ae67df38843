package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;
import dev.kindling.nn.Config;

/**
 * The exponential linear unit: y = x for x &gt; 0, else alpha·(exp(x) - 1); f'(x) = 1 for x &gt; 0, else alpha·exp(x)
 * (Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2015).
 */
public final class Elu extends Activation {

  private final float alpha;

  /** With alpha 1: the one value for which the derivative has no jump. */
  public Elu() {
    this(1);
  }

  /**
   * With this limit for x towards negative infinity, its sign changed.
   *
   * @throws IllegalArgumentException if it isn't a finite number
   */
  public Elu(float alpha) {
    super(Unary.ELU, finite("Elu", "alpha", alpha));
    this.alpha = alpha;
  }

  @Override
  public Config config() {
    return super.config().with("alpha", alpha);
  }

  /** An equal layer from its config. */
  public static Elu from(Config c) {
    return new Elu(c.floatOf("alpha"));
  }

  @Override
  public String toString() {
    return "Elu(" + alpha + ")";
  }
}
