package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Build;
import dev.kindling.nn.Config;
import dev.kindling.nn.Container;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Sigmoid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weighs the channels of an image by what is in all of it (Hu, Shen, Albanie, Sun, Wu, "Squeeze-and-excitation networks",
 * 2017): y[c] = s[c]·x[c] with s = sigmoid(W₂·relu(W₁·a + b₁) + b₂), where a[c] is the average of channel c.
 *
 * <p>Shapes: [channels, height, width] or [channels, time], unchanged. Parameters: those of the two {@link Dense} layers inside,
 * {@code gate.dense1} with channels / reduction outputs and {@code gate.dense2} with as many as channels.
 *
 * <p>Backward: ds[c] = Σ dy[c]·x[c] goes back through the gate; dx = s·dy + gateᵀ(ds).
 */
public final class SqueezeExcitation extends Container {

  private static final Kernels K = KernelProvider.get();

  /** Elements that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 14;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int FACTORS = 3;
  private static final int FACTORS_GRAD = 4;

  private final int reduction;
  private @Nullable Layer gate;
  private int space;

  /**
   * With this many times fewer numbers between the two dense layers than there are channels; the paper takes 16.
   *
   * @throws IllegalArgumentException if reduction is below 1
   */
  public SqueezeExcitation(int reduction) {
    if (reduction < 1) {
      throw new IllegalArgumentException(
          "SqueezeExcitation: reduction must be at least 1, got " + reduction);
    }
    this.reduction = reduction;
  }

  @Override
  protected Shape build(Shape in, Build build) {
    if (in.rank() < 2 || in.size() == 0) {
      throw mismatch("[channels, height, width] or [channels, time]", in, "");
    }
    int channels = in.dim(0);
    if (channels < reduction) {
      throw mismatch("at least " + reduction + " channels", in, "Reduce by less");
    }
    space = in.size() / channels;
    Layer made =
        new Sequential(
                new GlobalAvgPool(),
                new Dense(channels / reduction),
                new Relu(),
                new Dense(channels),
                new Sigmoid())
            .named("gate");
    gate = made;
    buildChild(made, in, build);
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor s = run(gate(), x, pass);
    pass.keep(this, FACTORS, s);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    if (serial(x)) {
      scale(s, x, y, 0, s.size());
    } else {
      int step = planesInChunk();
      Parallel.run(
          (s.size() + step - 1) / step,
          i -> scale(s, x, y, i * step, Math.min(s.size(), (i + 1) * step)));
    }
    return y;
  }

  private void scale(Tensor s, Tensor x, Tensor y, int from, int to) {
    for (int p = from; p < to; p++) {
      int at = p * space;
      float factor = s.data()[s.offset() + p];
      K.affine(factor, 0, x.data(), x.offset() + at, y.data(), y.offset() + at, space);
    }
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    Tensor s = pass.kept(this, FACTORS);
    Tensor ds = pass.buffer(this, FACTORS_GRAD, x.dim(0), gate().outputShape());
    int planes = s.size();
    int step = planesInChunk();
    int chunks = (planes + step - 1) / step;
    if (serial(x)) {
      dots(dy, x, ds, 0, planes);
    } else {
      Parallel.run(chunks, i -> dots(dy, x, ds, i * step, Math.min(planes, (i + 1) * step)));
    }
    Tensor through = gate().backward(ds, pass);
    if (!needsInputGradient(pass)) {
      return through;
    }
    Tensor dx = pass.buffer(this, INPUT_GRAD, x.dim(0), inputShape());
    if (serial(x)) {
      join(s, dy, through, dx, 0, planes);
    } else {
      Parallel.run(
          chunks, i -> join(s, dy, through, dx, i * step, Math.min(planes, (i + 1) * step)));
    }
    return dx;
  }

  private void dots(Tensor dy, Tensor x, Tensor ds, int from, int to) {
    for (int p = from; p < to; p++) {
      int at = p * space;
      ds.data()[ds.offset() + p] =
          (float) K.dot(dy.data(), dy.offset() + at, x.data(), x.offset() + at, space);
    }
  }

  private void join(Tensor s, Tensor dy, Tensor through, Tensor dx, int from, int to) {
    for (int p = from; p < to; p++) {
      int at = p * space;
      K.combine(
          s.data()[s.offset() + p],
          dy.data(),
          dy.offset() + at,
          1,
          through.data(),
          through.offset() + at,
          0,
          dx.data(),
          dx.offset() + at,
          space);
    }
  }

  private static boolean serial(Tensor x) {
    return x.size() < 2 * CHUNK || !Parallel.available();
  }

  /** Decided by the sizes alone; a plane's result doesn't depend on it either. */
  private int planesInChunk() {
    return Math.max(1, CHUNK / space);
  }

  private Layer gate() {
    if (gate == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return gate;
  }

  @Override
  public List<Layer> children() {
    return gate == null ? List.of() : List.of(gate);
  }

  @Override
  public Config config() {
    return Config.of("SqueezeExcitation").with("reduction", reduction);
  }

  /** An equal layer from its config. */
  public static SqueezeExcitation from(Config c) {
    return new SqueezeExcitation(c.intOf("reduction"));
  }
}
