package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.init.Initializers;
import org.jspecify.annotations.Nullable;

/**
 * Normalization over the batch: y = γ·x̂ + β with x̂ = (x - mean) / √(variance + epsilon), where each channel (the first axis
 * of an example) has a mean and a variance, taken over the batch and all other axes (Ioffe, Szegedy, "Batch normalization",
 * 2015).
 *
 * <p>In training, mean and variance (the biased one) are the batch's, and running means of both follow: running = (1 -
 * momentum)·running + momentum·batch, with the unbiased variance, as in PyTorch. Otherwise the running ones are used, and a
 * backward pass takes them for constants.
 *
 * <p>Parameters {@code weight} (γ, 1 at first) and {@code bias} (β, 0 at first), both [channels]; buffers {@code
 * running_mean} (0 at first) and {@code running_var} (1 at first).
 *
 * <p>Backward, derived in {@code docs/derivations/batch-norm.md}, with averages over batch and other axes: dβ = Σ dy, dγ = Σ
 * dy·x̂, dx = γ / √(variance + epsilon) · (dy - average(dy) - x̂·average(dy·x̂)).
 */
public abstract class BatchNorm extends Layer {

  private static final Kernels K = KernelProvider.get();

  /** Elements of a batch that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 14;

  /** Channels that a chunk of one column each has at least: a few cache lines of each row. */
  private static final int COLUMNS = 64;

  /** Deviations from 0 up to which a mean is {@link #near}. */
  private static final float NEAR = 4;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int STATISTICS = 3;

  // Rows of the [ROWS, channels] of numbers that a pass keeps. The mean is a float and the rest
  // that it lacks, so that subtracting a large mean costs no digits of what is left.
  private static final int NEG_MEAN = 0;
  private static final int NEG_REST = 1; // times INVERSE
  private static final int INVERSE = 2; // 1 / √(variance + epsilon)
  private static final int SCALE = 3;
  private static final int SHIFT = 4;
  private static final int SUM = 5;
  private static final int DOT = 6;
  private static final int OF_ONE = 7; // factors of 1 and of x̂ in dx
  private static final int OF_HAT = 8;
  private static final int ROWS = 9;

  private final Settings settings;
  private int channels;
  private int space;
  private @Nullable Shape statisticsShape;
  private @Nullable Tensor runningMean;
  private @Nullable Tensor runningVar;
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;

  /**
   * What can be set.
   *
   * @param epsilon added to the variance; above 0
   * @param momentum the part of the batch's statistics in the running ones; from 0 to 1
   * @param affine whether γ and β exist; else they are 1 and 0
   */
  record Settings(float epsilon, float momentum, boolean affine) {

    /** PyTorch's defaults. */
    static final Settings DEFAULTS = new Settings(1e-5f, 0.1f, true);

    Settings withEpsilon(String kind, float value) {
      if (!(value > 0 && value <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            kind + ": epsilon must be above 0 and finite, got " + value);
      }
      return new Settings(value, momentum, affine);
    }

    Settings withMomentum(String kind, float value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(kind + ": momentum must be from 0 to 1, got " + value);
      }
      return new Settings(epsilon, value, affine);
    }

    Settings withoutAffine() {
      return new Settings(epsilon, momentum, false);
    }

