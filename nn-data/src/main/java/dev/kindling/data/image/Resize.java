package dev.kindling.data.image;

import java.util.Arrays;

/**
 * Changes an image's size without aliasing: each new pixel is a weighted mean of all old ones that it covers. Rows and
 * columns one after the other, in float; the result is rounded to whole levels.
 */
public final class Resize {

  private Resize() {}

  /** How the old pixels are weighted. */
  public enum Filter {
    /**
     * Shrinking: by the area that a new pixel covers, parts of old pixels included. (Pillow's {@code BOX} takes an old
     * pixel whole or not at all, by where its centre lies: from 200 pixels to 64 that makes 1.6 levels of 255 in the
     * mean over photographs. By a whole factor both are the same.) Enlarging: linear between neighbours.
     */
    AREA,
    /** Lanczos' windowed sinc of three lobes (Duchon, 1979), as Pillow's: sharper, with slight ringing at edges. */
    LANCZOS
  }

  /**
   * The image in another size; the same object if it has that size.
   *
   * @throws IllegalArgumentException if width or height is below 1
   */
  public static Image resize(Image image, int width, int height, Filter filter) {
    return resize(image, 0, 0, image.width(), image.height(), width, height, filter);
  }

  /**
   * The largest centred part of the image that has the proportions of {@code width × height}, in that size.
   *
   * @throws IllegalArgumentException if width or height is below 1
   */
  public static Image cropAndResize(Image image, int width, int height, Filter filter) {
    double scale = Math.min(image.width() / (double) width, image.height() / (double) height);
    double w = Math.min(image.width(), width * scale);
    double h = Math.min(image.height(), height * scale);
    return resize(
        image, (image.width() - w) / 2, (image.height() - h) / 2, w, h, width, height, filter);
  }

  private static Image resize(
      Image image, double x, double y, double w, double h, int width, int height, Filter filter) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "width and height must be at least 1, got " + width + " and " + height);
    }
    if (width == w && height == h && width == image.width() && height == image.height()) {
      return image;
    }
    Weights columns = new Weights(x, w, image.width(), width, filter);
    Weights rows = new Weights(y, h, image.height(), height, filter);
    byte[] source = image.rgb();
    byte[] result = new byte[3 * width * height];
    // A band of old rows, narrowed, is kept in a ring: each is narrowed once.
    int ring = rows.longest;
    float[] narrowed = new float[ring * 3 * width];
    float[] sums = new float[3 * width];
    int ready = 0;
    for (int r = 0; r < height; r++) {
      int first = rows.first[r];
      int n = rows.count[r];
      for (ready = Math.max(ready, first); ready < first + n; ready++) {
        narrow(source, 3 * ready * image.width(), columns, narrowed, ready % ring * 3 * width);
      }
      Arrays.fill(sums, 0.5f); // rounds
      for (int i = 0; i < n; i++) {
        float weight = rows.weights[r * ring + i];
        int from = (first + i) % ring * 3 * width;
        for (int j = 0; j < sums.length; j++) {
          sums[j] += weight * narrowed[from + j];
        }
      }
      for (int j = 0; j < sums.length; j++) {
        result[r * 3 * width + j] = (byte) Math.max(0, Math.min(255, (int) sums[j]));
      }
    }
    return new Image(width, height, result);
  }

  private static void narrow(byte[] source, int row, Weights columns, float[] to, int at) {
    for (int c = 0; c < columns.first.length; c++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int p = row + 3 * columns.first[c];
      int w = c * columns.longest;
      for (int i = 0; i < columns.count[c]; i++, p += 3) {
        float weight = columns.weights[w + i];
        red += weight * (source[p] & 0xff);
        green += weight * (source[p + 1] & 0xff);
        blue += weight * (source[p + 2] & 0xff);
      }
      to[at + 3 * c] = red;
      to[at + 3 * c + 1] = green;
      to[at + 3 * c + 2] = blue;
    }
  }

  /** Which old pixels make each new one along an axis, and how much of each. */
  private static final class Weights {
    final int[] first;
    final int[] count;
    final float[] weights; // [new, longest]
    final int longest;

    /**
     * @param from where the part that is seen begins
     * @param span how long it is
     * @param size the number of old pixels
     * @param to the number of new ones
     */
    Weights(double from, double span, int size, int to, Filter filter) {
      double scale = span / to;
      double stretch = Math.max(scale, 1);
      boolean area = filter == Filter.AREA && scale > 1;
      double support = area ? scale / 2 : filter == Filter.AREA ? 1 : 3 * stretch;
      longest = (int) Math.ceil(2 * support) + 2;
      first = new int[to];
      count = new int[to];
      weights = new float[to * longest];
      double[] w = new double[longest];
      for (int i = 0; i < to; i++) {
        double centre = from + (i + 0.5) * scale;
        int begin = Math.max(0, (int) Math.floor(centre - support));
        int end = Math.min(size, (int) Math.ceil(centre + support));
        double sum = 0;
        for (int j = begin; j < end; j++) {
          w[j - begin] =
              area
                  ? overlap(j, centre - support, centre + support)
                  : value(filter, (j + 0.5 - centre) / stretch);
          sum += w[j - begin];
        }
        first[i] = begin;
        count[i] = end - begin;
        for (int j = 0; j < end - begin; j++) {
          weights[i * longest + j] = (float) (w[j] / sum);
        }
      }
    }

    /** How much of pixel j lies between two places. */
    private static double overlap(int j, double from, double to) {
      return Math.max(0, Math.min(j + 1, to) - Math.max(j, from));
    }

    private static double value(Filter filter, double x) {
      double a = Math.abs(x);
      if (filter == Filter.AREA) {
        return Math.max(0, 1 - a);
      }
      return a >= 3 ? 0 : sinc(a) * sinc(a / 3);
    }

    private static double sinc(double x) {
      return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
  }
}
