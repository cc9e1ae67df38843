package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.DropoutHash;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/**
 * In training, adds normal noise of mean 0 to each element: y = x + std·ε, ε ~ N(0, 1); otherwise
 * changes nothing. At the input it acts as a regularizer (Bishop, "Training with noise is
 * equivalent to Tikhonov regularization", 1995).
 *
 * <p>Shapes: any, unchanged. Backward: dx = dy.
 *
 * <p>A forward draws one key from {@link Pass#rng}; an element's noise is a function of key and
 * position, so that threads can share the work: a hash gives u, uniform over (-1, 1), and ε = √2 ·
 * erf⁻¹(u), by the polynomials of Giles, "Approximating the erfinv function", 2010, whose error is
 * that of float32. The largest possible noise is 5.4·std.
 */
public final class GaussianNoise extends Layer {

  private static final Kernels K = KernelProvider.get();
  private static final int OUTPUT = 0;

  /** Elements that one parallel chunk has. */
  private static final int CHUNK = 1 << 13;

  private final float std;

  /**
   * With noise of this standard deviation.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GaussianNoise(float std) {
    if (!(std >= 0 && std <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "GaussianNoise: the standard deviation must be at least 0 and finite, got " + std);
    }
    this.std = std;
  }

  @Override
  protected Shape build(Shape in) {
    return in;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    if (!pass.training() || std == 0) {
      return x;
    }
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    long key = pass.rng().nextLong();
    int n = x.size();
    int chunks = (n + CHUNK - 1) / CHUNK;
    if (chunks < 2 || !Parallel.available()) {
      for (int c = 0; c < chunks; c++) {
        forward(key, x, y, c * CHUNK, Math.min(n, (c + 1) * CHUNK));
      }
    } else {
      Parallel.run(chunks, c -> forward(key, x, y, c * CHUNK, Math.min(n, (c + 1) * CHUNK)));
    }
    return y;
  }

  private void forward(long key, Tensor x, Tensor y, int from, int to) {
    float[] xd = x.data();
    float[] yd = y.data();
    int xOff = x.offset();
    int yOff = y.offset();
    for (int i = from; i < to; i++) {
      float u = uniform(key, i);
      yd[yOff + i] = (1 - u) * (1 + u);
    }
    K.map(Unary.LOG, 0, yd, yOff + from, yd, yOff + from, to - from);
    float scale = (float) (Math.sqrt(2) * std);
    for (int i = from; i < to; i++) {
      yd[yOff + i] = Math.fma(scale, inverseErf(uniform(key, i), -yd[yOff + i]), xd[xOff + i]);
    }
  }

  /** Odd multiples of 2^-24 between -1 and 1, neither of which is one. */
  private static float uniform(long key, int i) {
    return ((DropoutHash.hash(key, i) >> 8) + 0.5f) * 0x1p-23f;
  }

  /** erf⁻¹(u), where w = -ln(1 - u²). */
  private static float inverseErf(float u, float w) {
    float p;
    if (w < 5) {
      float t = w - 2.5f;
      p = 2.81022636e-08f;
      p = Math.fma(p, t, 3.43273939e-07f);
      p = Math.fma(p, t, -3.5233877e-06f);
      p = Math.fma(p, t, -4.39150654e-06f);
      p = Math.fma(p, t, 0.00021858087f);
      p = Math.fma(p, t, -0.00125372503f);
      p = Math.fma(p, t, -0.00417768164f);
      p = Math.fma(p, t, 0.246640727f);
      p = Math.fma(p, t, 1.50140941f);
    } else {
      float t = (float) Math.sqrt(w) - 3;
      p = -0.000200214257f;
      p = Math.fma(p, t, 0.000100950558f);
      p = Math.fma(p, t, 0.00134934322f);
      p = Math.fma(p, t, -0.00367342844f);
      p = Math.fma(p, t, 0.00573950773f);
      p = Math.fma(p, t, -0.0076224613f);
      p = Math.fma(p, t, 0.00943887047f);
      p = Math.fma(p, t, 1.00167406f);
      p = Math.fma(p, t, 2.83297682f);
    }
    return p * u;
  }

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    return dy;
  }

  @Override
  public Config config() {
    return Config.of("GaussianNoise").with("std", std);
  }

  /** An equal layer from its config. */
  public static GaussianNoise from(Config c) {
    return new GaussianNoise(c.floatOf("std"));
  }

  @Override
  public String toString() {
    return "GaussianNoise(" + std + ")";
  }
}
