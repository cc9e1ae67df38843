package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * Adds a border of some pixels on each side, black or as the edge, and cuts out a part of the old size at random: shifts
 * the image by up to the border's width in each direction.
 */
public final class RandomCrop implements Transform {

  private final int padding;
  private final boolean edges;

  /**
   * With a black border.
   *
   * @param padding its width in pixels; 4 is usual at 32×32
   * @throws IllegalArgumentException if it is negative
   */
  public RandomCrop(int padding) {
    this((int) Settings.within("padding", padding, 0, 1 << 20), false);
  }

  private RandomCrop(int padding, boolean edges) {
    this.padding = padding;
    this.edges = edges;
  }

  /** The same with a border that repeats the edge, so that no black frame says how the image was moved. */
  public RandomCrop withEdges() {
    return new RandomCrop(padding, true);
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
        if (edges) {
          int inside = Math.max(0, Math.min(height - 1, from));
          int most = Math.max(1 - width, Math.min(width - 1, right));
          shift(d, plane + inside * width, row, width, most);
        } else if (from < 0 || from >= height || Math.abs(right) >= width) {
          Arrays.fill(d, row, row + width, 0);
        } else {
          shift(d, plane + from * width, row, width, right);
        }
      }
    }
  }

  private void shift(float[] d, int from, int to, int width, int right) {
    if (right >= 0) {
      float outside = edges ? d[from] : 0;
      System.arraycopy(d, from, d, to + right, width - right);
      Arrays.fill(d, to, to + right, outside);
    } else {
      float outside = edges ? d[from + width - 1] : 0;
      System.arraycopy(d, from - right, d, to, width + right);
      Arrays.fill(d, to + width + right, to + width, outside);
    }
  }
}
