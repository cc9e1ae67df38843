package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * Cuts out a part of random size and proportions and enlarges it to the image's size, linear between pixels (Szegedy et
 * al., "Going deeper with convolutions", 2015). The part's area is uniform in a range of shares of the image's; its
 * proportions are log-uniform in another range. Ten tries, then the whole image.
 */
public final class RandomResizedCrop implements Transform {

  private final double leastArea;
  private final double mostArea;
  private final double leastRatio;
  private final double mostRatio;
  private final Warp warp = new Warp(false);

  /** PyTorch's defaults: areas 0.08 to 1, proportions 3/4 to 4/3. */
  public RandomResizedCrop() {
    this(0.08, 1, 3 / 4.0, 4 / 3.0);
  }

  /**
   * With ranges of one's own.
   *
   * @param leastArea the least share of the image's area
   * @param mostArea the largest, at most 1
   * @param leastRatio the least width for a height of 1
   * @param mostRatio the largest
   * @throws IllegalArgumentException if they aren't ranges above 0
   */
  public RandomResizedCrop(double leastArea, double mostArea, double leastRatio, double mostRatio) {
    Settings.ordered("area", leastArea, mostArea);
    Settings.within("mostArea", mostArea, 0, 1);
    Settings.ordered("ratio", leastRatio, mostRatio);
    this.leastArea = leastArea;
    this.mostArea = mostArea;
    this.leastRatio = leastRatio;
    this.mostRatio = mostRatio;
  }

  @Override
  public void apply(Tensor example, Rng rng) {
    Settings.image("RandomResizedCrop", example);
    int height = example.dim(1);
    int width = example.dim(2);
    for (int i = 0; i < 10; i++) {
      double area = (leastArea + rng.nextDouble() * (mostArea - leastArea)) * height * width;
      double ratio = leastRatio * StrictMath.pow(mostRatio / leastRatio, rng.nextDouble());
      int w = (int) Math.rint(Math.sqrt(area * ratio));
      int h = (int) Math.rint(Math.sqrt(area / ratio));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int x = rng.nextInt(width - w + 1);
        int y = rng.nextInt(height - h + 1);
        apply(example, x, y, w, h);
        return;
      }
    }
  }

  void apply(Tensor example, int x, int y, int w, int h) {
    int height = example.dim(1);
    int width = example.dim(2);
    warp.apply(
        example,
        w / (double) width,
        0,
        x + (w - width) / 2.0,
        0,
        h / (double) height,
        y + (h - height) / 2.0);
  }
}
