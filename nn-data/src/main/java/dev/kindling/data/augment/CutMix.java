package dev.kindling.data.augment;

import dev.kindling.data.BatchTransform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/**
 * Replaces a rectangle of each image by that of another one, and mixes their targets by area (Yun et al., "CutMix:
 * regularization strategy to train strong classifiers with localizable features", 2019). The rectangle covers {@code 1 -
 * λ} of the image, λ from the beta distribution (α, α), about a uniform centre and cut off at the edges; it is the same
 * for the whole batch. The other image of the i-th is the i-th from the end, so shuffle. Targets must be one-hot.
 */
public final class CutMix implements BatchTransform {

  private final double alpha;

  /**
   * With α; 1 is usual.
   *
   * @throws IllegalArgumentException if it isn't between 0.01 and 100
   */
  public CutMix(double alpha) {
    this.alpha = Settings.within("alpha", alpha, 0.01, 100);
  }

  /**
   * Mixes a batch.
   *
   * @throws ShapeException if the inputs aren't images or the targets not one-hot
   */
  @Override
  public void apply(Tensor x, Tensor y, Rng rng) {
    Mixing.targets("CutMix", y);
    if (x.rank() != 4) {
      throw ShapeException.of(
          "CutMix", "images [n, channels, height, width]", x.shape().toString(), "");
    }
    int height = x.dim(2);
    int width = x.dim(3);
    double side = Math.sqrt(1 - Mixing.beta(rng, alpha));
    int h = (int) (height * side);
    int w = (int) (width * side);
    int top = rng.nextInt(height) - h / 2;
    int left = rng.nextInt(width) - w / 2;
    int bottom = Math.min(height, top + h);
    int right = Math.min(width, left + w);
    top = Math.max(0, top);
    left = Math.max(0, left);
    swap(x, top, bottom, left, right);
    Mixing.rows(y, 1 - (float) (bottom - top) * (right - left) / (height * width));
  }

  private static void swap(Tensor x, int top, int bottom, int left, int right) {
    int n = x.dim(0);
    int channels = x.dim(1);
    int height = x.dim(2);
    int width = x.dim(3);
    float[] d = x.data();
    for (int i = 0; i < n / 2; i++) {
      for (int c = 0; c < channels; c++) {
        for (int row = top; row < bottom; row++) {
          int a = x.offset() + ((i * channels + c) * height + row) * width;
          int b = x.offset() + (((n - 1 - i) * channels + c) * height + row) * width;
          for (int col = left; col < right; col++) {
            float t = d[a + col];
            d[a + col] = d[b + col];
            d[b + col] = t;
          }
        }
      }
    }
  }
}
