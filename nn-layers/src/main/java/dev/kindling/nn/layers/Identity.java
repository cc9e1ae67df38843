package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/** Gives what it gets: y = x, dx = dy. A branch of a {@link dev.kindling.nn.Concat} that hands its input on. */
public final class Identity extends Layer {

  @Override
  protected Shape build(Shape in) {
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    return dy;
  }

  @Override
  public Config config() {
    return Config.of("Identity");
  }

  @Override
  public String toString() {
    return "Identity";
  }
}
