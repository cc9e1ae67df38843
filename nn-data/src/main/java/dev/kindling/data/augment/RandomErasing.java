package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * Sets a random rectangle to zero, with some probability (Zhong et al., "Random erasing data augmentation", 2017): of
 * 2 to 33% of the area, its proportions log-uniform in 0.3 to 3.3. Ten tries, then nothing. Zero is black before
 * standardization and the mean after it.
 */
public final class RandomErasing implements Transform {

  private static final double LEAST_AREA = 0.02;
  private static final double MOST_AREA = 0.33;
  private static final double LEAST_RATIO = 0.3;
  private static final double MOST_RATIO = 3.3;

  private final double probability;

  /**
   * With a probability; PyTorch's default is 0.5.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 1
   */
  public RandomErasing(double probability) {
    this.probability = Settings.within("probability", probability, 0, 1);
  }

  @Override
  public void apply(Tensor example, Rng rng) {
    Settings.image("RandomErasing", example);
    if (!rng.nextBoolean(probability)) {
      return;
    }
    int height = example.dim(1);
    int width = example.dim(2);
    for (int i = 0; i < 10; i++) {
      double area = (LEAST_AREA + rng.nextDouble() * (MOST_AREA - LEAST_AREA)) * height * width;
      double ratio = LEAST_RATIO * StrictMath.pow(MOST_RATIO / LEAST_RATIO, rng.nextDouble());
      int h = (int) Math.rint(Math.sqrt(area * ratio));
      int w = (int) Math.rint(Math.sqrt(area / ratio));
      if (h > 0 && h < height && w > 0 && w < width) {
        int y = rng.nextInt(height - h + 1);
        int x = rng.nextInt(width - w + 1);
        erase(example, x, y, w, h);
        return;
      }
    }
  }

  private static void erase(Tensor image, int x, int y, int w, int h) {
    int width = image.dim(2);
    for (int c = 0; c < image.dim(0); c++) {
      for (int row = y; row < y + h; row++) {
        int from = image.offset() + (c * image.dim(1) + row) * width + x;
        Arrays.fill(image.data(), from, from + w, 0);
      }
    }
  }
}
