package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * Stochastic depth: in training, sets a whole example to 0 with probability {@code rate} and divides the others by 1 - rate;
 * otherwise changes nothing (Huang, Sun, Liu, Sedra, Weinberger, "Deep networks with stochastic depth", 2016). It is the last
 * layer in the body of a {@link dev.kindling.nn.Residual}, which then does nothing to the examples that are dropped.
 *
 * <p>Shapes: any, unchanged. Backward, as in {@code docs/derivations/dropout.md}: the same examples and the same factor on dy.
 */
public final class DropPath extends UnitDropout {

  /**
   * Dropping this part of the examples.
   *
   * @throws IllegalArgumentException if the rate isn't in [0, 1)
   */
  public DropPath(float rate) {
    super("DropPath", rate);
  }

  @Override
  int unitsOf(Shape in) {
    if (in.size() == 0) {
      throw mismatch("an example with elements", in, "");
    }
    return 1;
  }

  /** An equal layer from its config. */
  public static DropPath from(Config c) {
    return new DropPath(c.floatOf("rate"));
  }
}
