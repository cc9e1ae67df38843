package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.List;

/** Layers one after the other: y = fₙ(… f₂(f₁(x))). */
public final class Sequential extends Container {

  private final List<Layer> layers;

  /** The layers in order; at least one. */
  public Sequential(Layer... layers) {
    this(List.of(layers));
  }

  /** The layers in order; at least one. */
  public Sequential(List<Layer> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("Sequential needs at least one layer");
    }
    this.layers = List.copyOf(layers);
  }

  @Override
  protected Shape build(Shape in, Build build) {
    Shape shape = in;
    for (Layer layer : layers) {
      shape = buildChild(layer, shape, build);
    }
    return shape;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = x;
    for (int i = 0; i < layers.size(); i++) {
      y = run(layers.get(i), y, pass);
    }
    return y;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor d = dy;
    for (int i = layers.size() - 1; i >= 0; i--) {
      Layer layer = layers.get(i);
      d = layer.backward(d, pass);
      if (!layer.needsInputGradient(pass)) {
        return Pass.NOTHING; // no parameter comes before this layer
      }
    }
    return d;
  }

  @Override
  public List<Layer> children() {
    return layers;
  }

  @Override
  public Config config() {
    return Config.of("Sequential").withLayers("layers", layers);
  }
}