    static Settings from(Config c) {
      Settings s =
          DEFAULTS
              .withEpsilon(c.kind(), c.floatOf("epsilon"))
              .withMomentum(c.kind(), c.floatOf("momentum"));
      return c.booleanOf("affine") ? s : s.withoutAffine();
    }
  }

  /** With these settings. */
  BatchNorm(Settings settings) {
    this.settings = settings;
  }

  final Settings settings() {
    return settings;
  }

  /** Whether examples of this shape can go in. */
  abstract void check(Shape in);

  @Override
  protected final Shape build(Shape in) {
    check(in);
    channels = in.dim(0);
    space = in.size() / channels;
    statisticsShape = Shape.of(ROWS, channels);
    Shape perChannel = Shape.of(channels);
    if (settings.affine) {
      weight = parameter("weight", Parameter.Role.NORM, perChannel, Initializers.constant(1));
      bias = parameter("bias", Parameter.Role.NORM, perChannel, Initializers.zeros());
    }
    runningMean = buffer("running_mean", perChannel, 0);
    runningVar = buffer("running_var", perChannel, 1);
    return in;
  }

  // ---------------------------------------------------------------- forward

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    if (pass.training() && (long) x.dim(0) * space < 2) {
      throw ShapeException.of(
          label(),
          "at least 2 values of each channel in training",
          "a batch of " + x.dim(0),
          "Use larger batches, and drop a last one of a single example");
    }
    pass.keep(this, INPUT, x);
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    float[] s = statistics(pass);
    boolean training = pass.training();
    if (serial(x)) {
      forward(x, y, s, training, 0, channels);
    } else {
      int step = channelsInChunk(x);
      Parallel.run(
          (channels + step - 1) / step,
          c -> forward(x, y, s, training, c * step, Math.min(channels, (c + 1) * step)));
    }
    return y;
  }

  private void forward(Tensor x, Tensor y, float[] s, boolean training, int from, int to) {
    if (training) {
      if (space == 1) {
        measureColumns(x, y, s, from, to);
      } else {
        measureRows(x, s, from, to);
      }
    } else {
      for (int c = from; c < to; c++) {
        remember(s, c, value(runningMean, c), value(runningVar, c));
      }
    }
    for (int c = from; c < to; c++) {
      double gamma = weight == null ? 1 : value(weight.value(), c);
      double beta = bias == null ? 0 : value(bias.value(), c);
      s[SCALE * channels + c] = (float) (gamma * s[INVERSE * channels + c]);
      s[SHIFT * channels + c] = (float) (gamma * s[NEG_REST * channels + c] + beta);
    }
    if (space == 1) {
      for (int at = from; at < x.size(); at += channels) {
        int yAt = y.offset() + at;
        K.add(x.data(), x.offset() + at, s, NEG_MEAN * channels + from, y.data(), yAt, to - from);
        K.mulAdd(
            y.data(),
            yAt,
            s,
            SCALE * channels + from,
            s,
            SHIFT * channels + from,
            y.data(),
            yAt,
            to - from);
      }
      return;
    }
    for (int c = from; c < to; c++) {
      float scale = s[SCALE * channels + c];
      float shift = s[SHIFT * channels + c];
      float negMean = s[NEG_MEAN * channels + c];
      boolean near = near(s, c);
      float both = (float) ((double) scale * negMean + shift);
      for (int at = c * space; at < x.size(); at += channels * space) {
        int yAt = y.offset() + at;
        if (near) {
          K.affine(scale, both, x.data(), x.offset() + at, y.data(), yAt, space);
        } else {
          K.affine(1, negMean, x.data(), x.offset() + at, y.data(), yAt, space);
          K.affine(scale, shift, y.data(), yAt, y.data(), yAt, space);
        }
      }
    }
  }

  /** Whether the mean is so small beside the deviation that no digits are lost by subtracting it together with the rest. */
  private boolean near(float[] s, int c) {
    return Math.abs(s[NEG_MEAN * channels + c] * s[INVERSE * channels + c]) <= NEAR;
  }

  /** The statistics of channels that are rows of {@code space} elements, one in each example. */
  private void measureRows(Tensor x, float[] s, int from, int to) {
    double n = (double) x.dim(0) * space;
    for (int c = from; c < to; c++) {
      double sum = 0;
      for (int at = c * space; at < x.size(); at += channels * space) {
        sum += K.sum(x.data(), x.offset() + at, space);
      }
      double mean = sum / n;
      float center = (float) mean;
      double squares = 0;
      for (int at = c * space; at < x.size(); at += channels * space) {
        squares += K.sumOfSquares(x.data(), x.offset() + at, center, space);
      }
      double rest = mean - center;
      learn(s, c, mean, Math.max(0, squares / n - rest * rest), n);
    }
  }

  /** The statistics of channels that are columns of the batch; y is scratch. */
  private void measureColumns(Tensor x, Tensor y, float[] s, int from, int to) {
    int n = x.dim(0);
    int width = to - from;
    int yAt = y.offset() + from;
    K.columnSums(x.data(), x.offset() + from, channels, n, width, 0, s, SUM * channels + from);
    K.affine(-1f / n, 0, s, SUM * channels + from, s, NEG_MEAN * channels + from, width);
    for (int at = from; at < x.size(); at += channels) {
      K.add(
          x.data(),
          x.offset() + at,
          s,
          NEG_MEAN * channels + from,
          y.data(),
          y.offset() + at,
          width);
    }
    K.columnSums(y.data(), yAt, channels, n, width, 0, s, SUM * channels + from);
    K.columnDots(
        y.data(), yAt, channels, y.data(), yAt, channels, n, width, 0, s, DOT * channels + from);
    for (int c = from; c < to; c++) {
      double rest = (double) s[SUM * channels + c] / n;
      double variance = Math.max(0, (double) s[DOT * channels + c] / n - rest * rest);
      learn(s, c, rest - s[NEG_MEAN * channels + c], variance, n);
    }
  }

  /** Keeps a channel's statistics for this pass, and lets the running ones follow. */
  private void learn(float[] s, int c, double mean, double variance, double n) {
    remember(s, c, mean, variance);
    follow(runningMean, c, mean);
    follow(runningVar, c, variance * n / (n - 1));
  }

  private void remember(float[] s, int c, double mean, double variance) {
    float center = (float) mean;
    double inverse = 1 / Math.sqrt(variance + settings.epsilon);
    s[NEG_MEAN * channels + c] = -center;
    s[NEG_REST * channels + c] = (float) ((center - mean) * inverse);
    s[INVERSE * channels + c] = (float) inverse;
  }

  private void follow(@Nullable Tensor running, int c, double value) {
    if (running != null) {
      int at = running.offset() + c;
      running.data()[at] += (float) (settings.momentum * (value - running.data()[at]));
    }
  }

  private static float value(@Nullable Tensor t, int c) {
    return t == null ? 0 : t.data()[t.offset() + c];
  }

  // ---------------------------------------------------------------- backward

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Tensor x = pass.kept(this, INPUT);
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    float[] s = statistics(pass);
    boolean training = pass.training();
    if (serial(x)) {
      backward(x, dy, dx, s, training, 0, channels);
    } else {
      int step = channelsInChunk(x);
      Parallel.run(
          (channels + step - 1) / step,
          c -> backward(x, dy, dx, s, training, c * step, Math.min(channels, (c + 1) * step)));
    }
    if (weight != null && bias != null) {
      add(s, DOT * channels, weight);
      add(s, SUM * channels, bias);
    }
    return dx;
  }

  private void backward(
      Tensor x, Tensor dy, Tensor dx, float[] s, boolean training, int from, int to) {
    if (space == 1) {
      backwardColumns(x, dy, dx, s, training, from, to);
    } else {
      backwardRows(x, dy, dx, s, training, from, to);
    }
  }

  private void backwardRows(
      Tensor x, Tensor dy, Tensor dx, float[] s, boolean training, int from, int to) {
    for (int c = from; c < to; c++) {
      if (!training) {
        constant(x, dy, dx, s, c);
      } else if (near(s, c)) {
        backwardNear(x, dy, dx, s, c);
      } else {
        backwardFar(x, dy, dx, s, c);
      }
    }
  }

  /** Statistics that don't depend on x. */
  private void constant(Tensor x, Tensor dy, Tensor dx, float[] s, int c) {
    sums(x, dy, s, c);
    for (int at = c * space; at < x.size(); at += channels * space) {
      float scale = s[SCALE * channels + c];
      K.affine(scale, 0, dy.data(), dy.offset() + at, dx.data(), dx.offset() + at, space);
    }
  }

  /** dx = ofHat·x̂ + scale·dy + ofOne, with x̂ written out as a function of x. */
  private void backwardNear(Tensor x, Tensor dy, Tensor dx, float[] s, int c) {
    sums(x, dy, s, c);
    double n = (double) x.dim(0) * space;
    float scale = s[SCALE * channels + c];
    double inverse = s[INVERSE * channels + c];
    double ofHat = -scale * s[DOT * channels + c] / n;
    double ofOne = -scale * s[SUM * channels + c] / n;
    double center = s[NEG_MEAN * channels + c] * inverse + s[NEG_REST * channels + c];
    float ofX = (float) (ofHat * inverse);
    float rest = (float) (ofOne + ofHat * center);
    for (int at = c * space; at < x.size(); at += channels * space) {
      int dxAt = dx.offset() + at;
      int dyAt = dy.offset() + at;
      K.combine(
          ofX, x.data(), x.offset() + at, scale, dy.data(), dyAt, rest, dx.data(), dxAt, space);
    }
  }

  /** Σ dy and Σ dy·x̂ of a channel, the second out of Σ dy·x. */
  private void sums(Tensor x, Tensor dy, float[] s, int c) {
    double sum = 0;
    double dot = 0;
    for (int at = c * space; at < x.size(); at += channels * space) {
      sum += K.sum(dy.data(), dy.offset() + at, space);
      dot += K.dot(dy.data(), dy.offset() + at, x.data(), x.offset() + at, space);
    }
    double centered = dot + s[NEG_MEAN * channels + c] * sum;
    s[SUM * channels + c] = (float) sum;
    s[DOT * channels + c] =
        (float) (s[INVERSE * channels + c] * centered + s[NEG_REST * channels + c] * sum);
  }

  /** With a mean that would swallow digits: x̂ is computed first, into dx. */
  private void backwardFar(Tensor x, Tensor dy, Tensor dx, float[] s, int c) {
    double n = (double) x.dim(0) * space;
    int stride = channels * space;
    double sum = 0;
    double dot = 0;
    float inverse = s[INVERSE * channels + c];
    for (int at = c * space; at < x.size(); at += stride) {
      int dxAt = dx.offset() + at;
      K.affine(1, s[NEG_MEAN * channels + c], x.data(), x.offset() + at, dx.data(), dxAt, space);
      K.affine(inverse, s[NEG_REST * channels + c], dx.data(), dxAt, dx.data(), dxAt, space);
      sum += K.sum(dy.data(), dy.offset() + at, space);
      dot += K.dot(dy.data(), dy.offset() + at, dx.data(), dxAt, space);
    }
    s[SUM * channels + c] = (float) sum;
    s[DOT * channels + c] = (float) dot;
    float scale = s[SCALE * channels + c];
    float ofHat = (float) (-scale * dot / n);
    float ofOne = (float) (-scale * sum / n);
    for (int at = c * space; at < x.size(); at += stride) {
      int dxAt = dx.offset() + at;
      int dyAt = dy.offset() + at;
      K.combine(ofHat, dx.data(), dxAt, scale, dy.data(), dyAt, ofOne, dx.data(), dxAt, space);
    }
  }

  private void backwardColumns(
      Tensor x, Tensor dy, Tensor dx, float[] s, boolean training, int from, int to) {
    int n = x.dim(0);
    int width = to - from;
    for (int at = from; at < x.size(); at += channels) { // dx = x̂
      int dxAt = dx.offset() + at;
      K.add(x.data(), x.offset() + at, s, NEG_MEAN * channels + from, dx.data(), dxAt, width);
      K.mulAdd(
          dx.data(),
          dxAt,
          s,
          INVERSE * channels + from,
          s,
          NEG_REST * channels + from,
          dx.data(),
          dxAt,
          width);
    }
    float[] d = dy.data();
    K.columnSums(d, dy.offset() + from, channels, n, width, 0, s, SUM * channels + from);
    K.columnDots(
        d,
        dy.offset() + from,
        channels,
        dx.data(),
        dx.offset() + from,
        channels,
        n,
        width,
        0,
        s,
        DOT * channels + from);
    for (int c = from; c < to; c++) {
      float scale = s[SCALE * channels + c];
      s[OF_ONE * channels + c] = training ? -scale * s[SUM * channels + c] / n : 0;
      s[OF_HAT * channels + c] = training ? -scale * s[DOT * channels + c] / n : 0;
    }
    int ofHat = OF_HAT * channels + from;
    int ofOne = OF_ONE * channels + from;
    for (int at = from; at < x.size(); at += channels) {
      int dxAt = dx.offset() + at;
      K.mulAdd(dx.data(), dxAt, s, ofHat, s, ofOne, dx.data(), dxAt, width);
      K.mulAdd(
          d, dy.offset() + at, s, SCALE * channels + from, dx.data(), dxAt, dx.data(), dxAt, width);
    }
  }

  private static void add(float[] s, int at, Parameter p) {
    float beta = p.gradBeta();
    Tensor grad = p.grad();
    for (int c = 0; c < grad.size(); c++) {
      int i = grad.offset() + c;
      grad.data()[i] = beta == 0 ? s[at + c] : beta * grad.data()[i] + s[at + c];
    }
  }

  // ---------------------------------------------------------------- how

  private float[] statistics(Pass pass) {
    if (statisticsShape == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return pass.buffer(this, STATISTICS, statisticsShape).data();
  }

  private static boolean serial(Tensor x) {
    return x.size() < 2 * CHUNK || !Parallel.available();
  }

  /** Decided by the sizes alone; a channel's result doesn't depend on it either. */
  private int channelsInChunk(Tensor x) {
    int one = Math.max(1, x.size() / channels);
    return Math.max(space == 1 ? COLUMNS : 1, CHUNK / one);
  }

  @Override
  public final Config config() {
    return Config.of(getClass().getSimpleName())
        .with("epsilon", settings.epsilon)
        .with("momentum", settings.momentum)
        .with("affine", settings.affine);
  }

  @Override
  public final String toString() {
    String kind = getClass().getSimpleName();
    return channels == 0 ? kind : kind + "(" + channels + ")";
  }
}
