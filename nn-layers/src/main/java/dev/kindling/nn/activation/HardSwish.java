package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * Swish with {@link HardSigmoid} in the place of the logistic function: y = x·hardSigmoid(x); f'(x) = 0 for x ≤ -3, 1 for x ≥
 * 3, x/3 + 1/2 between (Howard et al., "Searching for MobileNetV3", 2019).
 */
public final class HardSwish extends Activation {

  /** No settings. */
  public HardSwish() {
    super(Unary.HARD_SWISH, 0);
  }
}
