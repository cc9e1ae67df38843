package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;

/**
 * The logistic function in three straight pieces: y = 0 for x ≤ -3, 1 for x ≥ 3, x/6 + 1/2 between; f' = 1/6 between and 0
 * elsewhere (Courbariaux, Bengio, David, "BinaryConnect", 2015; these slopes are those of MobileNetV3, 2019).
 */
public final class HardSigmoid extends Activation {

  /** No settings. */
  public HardSigmoid() {
    super(Unary.HARD_SIGMOID, 0);
  }
}
