package dev.kindling.nn.activation;

import dev.kindling.nd.Unary;
import dev.kindling.nn.Config;

/**
 * The Gaussian error linear unit: y = x·Φ(x), where Φ(x) = (1 + erf(x/√2)) / 2 is the normal distribution function; f'(x) =
 * Φ(x) + x·φ(x), with the normal density φ. The tanh form is y = x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2, within 0.0005
 * of it, and what GPT-2's weights were trained with (Hendrycks, Gimpel, "Gaussian error linear units", 2016).
 */
public final class Gelu extends Activation {

  private final boolean tanh;

  /** The exact form. */
  public Gelu() {
    this(false);
  }

  private Gelu(boolean tanh) {
    super(tanh ? Unary.GELU_TANH : Unary.GELU, 0);
    this.tanh = tanh;
  }

  /** The tanh form. */
  public static Gelu tanh() {
    return new Gelu(true);
  }

  @Override
  public Config config() {
    return super.config().with("approximate", tanh ? "tanh" : "none");
  }

  /** An equal layer from its config. */
  public static Gelu from(Config c) {
    String form = c.stringOf("approximate");
    if (!form.equals("tanh") && !form.equals("none")) {
      throw new IllegalArgumentException(
          "Gelu: approximate must be 'none' or 'tanh', got '" + form + "'");
    }
    return new Gelu(form.equals("tanh"));
  }

  @Override
  public String toString() {
    return tanh ? "Gelu(tanh)" : "Gelu";
  }
}
