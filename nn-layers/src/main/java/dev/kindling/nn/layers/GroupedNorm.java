package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializers;
import org.jspecify.annotations.Nullable;

/**
 * Normalization of each example by itself, a group of channels at a time: y = γ·x̂ + β with x̂ = (x - mean) / √(variance +
 * epsilon), where mean and variance (the biased one) are the group's and γ, β the channel's.
 *
 * <p>Backward, derived in {@code docs/derivations/group-norm.md}.
 */
abstract class GroupedNorm extends Layer {

  private static final Kernels K = KernelProvider.get();

  /** Elements that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 14;

  /** Deviations from 0 up to which a mean is {@link #near}. */
  private static final double NEAR = 4;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int STATISTICS = 3;
  private static final int SUMS = 4;

  // Rows of the [3, groups] of numbers kept for each example. The mean is a float and the rest that
  // it lacks, so that
  // subtracting a large mean costs no digits of what is left.
  private static final int NEG_MEAN = 0;
  private static final int NEG_REST = 1; // times INVERSE
  private static final int INVERSE = 2; // 1 / √(variance + epsilon)

  private final float epsilon;
  private final boolean affine;
  private int channels;
  private int groups;
  private int space;
  private @Nullable Shape statisticsShape;
  private @Nullable Shape sumsShape;
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;

  /** With these settings; {@code kind} is for the message if epsilon isn't above 0 and finite. */
  GroupedNorm(String kind, float epsilon, boolean affine) {
    if (!(epsilon > 0 && epsilon <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          kind + ": epsilon must be above 0 and finite, got " + epsilon);
    }
    this.epsilon = epsilon;
    this.affine = affine;
  }

  final float epsilon() {
    return epsilon;
  }

  final boolean affine() {
    return affine;
  }

  /** How many groups examples of this shape have; throws if they can't go in. */
  abstract int groupsOf(Shape in);

  @Override
  protected final Shape build(Shape in) {
    groups = groupsOf(in);
    channels = in.dim(0);
    space = in.size() / channels;
    statisticsShape = Shape.of(3, groups);
    sumsShape = Shape.of(2, channels);
    if (affine) {
      Shape perChannel = Shape.of(channels);
      weight = parameter("weight", Parameter.Role.NORM, perChannel, Initializers.constant(1));
      bias = parameter("bias", Parameter.Role.NORM, perChannel, Initializers.zeros());
    }
    return in;
  }

