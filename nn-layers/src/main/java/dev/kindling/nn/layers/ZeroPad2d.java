package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import java.util.Arrays;
import java.util.List;

/**
 * Puts rows and columns of zeros around images.
 *
 * <p>Shapes: [channels, height, width] → [channels, top + height + bottom, left + width + right]. Backward: dx is the part of
 * dy where x was put.
 */
public final class ZeroPad2d extends Planewise {

  private final int left;
  private final int right;
  private final int top;
  private final int bottom;

  /**
   * The same on all four sides.
   *
   * @throws IllegalArgumentException if padding is below 0
   */
  public ZeroPad2d(int padding) {
    this(padding, padding, padding, padding);
  }

  /**
   * This many columns and rows, in PyTorch's order.
   *
   * @throws IllegalArgumentException if one is below 0
   */
  public ZeroPad2d(int left, int right, int top, int bottom) {
    if (left < 0 || right < 0 || top < 0 || bottom < 0) {
      throw new IllegalArgumentException(
          "ZeroPad2d: padding must be at least 0, got " + List.of(left, right, top, bottom));
    }
    this.left = left;
    this.right = right;
    this.top = top;
    this.bottom = bottom;
  }

  @Override
  protected Shape build(Shape in) {
    image(in);
    return output(in.dim(0), (long) in.dim(1) + top + bottom, (long) in.dim(2) + left + right);
  }

  @Override
  void forward(Tensor x, Tensor y, int from, int to) {
    int height = inputShape().dim(1);
    int width = inputShape().dim(2);
    int outWidth = outputShape().dim(2);
    int plane = outputShape().dim(1) * outWidth;
    float[] out = y.data();
    for (int p = from; p < to; p++) {
      int yAt = y.offset() + p * plane;
      int xAt = x.offset() + p * height * width;
      Arrays.fill(out, yAt, yAt + top * outWidth, 0);
      for (int i = 0; i < height; i++) {
        int row = yAt + (top + i) * outWidth;
        Arrays.fill(out, row, row + left, 0);
        System.arraycopy(x.data(), xAt + i * width, out, row + left, width);
        Arrays.fill(out, row + left + width, row + outWidth, 0);
      }
      Arrays.fill(out, yAt + (top + height) * outWidth, yAt + plane, 0);
    }
  }

  @Override
  void backward(Tensor dy, Tensor dx, int from, int to) {
    int height = inputShape().dim(1);
    int width = inputShape().dim(2);
    int outWidth = outputShape().dim(2);
    int plane = outputShape().dim(1) * outWidth;
    for (int p = from; p < to; p++) {
      int dyAt = dy.offset() + p * plane + top * outWidth + left;
      int dxAt = dx.offset() + p * height * width;
      for (int i = 0; i < height; i++) {
        System.arraycopy(dy.data(), dyAt + i * outWidth, dx.data(), dxAt + i * width, width);
      }
    }
  }

  @Override
  public Config config() {
    return Config.of("ZeroPad2d").with("padding", List.of(left, right, top, bottom));
  }

  /** An equal layer from its config. */
  public static ZeroPad2d from(Config c) {
    int[] p = c.intsOf("padding");
    if (p.length != 4) {
      throw new IllegalArgumentException(
          "ZeroPad2d: setting 'padding' should be four numbers, got " + p.length);
    }
    return new ZeroPad2d(p[0], p[1], p[2], p[3]);
  }

  @Override
  public String toString() {
    return "ZeroPad2d(" + left + ", " + right + ", " + top + ", " + bottom + ")";
  }
}
