package dev.kindling.nn.activation;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/**
 * A function of one number, applied to every element: y = f(x), dx = dy · f'(x). Takes any shape and leaves it. The
 * loops are the kernels' ({@link Unary}); {@code docs/derivations/activations.md} derives the derivatives.
 */
public abstract class Activation extends Layer {

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;

  private final Unary function;
  private final float parameter;

  /**
   * @param function what is computed
   * @param parameter the function's parameter, 0 if it has none
   */
  protected Activation(Unary function, float parameter) {
    this.function = function;
    this.parameter = parameter;
  }

  @Override
  protected final Shape build(Shape in) {
    return in;
  }

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    Tensor y = pass.buffer(this, OUTPUT, x.shape());
    pass.keep(this, INPUT, x);
    pass.keep(this, OUTPUT, y);
    return Ops.map(function, parameter, x, y);
  }

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.shape());
    return Ops.mapGradient(
        function, parameter, pass.kept(this, INPUT), pass.kept(this, OUTPUT), dy, dx);
  }

  /** The value of a setting, if it is a finite number. */
  static float finite(String kind, String setting, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          kind + ": " + setting + " must be a finite number, got " + value);
    }
    return value;
  }

  @Override
  public Config config() {
    return Config.of(getClass().getSimpleName());
  }

  @Override
  public String toString() {
    return getClass().getSimpleName();
  }
}
