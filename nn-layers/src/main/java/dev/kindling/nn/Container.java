package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;

/** A layer made of layers. */
public abstract class Container extends Layer {

  /**
   * Builds the children, each with {@link #buildChild}.
   *
   * @param in the shape of one example
   * @param build to hand on
   */
  protected abstract Shape build(Shape in, Build build);

  @Override
  protected final Shape build(Shape in) {
    throw new IllegalStateException("A container is built through build(Shape, Build)");
  }

  /** Builds one child. */
  protected final Shape buildChild(Layer child, Shape in, Build build) {
    return child.build(in, build, build.placeInside(this));
  }

  /** Runs one child, and looks for numbers that aren't finite if the pass was told to. */
  protected final Tensor run(Layer child, Tensor x, Pass pass) {
    Tensor y = child.forward(x, pass);
    if (pass.lookingForNonFinite()) {
      pass.inspect(child, y);
    }
    return y;
  }
}
