package dev.kindling.nn;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Branches side by side, which all see the same input and whose outputs are joined along the first axis, the channels: y =
 * [f₁(x), f₂(x), …] (Szegedy and others, "Going deeper with convolutions", 2014). With {@link
 * dev.kindling.nn.layers.Identity} as a branch the input itself is part of the output, as in a U-Net or a DenseNet.
 *
 * <p>Shapes: input as the branches take it; their outputs may differ in the first axis only.
 *
 * <p>Backward: each branch gets its part of dy; dx is the sum of what they return.
 */
public final class Concat extends Container {

  private static final int OUT = 0;
  private static final int GRAD = 1;
  private static final int PARTS = 2; // and on, one for each branch

  private final List<Layer> branches;
  private final int[] starts;

  /** These branches, each one layer or a {@link Sequential}; at least one. */
  public Concat(Layer... branches) {
    this(List.of(branches));
  }

  /** These branches, each one layer or a {@link Sequential}; at least one. */
  public Concat(List<Layer> branches) {
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("Concat needs at least one branch");
    }
    this.branches = List.copyOf(branches);
    this.starts = new int[branches.size()];
  }

  @Override
  protected Shape build(Shape in, Build build) {
    List<Shape> shapes = new ArrayList<>();
    for (Layer branch : branches) {
      shapes.add(buildChild(branch, in, build));
    }
    Shape out = Slices.joined(shapes);
    if (out == null) {
      throw misfit("the branches give " + shapes + "; all axes but the first must be equal");
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + shapes.get(i - 1).size();
    }
    return out;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = pass.buffer(this, OUT, x.dim(0), outputShape());
    for (int i = 0; i < branches.size(); i++) {
      Slices.put(run(branches.get(i), x, pass), y, starts[i]);
    }
    return y;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    boolean needed = needsInputGradient(pass);
    Tensor dx = needed ? pass.buffer(this, GRAD, dy.dim(0), inputShape()) : Pass.NOTHING;
    for (int i = 0; i < branches.size(); i++) {
      Layer branch = branches.get(i);
      Tensor part = pass.buffer(this, PARTS + i, dy.dim(0), branch.outputShape());
      Tensor d = branch.backward(Slices.take(dy, starts[i], part), pass);
      if (needed && i == 0) {
        dx.copyFrom(d);
      } else if (needed) {
        Ops.add(dx, d, dx);
      }
    }
    return dx;
  }

  @Override
  public List<Layer> children() {
    return branches;
  }

  @Override
  public Config config() {
    return Config.of("Concat").withLayers("branches", branches);
  }
}
