package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;
import dev.kindling.nn.Config;

/**
 * ReLU that lets a little through below 0: y = x for x &gt; 0, else slope·x; f'(x) = 1 for x &gt; 0, else slope (Maas,
 * Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013).
 */
public final class LeakyRelu extends Activation {

  private final float slope;

  /** With the slope 0.01 below 0. */
  public LeakyRelu() {
    this(0.01f);
  }

  /**
   * With this slope below 0.
   *
   * @throws IllegalArgumentException if it isn't a finite number
   */
  public LeakyRelu(float slope) {
    super(Unary.LEAKY_RELU, finite("LeakyRelu", "slope", slope));
    this.slope = slope;
  }

  @Override
  public Config config() {
    return super.config().with("slope", slope);
  }

  /** An equal layer from its config. */
  public static LeakyRelu from(Config c) {
    return new LeakyRelu(c.floatOf("slope"));
  }

  @Override
  public String toString() {
    return "LeakyRelu(" + slope + ")";
  }
}
