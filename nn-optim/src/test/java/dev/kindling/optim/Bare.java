package dev.kindling.optim;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializers;

/** Parameters without a function: one of each role, whose values and gradients tests set by hand. */
final class Bare extends Layer {

  private final int weights;
  private final int biases;
  private final int norms;

  private Bare(int weights, int biases, int norms) {
    this.weights = weights;
    this.biases = biases;
    this.norms = norms;
  }

  static Model model(int weights, int biases, int norms) {
    return Model.of(Shape.of(1), 1, new Bare(weights, biases, norms));
  }

  /** Sets all gradients as a backward pass would. */
  static void gradients(Model model, float[] grads) {
    model.parameters().clearGradients();
    model.parameters().list().forEach(Parameter::gradBeta);
    System.arraycopy(grads, 0, model.parameters().grads(), 0, grads.length);
  }

  @Override
  protected Shape build(Shape in) {
    parameter("weight", Parameter.Role.WEIGHT, Shape.of(1, weights), Initializers.zeros());
    parameter("bias", Parameter.Role.BIAS, Shape.of(biases), Initializers.zeros());
    parameter("scale", Parameter.Role.NORM, Shape.of(norms), Initializers.zeros());
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
    return Config.of("Bare");
  }
}
