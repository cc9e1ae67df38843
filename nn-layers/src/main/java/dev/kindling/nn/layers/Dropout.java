package dev.kindling.nn.layers;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/**
 * In training, sets each element to 0 with probability {@code rate} and divides the others by 1 -
 * rate, so that the expected output is the input; otherwise changes nothing (Srivastava, Hinton,
 * Krizhevsky, Sutskever, Salakhutdinov, "Dropout: a simple way to prevent neural networks from
 * overfitting", 2014).
 *
 * <p>Shapes: any, unchanged. Backward, derived in {@code docs/derivations/dropout.md}: the same
 * mask and the same factor on dy. The mask isn't stored: a forward draws one key from {@link
 * Pass#rng}, and which elements are kept is a hash of key and position.
 */
public final class Dropout extends Layer {

  private static final int OUTPUT = 0;
  private static final int INPUT_GRAD = 1;
  private static final int KEY = 2;

  private final float rate;

  /**
   * Dropping this part of the elements.
   *
   * @throws IllegalArgumentException if the rate isn't in [0, 1)
   */
  public Dropout(float rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "Dropout: the rate must be at least 0 and below 1, got " + rate);
    }
    this.rate = rate;
  }

  @Override
  protected Shape build(Shape in) {
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    if (!dropping(pass)) {
      return x;
    }
    long key = pass.rng().nextLong();
    pass.keepLong(this, KEY, key);
    return Ops.dropout(key, 1.0 - rate, x, pass.buffer(this, OUTPUT, x.dim(0), outputShape()));
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    if (!dropping(pass)) {
      return dy;
    }
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    return Ops.dropout(pass.keptLong(this, KEY), 1.0 - rate, dy, dx);
  }

  private boolean dropping(Pass pass) {
    return pass.training() && rate > 0;
  }

  @Override
  public Config config() {
    return Config.of("Dropout").with("rate", rate);
  }

  /** An equal layer from its config. */
  public static Dropout from(Config c) {
    return new Dropout(c.floatOf("rate"));
  }

  @Override
  public String toString() {
    return "Dropout(" + rate + ")";
  }
}
