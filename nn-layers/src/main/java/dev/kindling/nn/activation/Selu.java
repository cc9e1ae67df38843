package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * The scaled exponential linear unit: y = s·x for x &gt; 0, else s·a·(exp(x) - 1), with the constants s = 1.0507… and a =
 * 1.6733… that pull means towards 0 and variances towards 1 (Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing
 * neural networks", 2017). Begin the weights with {@link dev.kindling.nn.init.Initializers#lecunNormal}.
 */
public final class Selu extends Activation {

  /** No settings. */
  public Selu() {
    super(Unary.SELU, 0);
  }
}
