package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * Adds a black border of some pixels on each side and cuts out a part of the old size at random: shifts the image by up
 * to the border's width in each direction.
 */
public final class RandomCrop implements Transform {

  private final int padding;

  /**
   * With a border.
   *
   * @param padding its width in pixels; 4 is usual at 32×32
   * @throws IllegalArgumentException if it is negative
   */
  public RandomCrop(int padding) {
    this.padding = (int) Settings.within("padding", padding, 0, 1 << 20);
  }

  @Override
  public void apply(Tensor example, Rng rng) {
    Settings.image("RandomCrop", example);
    int down = rng.nextInt(2 * padding + 1) - padding;
    int right = rng.nextInt(2 * padding + 1) - padding;
    int height = example.dim(1);
    int width = example.dim(2);
    float[] d = example.data();
    for (int c = 0; c < example.dim(0); c++) {
      int plane = example.offset() + c * height * width;
      for (int i = 0; i < height; i++) {
        // From the side that the rows move away from, so that none is overwritten before it has
        // moved.
        int y = down > 0 ? height - 1 - i : i;
        int row = plane + y * width;
        int from = y - down;
        if (from < 0 || from >= height || Math.abs(right) >= width) {
          Arrays.fill(d, row, row + width, 0);
        } else {
          shift(d, plane + from * width, row, width, right);
        }
      }
    }
  }

  private static void shift(float[] d, int from, int to, int width, int right) {
    if (right >= 0) {
      System.arraycopy(d, from, d, to + right, width - right);
      Arrays.fill(d, to, to + right, 0);
    } else {
      System.arraycopy(d, from - right, d, to, width + right);
      Arrays.fill(d, to + width + right, to + width, 0);
    }
  }
}
