package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/**
 * Makes one long vector of each example, in row-major order, without copying.
 *
 * <p>Shapes: any → [number of elements].
 */
public final class Flatten extends Layer {

  private static final int OUTPUT = 0;
  private static final int INPUT_GRAD = 1;

  @Override
  protected Shape build(Shape in) {
    return Shape.of(in.size());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return pass.reshaped(this, OUTPUT, x, outputShape());
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    return pass.reshaped(this, INPUT_GRAD, dy, inputShape());
  }

  @Override
  public Config config() {
    return Config.of("Flatten");
  }
}
