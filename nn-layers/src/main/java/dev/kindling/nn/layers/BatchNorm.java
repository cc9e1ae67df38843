package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
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

  /** Elements of a batch that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 14;

  /** Channels that a chunk of one column each has at least: a few cache lines of each row. */
  private static final int COLUMNS = 64;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int INPUT_GRAD = 2;
  private static final int STATISTICS = 3;

  // Rows of the [ROWS, channels] of numbers that a pass keeps. The mean is a float and the rest
  // that it lacks, so that subtracting a large mean costs no digits of what is left.
  static final int NEG_MEAN = 0;
  static final int NEG_REST = 1; // times INVERSE
  static final int INVERSE = 2; // 1 / √(variance + epsilon)
  static final int SCALE = 3;
  static final int SHIFT = 4;
  static final int SUM = 5;
  static final int DOT = 6;
  static final int OF_ONE = 7; // factors of 1 and of x̂ in dx
  static final int OF_HAT = 8;
  private static final int ROWS = 9;

  private final Settings settings;
  private int channels;
  private int space;
  private boolean rectified;
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

  final int channels() {
    return channels;
  }

  /** Elements of a channel in an example. */
  final int space() {
    return space;
  }

  /** Whether y is max(0, γ·x̂ + β), since the layer behind would do just that. */
  final boolean rectified() {
    return rectified;
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

  /** A rectifier behind it costs nothing while a channel is in the cache. */
  @Override
  protected final boolean takesOver(Layer next) {
    rectified = space > 1 && next.rectifies();
    return rectified;
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
    if (space == 1) {
      BatchNormColumns.forward(this, x, y, s, training, from, to);
      return;
    }
    for (int c = from; c < to; c++) {
      BatchNormRows.forward(this, x, y, s, training, c);
    }
  }

  /** Keeps a channel's statistics for this pass, and lets the running ones follow. */
  final void learn(float[] s, int c, double mean, double variance, double n) {
    remember(s, c, mean, variance);
    follow(runningMean, c, mean);
    follow(runningVar, c, variance * n / (n - 1));
  }

  /** Takes a channel's running statistics for this pass. */
  final void recall(float[] s, int c) {
    remember(s, c, value(runningMean, c), value(runningVar, c));
  }

  /** What a prediction multiplies channel c by. */
  public final double scale(int c) {
    double gamma = weight == null ? 1 : value(weight.value(), c);
    return gamma / Math.sqrt(value(runningVar, c) + (double) settings.epsilon);
  }

  /** And what it adds then. */
  public final double shift(int c) {
    double beta = bias == null ? 0 : value(bias.value(), c);
    return beta - scale(c) * value(runningMean, c);
  }

  private void remember(float[] s, int c, double mean, double variance) {
    float center = (float) mean;
    double inverse = 1 / Math.sqrt(variance + settings.epsilon);
    double gamma = weight == null ? 1 : value(weight.value(), c);
    double beta = bias == null ? 0 : value(bias.value(), c);
    s[NEG_MEAN * channels + c] = -center;
    s[NEG_REST * channels + c] = (float) ((center - mean) * inverse);
    s[INVERSE * channels + c] = (float) inverse;
    s[SCALE * channels + c] = (float) (gamma * s[INVERSE * channels + c]);
    s[SHIFT * channels + c] = (float) (gamma * s[NEG_REST * channels + c] + beta);
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
      BatchNormColumns.backward(this, x, dy, dx, s, training, from, to);
      return;
    }
    for (int c = from; c < to; c++) {
      BatchNormRows.backward(this, x, dy, dx, s, training, c);
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
