package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import java.util.Arrays;
import java.util.List;

/**
 * Makes images larger by whole factors. {@link #nearest}: every pixel becomes a block of equal ones, y[i, j] = x[⌊i/r⌋, ⌊j/s⌋].
 * {@link #bilinear}: pixels are points in the middle of their squares, and those between are mixed from the four around them by
 * distance; PyTorch's {@code align_corners=False}.
 *
 * <p>Shapes: [channels, height, width] → [channels, height·r, width·s].
 *
 * <p>Backward, derived in {@code docs/derivations/upsample.md}: each dy goes to the pixels that it was mixed from, in the same
 * parts.
 */
public final class Upsample extends Planewise {

  /** The largest factor. */
  static final int MOST = 1024;

  private final int down;
  private final int right;
  private final boolean bilinear;

  private Upsample(int down, int right, boolean bilinear) {
    if (down < 1 || right < 1 || down > MOST || right > MOST) {
      throw new IllegalArgumentException(
          "Upsample: factors must be from 1 to " + MOST + ", got " + down + " and " + right);
    }
    this.down = down;
    this.right = right;
    this.bilinear = bilinear;
  }

  /**
   * Blocks of equal pixels.
   *
   * @throws IllegalArgumentException if the factor isn't from 1 to 1024
   */
  public static Upsample nearest(int factor) {
    return nearest(factor, factor);
  }

  /**
   * Blocks of equal pixels.
   *
   * @param rows how many times as many rows
   * @param columns how many times as many columns
   * @throws IllegalArgumentException if one isn't from 1 to 1024
   */
  public static Upsample nearest(int rows, int columns) {
    return new Upsample(rows, columns, false);
  }

  /**
   * Pixels mixed from the four around them.
   *
   * @throws IllegalArgumentException if the factor isn't from 1 to 1024
   */
  public static Upsample bilinear(int factor) {
    return bilinear(factor, factor);
  }

  /**
   * Pixels mixed from the four around them.
   *
   * @param rows how many times as many rows
   * @param columns how many times as many columns
   * @throws IllegalArgumentException if one isn't from 1 to 1024
   */
  public static Upsample bilinear(int rows, int columns) {
    return new Upsample(rows, columns, true);
  }

  @Override
  protected Shape build(Shape in) {
    image(in);
    return output(in.dim(0), (long) in.dim(1) * down, (long) in.dim(2) * right);
  }

  // ---------------------------------------------------------------- forward

  @Override
  void forward(Tensor x, Tensor y, int from, int to) {
    int height = inputShape().dim(1);
    int width = inputShape().dim(2);
    int outWidth = width * right;
    for (int p = from; p < to; p++) {
      int xAt = x.offset() + p * height * width;
      int yAt = y.offset() + p * height * down * outWidth;
      for (int i = 0; i < height * down; i++) {
        int row = yAt + i * outWidth;
        if (bilinear) {
          mix(x.data(), xAt, i, y.data(), row, height, width);
        } else if (i % down == 0) {
          spread(x.data(), xAt + i / down * width, y.data(), row, width);
        } else {
          System.arraycopy(y.data(), row - outWidth, y.data(), row, outWidth);
        }
      }
    }
  }

  private void spread(float[] x, int xAt, float[] y, int yAt, int width) {
    for (int j = 0; j < width; j++) {
      float v = x[xAt + j];
      int to = yAt + j * right;
      for (int k = 0; k < right; k++) {
        y[to + k] = v;
      }
    }
  }

  private void mix(float[] x, int xAt, int i, float[] y, int yAt, int height, int width) {
    int first = before(i, down);
    float lower = part(i, down, first);
    int row0 = xAt + Math.max(0, first) * width;
    int row1 = xAt + Math.min(height - 1, first + 1) * width;
    for (int k = 0; k < right; k++) {
      int shift = before(k, right);
      float after = part(k, right, shift);
      for (int j = 0; j < width; j++) {
        int a = Math.max(0, j + shift);
        int b = Math.min(width - 1, j + shift + 1);
        float upperRow = x[row0 + a] + after * (x[row0 + b] - x[row0 + a]);
        float lowerRow = x[row1 + a] + after * (x[row1 + b] - x[row1 + a]);
        y[yAt + j * right + k] = upperRow + lower * (lowerRow - upperRow);
      }
    }
  }

  // ---------------------------------------------------------------- backward

  @Override
  void backward(Tensor dy, Tensor dx, int from, int to) {
    int height = inputShape().dim(1);
    int width = inputShape().dim(2);
    int outWidth = width * right;
    for (int p = from; p < to; p++) {
      int dxAt = dx.offset() + p * height * width;
      int dyAt = dy.offset() + p * height * down * outWidth;
      Arrays.fill(dx.data(), dxAt, dxAt + height * width, 0);
      for (int i = 0; i < height * down; i++) {
        int row = dyAt + i * outWidth;
        if (bilinear) {
          unmix(dy.data(), row, dx.data(), dxAt, i, height, width);
        } else {
          gather(dy.data(), row, dx.data(), dxAt + i / down * width, width);
        }
      }
    }
  }

  private void gather(float[] dy, int dyAt, float[] dx, int dxAt, int width) {
    for (int j = 0; j < width; j++) {
      float sum = 0;
      for (int k = 0; k < right; k++) {
        sum += dy[dyAt + j * right + k];
      }
      dx[dxAt + j] += sum;
    }
  }

  private void unmix(float[] dy, int dyAt, float[] dx, int dxAt, int i, int height, int width) {
    int first = before(i, down);
    float lower = part(i, down, first);
    int row0 = dxAt + Math.max(0, first) * width;
    int row1 = dxAt + Math.min(height - 1, first + 1) * width;
    for (int k = 0; k < right; k++) {
      int shift = before(k, right);
      float after = part(k, right, shift);
      for (int j = 0; j < width; j++) {
        int a = Math.max(0, j + shift);
        int b = Math.min(width - 1, j + shift + 1);
        float d = dy[dyAt + j * right + k];
        float upper = d - lower * d;
        float below = lower * d;
        dx[row0 + a] += upper - after * upper;
        dx[row0 + b] += after * upper;
        dx[row1 + a] += below - after * below;
        dx[row1 + b] += after * below;
      }
    }
  }

  // ---------------------------------------------------------------- where pixels lie

  /** The last input position at or before output position i, which lies at (i + ½)/factor - ½; -1 at the edge. */
  private static int before(int i, int factor) {
    return Math.floorDiv(2 * i + 1 - factor, 2 * factor);
  }

  /** How far output position i is from {@link #before} to the one after it, from 0 to 1. */
  private static float part(int i, int factor, int before) {
    return (2 * i + 1 - factor - 2 * factor * before) / (2f * factor);
  }

  // ---------------------------------------------------------------- in files and messages

  @Override
  public Config config() {
    return Config.of("Upsample")
        .with("mode", bilinear ? "bilinear" : "nearest")
        .with("factor", List.of(down, right));
  }

  /** An equal layer from its config. */
  public static Upsample from(Config c) {
    int[] factor = WindowSettings.pair(c, "factor");
    return switch (c.stringOf("mode")) {
      case "nearest" -> nearest(factor[0], factor[1]);
      case "bilinear" -> bilinear(factor[0], factor[1]);
      default ->
          throw new IllegalArgumentException(
              "Upsample: setting 'mode' should be nearest or bilinear, got '"
                  + c.stringOf("mode")
                  + "'");
    };
  }

  @Override
  public String toString() {
    return "Upsample(" + (bilinear ? "bilinear, " : "nearest, ") + down + "×" + right + ")";
  }
}
