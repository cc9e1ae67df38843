package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/** Mirrors an image with some probability, left to right or top to bottom. */
public final class RandomFlip implements Transform {

  private final double probability;
  private final boolean vertical;

  private RandomFlip(double probability, boolean vertical) {
    this.probability = Settings.within("probability", probability, 0, 1);
    this.vertical = vertical;
  }

  /**
   * Left to right.
   *
   * @throws IllegalArgumentException if the probability isn't between 0 and 1
   */
  public static RandomFlip horizontal(double probability) {
    return new RandomFlip(probability, false);
  }

  /**
   * Top to bottom.
   *
   * @throws IllegalArgumentException if the probability isn't between 0 and 1
   */
  public static RandomFlip vertical(double probability) {
    return new RandomFlip(probability, true);
  }

  @Override
  public void apply(Tensor example, Rng rng) {
    Settings.image("RandomFlip", example);
    if (!rng.nextBoolean(probability)) {
      return;
    }
    int height = example.dim(1);
    int width = example.dim(2);
    float[] d = example.data();
    for (int c = 0; c < example.dim(0); c++) {
      int plane = example.offset() + c * height * width;
      if (vertical) {
        for (int y = 0; y < height / 2; y++) {
          swapRows(d, plane + y * width, plane + (height - 1 - y) * width, width);
        }
      } else {
        for (int y = 0; y < height; y++) {
          reverse(d, plane + y * width, width);
        }
      }
    }
  }

  private static void swapRows(float[] d, int a, int b, int n) {
    for (int i = 0; i < n; i++) {
      float t = d[a + i];
      d[a + i] = d[b + i];
      d[b + i] = t;
    }
  }

  private static void reverse(float[] d, int from, int n) {
    int last = from + n - 1;
    // One counter: with two that meet, the JIT compiler checks every index.
    for (int i = 0; i < n / 2; i++) {
      float t = d[from + i];
      d[from + i] = d[last - i];
      d[last - i] = t;
    }
  }
}
