package dev.kindling.nn.layers;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializer;
import dev.kindling.nn.init.Initializers;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer: y = x·Wᵀ + b.
 *
 * <p>Shapes: [in] → [out], or [time, in] → [time, out] with the same weights at every step. Parameters: {@code weight}
 * [out, in], {@code bias} [out].
 *
 * <p>Backward, derived in {@code docs/derivations/dense.md}: dW = dyᵀ·x, db = the column sums of dy, dx = dy·W.
 *
 * <p>Defaults: with bias; weights by He's normal initializer, biases 0.
 */
public final class Dense extends Layer {

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;

  private final int out;
  private final boolean withBias;
  private final Initializer weightInit;
  private int in;
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;
  private float @Nullable [] prepared;

  /**
   * A layer with this many outputs.
   *
   * @throws IllegalArgumentException if {@code out} is below 1
   */
  public Dense(int out) {
    this(out, true, Initializers.heNormal());
  }

  private Dense(int out, boolean withBias, Initializer weightInit) {
    if (out < 1) {
      throw new IllegalArgumentException(
          "Dense: the number of outputs must be at least 1, got " + out);
    }
    this.out = out;
    this.withBias = withBias;
    this.weightInit = weightInit;
  }

  /** The same without a bias, for a layer in front of a normalization. */
  public Dense withoutBias() {
    return new Dense(out, false, weightInit);
  }

  /** The same with weights that begin otherwise. */
  public Dense withInit(Initializer weights) {
    return new Dense(out, withBias, weights);
  }

  @Override
  protected Shape build(Shape shape) {
    if (shape.rank() < 1 || shape.rank() > 2 || shape.size() == 0) {
      throw mismatch(
          "[features] or [time, features]", shape, shape.rank() > 2 ? "Missing Flatten?" : "");
    }
    in = shape.dim(-1);
    weight = parameter("weight", Parameter.Role.WEIGHT, Shape.of(out, in), weightInit);
    if (withBias) {
      bias = parameter("bias", Parameter.Role.BIAS, Shape.of(out), Initializers.zeros());
    }
    return shape.rank() == 1 ? Shape.of(out) : Shape.of(shape.dim(0), out);
  }

  @Override
  protected void freeze() {
    Tensor w = weight().value();
    prepared = KernelProvider.get().prepared(out, in, w.data(), w.offset());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    int rows = x.size() / in;
    float[] w = weight().value().data();
    int wOff = weight().value().offset();
    float beta = 0;
    if (bias != null) {
      Ops.fillRows(bias.value(), y);
      beta = 1;
    }
    KernelProvider.get()
        .gemm(rows, out, in, x.data(), x.offset(), w, wOff, prepared, beta, y.data(), y.offset());
    return y;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    int rows = x.size() / in;
    Tensor dw = weight().grad();
    var kernels = KernelProvider.get();
    kernels.gemm(
        true,
        false,
        out,
        in,
        rows,
        1,
        dy.data(),
        dy.offset(),
        out,
        x.data(),
        x.offset(),
        in,
        weight().gradBeta(),
        dw.data(),
        dw.offset(),
        in);
    if (bias != null) {
      Tensor db = bias.grad();
      kernels.columnSums(
          dy.data(), dy.offset(), out, rows, out, bias.gradBeta(), db.data(), db.offset());
    }
    Tensor dx = pass.buffer(this, INPUT_GRAD, x.dim(0), inputShape());
    if (needsInputGradient(pass)) {
      Tensor w = weight().value();
      kernels.gemm(
          false,
          false,
          rows,
          in,
          out,
          1,
          dy.data(),
          dy.offset(),
          out,
          w.data(),
          w.offset(),
          in,
          0,
          dx.data(),
          dx.offset(),
          in);
    }
    return dx;
  }

  private Parameter weight() {
    if (weight == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return weight;
  }

  @Override
  public Config config() {
    return Config.of("Dense").with("units", out).with("bias", withBias);
  }

  /** An equal layer from its config. */
  public static Dense from(Config c) {
    Dense d = new Dense(c.intOf("units"));
    return c.booleanOf("bias") ? d : d.withoutBias();
  }

  @Override
  public String toString() {
    return in == 0 ? "Dense(→" + out + ")" : "Dense(" + in + "→" + out + ")";
  }
}
