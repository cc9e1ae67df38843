package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Turns outputs towards their targets, whatever their lengths: L = mean over rows of 1 - cos(x, t), with cos(x, t) =
 * x·t / (|x|·|t|); dL/dx = -(t / |t| - cos·x / |x|) / |x| / rows. A row is one line of the last axis.
 *
 * <p>Shapes: targets as outputs.
 */
public final class CosineDistance extends ElementwiseLoss {

  /** No settings. */
  public CosineDistance() {}

  @Override
  public String name() {
    return "cosine distance";
  }

  @Override
  double sweep(
      float[] x,
      int xOff,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      int n,
      double scale) {
    int c = (int) Math.round(n * scale); // of one row: n / rows
    double sum = 0;
    for (int at = 0; at < n; at += c) {
      double cos = Cosine.of(x, xOff + at, t, tOff + at, c);
      sum += 1 - cos;
      if (g != null) {
        Cosine.gradient(x, xOff + at, t, tOff + at, c, cos, -scale, g, gOff + at);
      }
    }
    return sum;
  }

  @Override
  int count(Tensor prediction) {
    return Targets.rows(prediction);
  }
}
