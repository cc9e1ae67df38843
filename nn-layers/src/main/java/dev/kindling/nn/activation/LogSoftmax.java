package dev.kindling.nn.activation;

import dev.kindling.nd.Reduce;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/**
 * The logarithm of {@link Softmax}, along the last axis: yᵢ = xᵢ - ln Σⱼ exp(xⱼ), stable for any finite x. In front of the
 * negative log-likelihood.
 *
 * <p>Shapes: any with at least one axis, unchanged. Backward, derived in {@code docs/derivations/softmax.md}: dx = dy -
 * exp(y) · Σⱼ dyⱼ.
 */
public final class LogSoftmax extends Layer {

  private static final Kernels K = KernelProvider.get();
  private static final int OUTPUT = 0;
  private static final int INPUT_GRAD = 1;

  /** No settings. */
  public LogSoftmax() {}

  @Override
  protected Shape build(Shape in) {
    if (in.rank() == 0 || in.size() == 0) {
      throw mismatch("at least one axis, none of them empty", in, "");
    }
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    pass.keep(this, OUTPUT, y);
    return Reduce.logSoftmax(x, y);
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor y = pass.kept(this, OUTPUT);
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    int n = y.dim(-1);
    for (int at = 0; at < y.size(); at += n) {
      K.logSoftmaxGradient(
          y.data(), y.offset() + at, dy.data(), dy.offset() + at, dx.data(), dx.offset() + at, n);
    }
    return dx;
  }

  @Override
  public Config config() {
    return Config.of("LogSoftmax");
  }

  @Override
  public String toString() {
    return "LogSoftmax";
  }
}