  // ---------------------------------------------------------------- forward

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    float[] s = pass.buffer(this, STATISTICS, x.dim(0), made(statisticsShape)).data();
    int count = x.dim(0) * groups;
    if (serial(x)) {
      forward(x, y, s, 0, count);
    } else {
      int step = groupsInChunk();
      Parallel.run(
          (count + step - 1) / step,
          i -> forward(x, y, s, i * step, Math.min(count, (i + 1) * step)));
    }
    return y;
  }

  private void forward(Tensor x, Tensor y, float[] s, int from, int to) {
    int width = channels / groups;
    int size = width * space;
    for (int u = from; u < to; u++) {
      int at = u * size;
      measure(x.data(), x.offset() + at, s, u, size);
      float negMean = s[statistic(u, NEG_MEAN)];
      double rest = s[statistic(u, NEG_REST)];
      double inverse = s[statistic(u, INVERSE)];
      boolean near = near(negMean, inverse);
      for (int k = 0; k < width; k++) {
        int c = u % groups * width + k;
        int xAt = x.offset() + at + k * space;
        int yAt = y.offset() + at + k * space;
        double gamma = gamma(c);
        double shift = gamma * rest + (bias == null ? 0 : value(bias, c));
        float scale = (float) (gamma * inverse);
        if (near) {
          float both = (float) ((double) scale * negMean + shift);
          K.affine(scale, both, x.data(), xAt, y.data(), yAt, space);
        } else {
          K.affine(1, negMean, x.data(), xAt, y.data(), yAt, space);
          K.affine(scale, (float) shift, y.data(), yAt, y.data(), yAt, space);
        }
      }
    }
  }

  private void measure(float[] x, int at, float[] s, int u, int size) {
    double mean = K.sum(x, at, size) / size;
    float center = (float) mean;
    double rest = mean - center;
    double variance = Math.max(0, K.sumOfSquares(x, at, center, size) / size - rest * rest);
    double inverse = 1 / Math.sqrt(variance + epsilon);
    s[statistic(u, NEG_MEAN)] = -center;
    s[statistic(u, NEG_REST)] = (float) (-rest * inverse);
    s[statistic(u, INVERSE)] = (float) inverse;
  }

  /** Whether the mean is so small beside the deviation that no digits are lost by subtracting it together with the rest. */
  private static boolean near(float negMean, double inverse) {
    return Math.abs(negMean * inverse) <= NEAR;
  }

  // ---------------------------------------------------------------- backward

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    int batch = x.dim(0);
    Tensor dx = pass.buffer(this, INPUT_GRAD, batch, inputShape());
    float[] s = pass.buffer(this, STATISTICS, batch, made(statisticsShape)).data();
    float[] sums = pass.buffer(this, SUMS, batch, made(sumsShape)).data();
    int count = batch * groups;
    if (serial(x)) {
      backward(x, dy, dx, s, sums, 0, count);
    } else {
      int step = groupsInChunk();
      Parallel.run(
          (count + step - 1) / step,
          i -> backward(x, dy, dx, s, sums, i * step, Math.min(count, (i + 1) * step)));
    }
    if (weight != null && bias != null) {
      add(sums, 0, batch, weight);
      add(sums, channels, batch, bias);
    }
    return dx;
  }

  /** Leaves Σ dy·x̂ and Σ dy of each channel of each example in sums, [batch, 2, channels]. */
  private void backward(Tensor x, Tensor dy, Tensor dx, float[] s, float[] sums, int from, int to) {
    int width = channels / groups;
    int size = width * space;
    for (int u = from; u < to; u++) {
      float negMean = s[statistic(u, NEG_MEAN)];
      float rest = s[statistic(u, NEG_REST)];
      float inverse = s[statistic(u, INVERSE)];
      int first = u % groups * width;
      int sumsAt = u / groups * 2 * channels + first;
      double ofOne = 0;
      double ofHat = 0;
      boolean near = near(negMean, inverse);
      for (int k = 0; k < width; k++) {
        int at = u * size + k * space;
        double sum = K.sum(dy.data(), dy.offset() + at, space);
        double dot;
        if (near) { // Σ dy·x̂ out of Σ dy·x
          dot = K.dot(dy.data(), dy.offset() + at, x.data(), x.offset() + at, space);
          dot = inverse * (dot + negMean * sum) + rest * sum;
        } else { // dx = x̂
          int dxAt = dx.offset() + at;
          K.affine(1, negMean, x.data(), x.offset() + at, dx.data(), dxAt, space);
          K.affine(inverse, rest, dx.data(), dxAt, dx.data(), dxAt, space);
          dot = K.dot(dy.data(), dy.offset() + at, dx.data(), dxAt, space);
        }
        sums[sumsAt + k] = (float) dot;
        sums[sumsAt + channels + k] = (float) sum;
        ofOne += gamma(first + k) * sum;
        ofHat += gamma(first + k) * dot;
      }
      double hat = -inverse * ofHat / size;
      double one = -inverse * ofOne / size;
      float of = (float) (near ? hat * inverse : hat);
      float constant = (float) (near ? one + hat * ((double) negMean * inverse + rest) : one);
      Tensor hatOrX = near ? x : dx;
      for (int k = 0; k < width; k++) {
        int at = u * size + k * space;
        K.combine(
            of,
            hatOrX.data(),
            hatOrX.offset() + at,
            (float) (inverse * gamma(first + k)),
            dy.data(),
            dy.offset() + at,
            constant,
            dx.data(),
            dx.offset() + at,
            space);
      }
    }
  }

  private void add(float[] sums, int at, int batch, Parameter p) {
    Tensor grad = p.grad();
    K.columnSums(sums, at, 2 * channels, batch, channels, p.gradBeta(), grad.data(), grad.offset());
  }

  // ---------------------------------------------------------------- how

  /** Where a number of group u, counted over the whole batch, is kept. */
  private int statistic(int u, int row) {
    return (u / groups * 3 + row) * groups + u % groups;
  }

  private double gamma(int c) {
    return weight == null ? 1 : value(weight, c);
  }

  private static float value(Parameter p, int c) {
    Tensor t = p.value();
    return t.data()[t.offset() + c];
  }

  private static boolean serial(Tensor x) {
    return x.size() < 2 * CHUNK || !Parallel.available();
  }

  /** Decided by the sizes alone; a group's result doesn't depend on it either. */
  private int groupsInChunk() {
    return Math.max(1, CHUNK / (channels / groups * space));
  }

  private Shape made(@Nullable Shape shape) {
    if (shape == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return shape;
  }
}
