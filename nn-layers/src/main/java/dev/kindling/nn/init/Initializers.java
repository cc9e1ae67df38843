package dev.kindling.nn.init;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.linalg.Ejml;

/**
 * The usual initializers. Those that keep variances from growing or shrinking through the layers
 * take fan-in and fan-out from the parameter's shape [out, in, k...]: {@code fanIn = in · k...},
 * {@code fanOut = out · k...}; a vector counts as its size in both.
 */
public final class Initializers {

  private Initializers() {}

  /** All 0. */
  public static Initializer zeros() {
    return constant(0);
  }

  /** All the same. */
  public static Initializer constant(float value) {
    return (t, rng) -> t.fill(value);
  }

  /**
   * Uniform over [low, high).
   *
   * @throws IllegalArgumentException if low isn't below high, or one isn't finite
   */
  public static Initializer uniform(float low, float high) {
    if (!(low < high) || !Float.isFinite(high - low)) {
      throw new IllegalArgumentException(
          "uniform: low must be below high, both finite, got " + low + " and " + high);
    }
    return (t, rng) -> rng.fillUniform(t, low, high);
  }

  /**
   * Normal.
   *
   * @throws IllegalArgumentException if std is negative or not finite
   */
  public static Initializer normal(float mean, float std) {
    checkStd("normal", std);
    return (t, rng) -> rng.fillNormal(t, mean, std);
  }

  /**
   * Normal, drawn again where it is more than two standard deviations from the mean; what comes out
   * has the standard deviation 0.88·std.
   *
   * @throws IllegalArgumentException if std is negative or not finite
   */
  public static Initializer truncatedNormal(float mean, float std) {
    checkStd("truncatedNormal", std);
    return (t, rng) -> {
      float[] d = t.data();
      for (int i = t.offset(), end = i + t.size(); i < end; i++) {
        double z;
        do {
          z = rng.nextGaussian();
        } while (Math.abs(z) > 2);
        d[i] = (float) (mean + std * z);
      }
    };
  }

  /**
   * Uniform with variance 2 / (fan-in + fan-out), for layers in front of tanh or sigmoid: bound √(6
   * / (fan-in + fan-out)) (Glorot, Bengio, "Understanding the difficulty of training deep
   * feedforward neural networks", 2010).
   */
  public static Initializer xavierUniform() {
    return (t, rng) -> uniform(t, rng, 2.0 / (fanIn(t.shape()) + fanOut(t.shape())));
  }

  /** As {@link #xavierUniform}, normal. */
  public static Initializer xavierNormal() {
    return (t, rng) -> normal(t, rng, 2.0 / (fanIn(t.shape()) + fanOut(t.shape())));
  }

  /**
   * Uniform with variance 2 / fan-in, for layers in front of ReLU: bound √(6 / fan-in) (He, Zhang,
   * Ren, Sun, "Delving deep into rectifiers", 2015).
   */
  public static Initializer heUniform() {
    return (t, rng) -> uniform(t, rng, 2.0 / fanIn(t.shape()));
  }

  /** As {@link #heUniform}, normal. */
  public static Initializer heNormal() {
    return (t, rng) -> normal(t, rng, 2.0 / fanIn(t.shape()));
  }

  /**
   * Uniform with variance 1 / fan-in, for layers in front of SELU: bound √(3 / fan-in) (LeCun,
   * Bottou, Orr, Müller, "Efficient backprop", 1998).
   */
  public static Initializer lecunUniform() {
    return (t, rng) -> uniform(t, rng, 1.0 / fanIn(t.shape()));
  }

  /** As {@link #lecunUniform}, normal. */
  public static Initializer lecunNormal() {
    return (t, rng) -> normal(t, rng, 1.0 / fanIn(t.shape()));
  }

  /**
   * A random orthogonal matrix times gain, uniform over all of them: the shape [out, rest...] seen
   * as [out, rest] has orthonormal rows, or orthonormal columns if it is tall (Saxe, McClelland,
   * Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
   * networks", 2013).
   *
   * @throws IllegalArgumentException if gain isn't a finite number
   */
  public static Initializer orthogonal(float gain) {
    if (!Float.isFinite(gain)) {
      throw new IllegalArgumentException("orthogonal: gain must be a finite number, got " + gain);
    }
    return (t, rng) -> orthogonal(t, rng, gain);
  }

  private static void orthogonal(Tensor t, Rng rng, float gain) {
    if (t.size() == 0) {
      return;
    }
    int rows = t.rank() == 0 ? 1 : t.dim(0);
    int cols = t.size() / rows;
    boolean wide = rows < cols;
    int tall = Math.max(rows, cols);
    int narrow = Math.min(rows, cols);
    Ejml.Qr qr = Ejml.qr(rng.fillNormal(Tensor.zeros(tall, narrow), 0, 1));
    for (int j = 0; j < narrow; j++) {
      // QR is unique, and q uniform, only once the signs of r's diagonal are fixed (Mezzadri,
      // 2007).
      float factor = qr.r().get(j, j) < 0 ? -gain : gain;
      for (int i = 0; i < tall; i++) {
        t.data()[t.offset() + (wide ? j * cols + i : i * cols + j)] = factor * qr.q().get(i, j);
      }
    }
  }

  private static void uniform(Tensor t, Rng rng, double variance) {
    float bound = (float) Math.sqrt(3 * variance);
    rng.fillUniform(t, -bound, bound);
  }

  private static void normal(Tensor t, Rng rng, double variance) {
    rng.fillNormal(t, 0, (float) Math.sqrt(variance));
  }

  private static void checkStd(String initializer, float std) {
    if (!(std >= 0 && std <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          initializer + ": the standard deviation must be at least 0 and finite, got " + std);
    }
  }

  /** Inputs of one output: all axes but the first. */
  static int fanIn(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(0)));
  }

  /** Outputs that one input goes to: all axes but the second. */
  static int fanOut(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(1)));
  }
}
