package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;

/**
 * In training, sets each whole channel of an example to 0 with probability {@code rate} and divides the others by 1 - rate;
 * otherwise changes nothing (Tompson, Goroshin, Jain, LeCun, Bregler, "Efficient object localization using convolutional
 * networks", 2014). Neighbouring pixels know of each other, so dropping single ones of an image drops little.
 *
 * <p>Shapes: [channels, height, width] or [channels, time], unchanged. Backward, as in {@code docs/derivations/dropout.md}:
 * the same channels and the same factor on dy.
 */
public final class SpatialDropout extends UnitDropout {

  /**
   * Dropping this part of the channels.
   *
   * @throws IllegalArgumentException if the rate isn't in [0, 1)
   */
  public SpatialDropout(float rate) {
    super("SpatialDropout", rate);
  }

  @Override
  int unitsOf(Shape in) {
    if (in.rank() < 2 || in.size() == 0) {
      throw mismatch("[channels, height, width] or [channels, time]", in, "Is Dropout meant?");
    }
    return in.dim(0);
  }

  /** An equal layer from its config. */
  public static SpatialDropout from(Config c) {
    return new SpatialDropout(c.floatOf("rate"));
  }
}
