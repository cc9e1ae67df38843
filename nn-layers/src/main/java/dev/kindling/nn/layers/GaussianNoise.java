package dev.kindling.nn.layers;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/**
 * In training, adds normal noise of mean 0 to each element: y = x + std·ε, ε ~ N(0, 1); otherwise
 * changes nothing. At the input it acts as a regularizer (Bishop, "Training with noise is
 * equivalent to Tikhonov regularization", 1995).
 *
 * <p>Shapes: any, unchanged. Backward: dx = dy. The noise is drawn from {@link Pass#rng}.
 */
public final class GaussianNoise extends Layer {

  private static final int OUTPUT = 0;

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
    pass.rng().fillNormal(y, 0, std);
    return Ops.add(x, y, y);
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
