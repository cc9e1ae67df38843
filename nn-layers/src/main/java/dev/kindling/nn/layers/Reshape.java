package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;
import java.util.Arrays;

/**
 * Gives each example another shape with as many elements, in row-major order, without copying.
 *
 * <p>Shapes: any → the given one. One axis may be -1: it becomes what is left.
 */
public final class Reshape extends Layer {

  private static final int OUTPUT = 0;
  private static final int INPUT_GRAD = 1;

  private final int[] dims;

  /**
   * To this shape of one example, without the batch axis.
   *
   * @throws IllegalArgumentException if an axis is below 1 and isn't the only -1
   */
  public Reshape(int... dims) {
    int open = 0;
    for (int dim : dims) {
      open += dim == -1 ? 1 : 0;
      if (dim < -1 || dim == 0 || open > 1) {
        throw new IllegalArgumentException(
            "Reshape: every axis must be at least 1, or -1 once for what is left, got "
                + Arrays.toString(dims));
      }
    }
    this.dims = dims.clone();
  }

  @Override
  protected Shape build(Shape in) {
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1) {
        open = i;
      } else {
        known *= dims[i];
      }
    }
    if (in.size() == 0 || (open < 0 ? in.size() != known : in.size() % known != 0)) {
      throw mismatch(
          (open < 0 ? "" : "a multiple of ") + known + " elements",
          in,
          "That has " + in.size() + " elements");
    }
    int[] full = dims.clone();
    if (open >= 0) {
      full[open] = (int) (in.size() / known);
    }
    return Shape.of(full);
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
    return Config.of("Reshape").with("shape", Arrays.stream(dims).boxed().toList());
  }

  /** An equal layer from its config. */
  public static Reshape from(Config c) {
    return new Reshape(c.intsOf("shape"));
  }

  @Override
  public String toString() {
    return "Reshape(→" + Arrays.toString(dims) + ")";
  }
}
