package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layers one after the other: y = fₙ(… f₂(f₁(x))).
 *
 * <p>A rectifier in front of a maximum pooling runs behind it, where it has a quarter of the work, and one behind a batch norm
 * of images or a {@link Residual} is done by that, while the numbers are in the cache. The result is the same to the bit, forward and backward.
 * In training, a convolution with a large output hands each image to the maximum pooling behind it while it is in the cache, and gets
 * its gradient image by image, so that neither is in memory as a whole.
 */
public final class Sequential extends Container {

  private final List<Layer> layers;

  /** The layers as they run. */
  private List<Step> running = List.of();

  /** A layer that runs, alone or joined with the next. */
  private record Step(Layer layer, @Nullable Layer next) {}

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

  private static List<Step> running(List<Layer> layers) {
    List<Layer> order = new ArrayList<>(layers);
    for (int i = 1; i < order.size(); i++) {
      if (order.get(i).picksLargest() && order.get(i - 1).keepsOrder()) {
        Collections.swap(order, i - 1, i);
      }
    }
    for (int i = order.size() - 1; i > 0; i--) {
      if (order.get(i - 1).takesOver(order.get(i))) {
        order.remove(i);
      }
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      Layer layer = order.get(i);
      boolean joined = i + 1 < order.size() && layer.joins(order.get(i + 1));
      steps.add(new Step(layer, joined ? order.get(++i) : null));
    }
    return List.copyOf(steps);
  }

  @Override
  protected Shape build(Shape in, Build build) {
    Shape shape = in;
    for (Layer layer : layers) {
      shape = buildChild(layer, shape, build);
    }
    running = running(layers);
    return shape;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = x;
    for (int i = 0; i < running.size(); i++) {
      y = run(running.get(i), y, pass);
    }
    return y;
  }

  private Tensor run(Step step, Tensor x, Pass pass) {
    if (step.next == null) {
      return run(step.layer, x, pass);
    }
    if (pass.lookingForNonFinite()) {
      return run(step.next, run(step.layer, x, pass), pass);
    }
    return step.layer.forwardWith(step.next, x, pass);
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor d = dy;
    for (int i = running.size() - 1; i >= 0; i--) {
      Step step = running.get(i);
      Layer layer = step.layer;
      d = step.next == null ? layer.backward(d, pass) : layer.backwardWith(step.next, d, pass);
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
