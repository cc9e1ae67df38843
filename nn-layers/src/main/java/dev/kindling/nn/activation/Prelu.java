package dev.kindling.nn.activation;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * ReLU with a learned slope below 0: y = max(x, 0) + a·min(x, 0) (He, Zhang, Ren, Sun, "Delving
 * deep into rectifiers", 2015).
 *
 * <p>Shapes: any, unchanged. Parameter {@code weight}: [1], one slope for all, or [channels], one
 * for each place on the first axis of an example: each feature of [features], each channel of
 * [channels, height, width].
 *
 * <p>Backward, derived in {@code docs/derivations/activations.md}: dx = dy for x &gt; 0, else a·dy;
 * da = Σ dy·min(x, 0).
 *
 * <p>Defaults: one slope, 0.25 at first. The slope counts as a bias: decaying it would make it a
 * plain ReLU.
 */
public final class Prelu extends Layer {

  private static final Kernels K = KernelProvider.get();
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int SLOPES = 3;
  private static final int WORK = 4;

  private final boolean perChannel;
  private final float initial;
  private @Nullable Parameter weight;

  /** One slope for all elements, 0.25 at first. */
  public Prelu() {
    this(false, 0.25f);
  }

  private Prelu(boolean perChannel, float initial) {
    this.perChannel = perChannel;
    this.initial = Activation.finite("Prelu", "the initial slope", initial);
  }

  /** A slope for each place on an example's first axis. */
  public static Prelu perChannel() {
    return new Prelu(true, 0.25f);
  }

  /** The same with slopes that begin at another value. */
  public Prelu withInitial(float slope) {
    return new Prelu(perChannel, slope);
  }

  @Override
  protected Shape build(Shape in) {
    if (in.size() == 0 || (perChannel && in.rank() == 0)) {
      throw mismatch("[channels, …]", in, "");
    }
    int slopes = perChannel ? in.dim(0) : 1;
    weight =
        parameter("weight", Parameter.Role.BIAS, Shape.of(slopes), Initializers.constant(initial));
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    float[] slopes = slopes(pass);
    int n = inputShape().size();
    float[] low = pass.buffer(this, WORK, inputShape()).data();
    for (int at = 0; at < x.size(); at += n) {
      int to = y.offset() + at;
      K.map(Unary.RELU, 0, x.data(), x.offset() + at, y.data(), to, n);
      K.clamp(Float.NEGATIVE_INFINITY, 0, x.data(), x.offset() + at, low, 0, n);
      K.mulAdd(slopes, 0, low, 0, y.data(), to, y.data(), to, n);
    }
    return y;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    float[] slopes = slopes(pass);
    int n = inputShape().size();
    float[] work = pass.buffer(this, WORK, inputShape()).data();
    K.clamp(Float.NEGATIVE_INFINITY, 0, x.data(), x.offset(), dx.data(), dx.offset(), x.size());
    addSlopeGradient(dy, dx);
    for (int at = 0; at < x.size(); at += n) {
      int from = x.offset() + at;
      int up = dy.offset() + at;
      int to = dx.offset() + at;
      K.map(Unary.RELU, 0, x.data(), from, work, 0, n);
      // dy where x > 0
      K.mapGradient(Unary.RELU, 0, x.data(), from, work, 0, dy.data(), up, dx.data(), to, n);
      K.sub(dy.data(), up, dx.data(), to, work, 0, n); // dy elsewhere
      K.mulAdd(slopes, 0, work, 0, dx.data(), to, dx.data(), to, n);
    }
    return dx;
  }

  /** da = Σ dy·min(x, 0) over all elements that share the slope. */
  private void addSlopeGradient(Tensor dy, Tensor low) {
    Tensor grad = weight().grad();
    float beta = weight().gradBeta();
    int n = inputShape().size();
    int span = n / grad.size();
    float[] d = dy.data();
    if (span == 1) {
      K.columnDots(
          d,
          dy.offset(),
          n,
          low.data(),
          low.offset(),
          n,
          dy.dim(0),
          n,
          beta,
          grad.data(),
          grad.offset());
      return;
    }
    for (int c = 0; c < grad.size(); c++) {
      double sum = 0;
      for (int at = c * span; at < dy.size(); at += n) {
        sum += K.dot(d, dy.offset() + at, low.data(), low.offset() + at, span);
      }
      int at = grad.offset() + c;
      grad.data()[at] = (float) (beta == 0 ? sum : beta * grad.data()[at] + sum);
    }
  }

  /** The slopes spread over an example, so that one loop serves features, channels and a single one. */
  private float[] slopes(Pass pass) {
    Tensor a = weight().value();
    Tensor spread = pass.buffer(this, SLOPES, inputShape());
    int span = spread.size() / a.size();
    for (int c = 0; c < a.size(); c++) {
      Arrays.fill(spread.data(), c * span, (c + 1) * span, a.data()[a.offset() + c]);
    }
    return spread.data();
  }

  private Parameter weight() {
    if (weight == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return weight;
  }

  @Override
  public Config config() {
    return Config.of("Prelu").with("perChannel", perChannel);
  }

  /** An equal layer from its config. */
  public static Prelu from(Config c) {
    return new Prelu(c.booleanOf("perChannel"), 0.25f);
  }

  @Override
  public String toString() {
    return perChannel ? "Prelu(per channel)" : "Prelu";
  }
}
