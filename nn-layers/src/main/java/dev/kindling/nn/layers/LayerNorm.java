package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Normalization of each example by itself: y = γ·x̂ + β with x̂ = (x - mean) / √(variance + epsilon), where mean and variance
 * (the biased one) are taken over the last axes (Ba, Kiros, Hinton, "Layer normalization", 2016). The same in training and
 * in use.
 *
 * <p>Shapes: any, unchanged; with the last axis as default, [features] has one mean, and [time, features] one at each step.
 * Parameters {@code weight} (γ, 1 at first) and {@code bias} (β, 0 at first), of the shape of the normalized axes.
 *
 * <p>Backward, derived in {@code docs/derivations/layer-norm.md}, with g = dy·γ and averages over the normalized axes: dβ = Σ
 * dy and dγ = Σ dy·x̂ over all others, dx = (g - average(g) - x̂·average(g·x̂)) / √(variance + epsilon).
 *
 * <p>Defaults: the last axis, epsilon 1e-5, with γ and β.
 */
public final class LayerNorm extends Layer {

  private static final Kernels K = KernelProvider.get();

  /** Elements that one parallel chunk has about. */
  private static final int CHUNK = 1 << 14;

  /** One number; a constant, since the varargs of {@code Shape.of()} are a new array in each step. */
  private static final Shape NUMBER = Shape.of();

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int MEAN = 3;
  private static final int INVERSE = 4;
  private static final int SUMS = 5;

  private final int axes;
  private final float epsilon;
  private final boolean affine;
  private int size;
  private int rows; // in one example
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;
  private @Nullable Tensor ones;
  private @Nullable Tensor zeros;

  /** Over the last axis. */
  public LayerNorm() {
    this(1, 1e-5f, true);
  }

  /**
   * Over this many last axes.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public static LayerNorm overLast(int axes) {
    return new LayerNorm(axes, 1e-5f, true);
  }

  private LayerNorm(int axes, float epsilon, boolean affine) {
    if (axes < 1) {
      throw new IllegalArgumentException(
          "LayerNorm: the number of axes must be at least 1, got " + axes);
    }
    if (!(epsilon > 0 && epsilon <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "LayerNorm: epsilon must be above 0 and finite, got " + epsilon);
    }
    this.axes = axes;
    this.epsilon = epsilon;
    this.affine = affine;
  }

  /**
   * The same with another number added to the variance.
   *
   * @throws IllegalArgumentException if it isn't above 0 and finite
   */
  public LayerNorm withEpsilon(float epsilon) {
    return new LayerNorm(axes, epsilon, affine);
  }

  /** The same without γ and β. */
  public LayerNorm withoutAffine() {
    return new LayerNorm(axes, epsilon, false);
  }

  @Override
  protected Shape build(Shape in) {
    if (in.rank() < axes || in.size() == 0) {
      throw mismatch("at least " + axes + (axes == 1 ? " axis" : " axes"), in, "");
    }
    int[] dims = in.dims();
    Shape normalized = Shape.of(Arrays.copyOfRange(dims, dims.length - axes, dims.length));
    size = normalized.size();
    rows = in.size() / size;
    if (affine) {
      weight = parameter("weight", Parameter.Role.NORM, normalized, Initializers.constant(1));
      bias = parameter("bias", Parameter.Role.NORM, normalized, Initializers.zeros());
    } else {
      ones = Tensor.zeros(normalized).fill(1);
      zeros = Tensor.zeros(normalized);
    }
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    int n = x.dim(0) * rows;
    float[] mean = pass.buffer(this, MEAN, n, NUMBER).data();
    float[] inverse = pass.buffer(this, INVERSE, n, NUMBER).data();
    if (serial(x)) {
      forward(x, y, mean, inverse, 0, n);
    } else {
      int step = rowsInChunk();
      Parallel.run(
          (n + step - 1) / step,
          c -> forward(x, y, mean, inverse, c * step, Math.min(n, (c + 1) * step)));
    }
    return y;
  }

