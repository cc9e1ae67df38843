package dev.kindling.data.image;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/**
 * A decoded image: 8 bits each of red, green and blue (sRGB, as files hold it), row by row from the top. Transparency is
 * dropped, gray is three equal numbers.
 */
public final class Image {

  /** Each level as a number from 0 to 1: a division a pixel would take longer than all else. */
  private static final float[] UNIT = new float[256];

  static {
    for (int level = 0; level < 256; level++) {
      UNIT[level] = level / 255f;
    }
  }

  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * Over the given bytes, which are shared and not copied.
   *
   * @param rgb {@code 3 × width × height} bytes or more; what is beyond is ignored
   * @throws IllegalArgumentException if there are fewer, or the image is empty
   */
  public Image(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length < 3L * width * height) {
      throw new IllegalArgumentException(
          "width and height must be at least 1 and rgb hold 3 bytes a pixel, got "
              + width
              + "×"
              + height
              + " and "
              + rgb.length
              + " bytes");
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** Pixels in a row. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Red, green, blue of each pixel; shared, and possibly longer than {@code 3 × width × height}. */
  public byte[] rgb() {
    return rgb;
  }

  /**
   * Writes the image as numbers from 0 to 1.
   *
   * @param to {@code [3, height, width]} for red, green and blue planes, {@code [1, height, width]} for gray: 0.299 red +
   *     0.587 green + 0.114 blue (ITU-R BT.601), rounded to a whole level
   * @throws ShapeException if it has another shape
   */
  public void copyTo(Tensor to) {
    int pixels = width * height;
    if (to.rank() != 3
        || to.dim(1) != height
        || to.dim(2) != width
        || to.dim(0) % 2 == 0
        || to.dim(0) > 3) {
      throw ShapeException.of(
          "Image", "[3 or 1, " + height + ", " + width + "]", to.shape().toString(), "");
    }
    float[] d = to.data();
    int p = to.offset();
    if (to.dim(0) == 1) {
      for (int i = 0; i < pixels; i++) {
        d[p + i] = UNIT[gray(3 * i)];
      }
      return;
    }
    int red = p;
    int green = red + pixels;
    int blue = green + pixels;
    for (int i = 0; i < 3 * pixels; i += 3) {
      d[red++] = UNIT[rgb[i] & 0xff];
      d[green++] = UNIT[rgb[i + 1] & 0xff];
      d[blue++] = UNIT[rgb[i + 2] & 0xff];
    }
  }

  /** As {@link #copyTo}, as bytes: planes of the given number of channels, 3 or 1. */
  void copyTo(byte[] out, int at, int channels) {
    int pixels = width * height;
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < pixels; i++) {
        out[at + channel * pixels + i] = channels == 1 ? (byte) gray(3 * i) : rgb[3 * i + channel];
      }
    }
  }

  private int gray(int p) {
    int sum = 19595 * (rgb[p] & 0xff) + 38470 * (rgb[p + 1] & 0xff) + 7471 * (rgb[p + 2] & 0xff);
    return (sum + 0x8000) >> 16;
  }

  /**
   * Turned and mirrored so as to undo an EXIF orientation.
   *
   * @param orientation 1 (as it is) to 8
   */
  Image oriented(int orientation) {
    if (orientation <= 1 || orientation > 8) {
      return this;
    }
    boolean swap = orientation >= 5;
    int w = swap ? height : width;
    int h = swap ? width : height;
    byte[] out = new byte[3 * w * h];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        // Where the pixel comes from, by the EXIF standard's table.
        int sx = swap ? y : x;
        int sy = swap ? x : y;
        boolean mirrorX =
            orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean mirrorY =
            orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int from = 3 * ((mirrorY ? height - 1 - sy : sy) * width + (mirrorX ? width - 1 - sx : sx));
        int to = 3 * (y * w + x);
        out[to] = rgb[from];
        out[to + 1] = rgb[from + 1];
        out[to + 2] = rgb[from + 2];
      }
    }
    return new Image(w, h, out);
  }
}
