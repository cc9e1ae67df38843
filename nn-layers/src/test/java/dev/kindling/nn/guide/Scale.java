package dev.kindling.nn.guide;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializers;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies each feature by a learned number: y = a·x.
 *
 * <p>Shapes: [features], unchanged. Parameter {@code weight} (a): [features], 1 at first.
 *
 * <p>Backward: dx = a·dy, da = Σ x·dy over the batch.
 */
final class Scale extends Layer {

  private static final Kernels K = KernelProvider.get();
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;

  private @Nullable Parameter weight;

  @Override
  protected Shape build(Shape in) {
    if (in.rank() != 1) {
      throw mismatch("[features]", in, "Missing Flatten?");
    }
    weight = parameter("weight", Parameter.Role.WEIGHT, in, Initializers.constant(1));
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    return Ops.mul(x, weight().value(), y);
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    Tensor da = weight().grad();
    int rows = x.dim(0);
    int cols = da.size();
    K.columnDots(
        x.data(),
        x.offset(),
        cols,
        dy.data(),
        dy.offset(),
        cols,
        rows,
        cols,
        weight().gradBeta(),
        da.data(),
        da.offset());
    Tensor dx = pass.buffer(this, INPUT_GRAD, rows, inputShape());
    return Ops.mul(dy, weight().value(), dx);
  }

  @Override
  public Config config() {
    return Config.of("Scale");
  }

  private Parameter weight() {
    if (weight == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return weight;
  }
}