  private void forward(Tensor x, Tensor y, float[] means, float[] inverses, int from, int to) {
    Tensor gamma = gamma();
    Tensor beta = beta();
    for (int i = from; i < to; i++) {
      int at = x.offset() + i * size;
      double mean = K.sum(x.data(), at, size) / size;
      float center = (float) mean;
      double rest = mean - center;
      double variance = K.sumOfSquares(x.data(), at, center, size) / size - rest * rest;
      means[i] = center;
      inverses[i] = (float) (1 / Math.sqrt(Math.max(0, variance) + epsilon));
      K.normalize(
          x.data(),
          at,
          center,
          inverses[i],
          gamma.data(),
          gamma.offset(),
          beta.data(),
          beta.offset(),
          y.data(),
          y.offset() + i * size,
          size);
    }
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    int n = x.dim(0) * rows;
    float[] mean = pass.buffer(this, MEAN, n, NUMBER).data();
    float[] inverse = pass.buffer(this, INVERSE, n, NUMBER).data();
    // Each chunk of rows sums dγ and dβ into a row of its own: [chunks, dγ and dβ].
    int step = rowsInChunk();
    int chunks = (n + step - 1) / step;
    float[] sums = pass.buffer(this, SUMS, chunks * 2 * size, NUMBER).data();
    if (serial(x)) {
      for (int c = 0; c < chunks; c++) {
        backward(x, dy, dx, mean, inverse, sums, c, n);
      }
    } else {
      Parallel.run(chunks, c -> backward(x, dy, dx, mean, inverse, sums, c, n));
    }
    if (weight != null && bias != null) {
      Tensor dGamma = weight.grad();
      Tensor dBeta = bias.grad();
      K.columnSums(
          sums, 0, 2 * size, chunks, size, weight.gradBeta(), dGamma.data(), dGamma.offset());
      K.columnSums(
          sums, size, 2 * size, chunks, size, bias.gradBeta(), dBeta.data(), dBeta.offset());
    }
    return dx;
  }

  private void backward(
      Tensor x,
      Tensor dy,
      Tensor dx,
      float[] means,
      float[] inverses,
      float[] sums,
      int chunk,
      int n) {
    int dGamma = chunk * 2 * size;
    int dBeta = dGamma + size;
    Arrays.fill(sums, dGamma, dBeta + size, 0);
    Tensor gamma = gamma();
    int step = rowsInChunk();
    for (int i = chunk * step; i < Math.min(n, (chunk + 1) * step); i++) {
      int at = i * size;
      K.normalizeGradient(
          x.data(),
          x.offset() + at,
          means[i],
          inverses[i],
          gamma.data(),
          gamma.offset(),
          dy.data(),
          dy.offset() + at,
          sums,
          dGamma,
          sums,
          dBeta,
          dx.data(),
          dx.offset() + at,
          size);
    }
  }

  /** At least 16, so that the sums of the chunks are small beside the batch; decided by the sizes alone. */
  private int rowsInChunk() {
    return Math.max(16, CHUNK / size);
  }

  private static boolean serial(Tensor x) {
    return x.size() < 2 * CHUNK || !Parallel.available();
  }

  private Tensor gamma() {
    return weight != null ? weight.value() : made(ones);
  }

  private Tensor beta() {
    return bias != null ? bias.value() : made(zeros);
  }

  private Tensor made(@Nullable Tensor t) {
    if (t == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return t;
  }

  @Override
  public Config config() {
    return Config.of("LayerNorm")
        .with("axes", axes)
        .with("epsilon", epsilon)
        .with("affine", affine);
  }

  /** An equal layer from its config. */
  public static LayerNorm from(Config c) {
    return new LayerNorm(c.intOf("axes"), c.floatOf("epsilon"), c.booleanOf("affine"));
  }

  @Override
  public String toString() {
    return size == 0 ? "LayerNorm" : "LayerNorm(" + size + ")";
  }
}
