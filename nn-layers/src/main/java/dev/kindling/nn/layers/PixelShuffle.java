package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;

/**
 * Makes images larger out of more channels: r² channels become one, of r times as many rows and columns, where each pixel
 * becomes r × r of them (Shi and others, "Real-time single image and video super-resolution using an efficient sub-pixel
 * convolutional neural network", 2016): y[c, r·h + i, r·w + j] = x[c·r² + r·i + j, h, w].
 *
 * <p>Shapes: [channels·r², height, width] → [channels, height·r, width·r]. Backward: every dy goes back to where its element
 * came from.
 */
public final class PixelShuffle extends Planewise {

  private final int factor;

  /**
   * By this factor.
   *
   * @throws IllegalArgumentException if it isn't from 1 to 1024
   */
  public PixelShuffle(int factor) {
    if (factor < 1 || factor > Upsample.MOST) {
      throw new IllegalArgumentException(
          "PixelShuffle: the factor must be from 1 to " + Upsample.MOST + ", got " + factor);
    }
    this.factor = factor;
  }

  @Override
  protected Shape build(Shape in) {
    image(in);
    int squared = factor * factor;
    if (in.dim(0) % squared != 0) {
      throw mismatch("a multiple of " + squared + " channels", in, "");
    }
    return output(in.dim(0) / squared, (long) in.dim(1) * factor, (long) in.dim(2) * factor);
  }

  @Override
  void forward(Tensor x, Tensor y, int from, int to) {
    shuffle(x.data(), x.offset(), y.data(), y.offset(), from, to, true);
  }

  @Override
  void backward(Tensor dy, Tensor dx, int from, int to) {
    shuffle(dx.data(), dx.offset(), dy.data(), dy.offset(), from, to, false);
  }

  /** Copies rows of channels to every r-th column, or back. */
  private void shuffle(
      float[] x, int xOff, float[] y, int yOff, int from, int to, boolean forward) {
    int height = inputShape().dim(1);
    int width = inputShape().dim(2);
    int outWidth = width * factor;
    int squared = factor * factor;
    for (int p = from; p < to; p++) {
      for (int k = 0; k < squared; k++) {
        for (int h = 0; h < height; h++) {
          int xAt = xOff + ((p * squared + k) * height + h) * width;
          int yAt = yOff + (p * height * factor + h * factor + k / factor) * outWidth + k % factor;
          if (forward) {
            for (int w = 0; w < width; w++) {
              y[yAt + w * factor] = x[xAt + w];
            }
          } else {
            for (int w = 0; w < width; w++) {
              x[xAt + w] = y[yAt + w * factor];
            }
          }
        }
      }
    }
  }

  @Override
  public Config config() {
    return Config.of("PixelShuffle").with("factor", factor);
  }

  /** An equal layer from its config. */
  public static PixelShuffle from(Config c) {
    return new PixelShuffle(c.intOf("factor"));
  }

  @Override
  public String toString() {
    return "PixelShuffle(" + factor + ")";
  }
}
