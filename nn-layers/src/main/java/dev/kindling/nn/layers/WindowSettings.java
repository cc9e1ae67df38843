package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;
import java.util.List;

/**
 * What can be set of windows that slide over the last one or two axes. With one axis, height is 1.
 *
 * @param kind the layer's, for messages
 * @param axes 1 or 2
 * @param height rows of a window
 * @param width columns of a window
 * @param down rows from one window to the next
 * @param right columns from one window to the next
 * @param padHeight rows of padding above, and as many below
 * @param padWidth columns of padding on the left, and as many on the right
 * @param ceil whether a last window may reach over the end
 * @param countPadding whether an average is also over the padding
 */
record WindowSettings(
    String kind,
    int axes,
    int height,
    int width,
    int down,
    int right,
    int padHeight,
    int padWidth,
    boolean ceil,
    boolean countPadding) {

  /** Windows of this size, one behind the other. */
  static WindowSettings of(String kind, int axes, int height, int width) {
    positive(kind, "kernel", height);
    positive(kind, "kernel", width);
    return new WindowSettings(kind, axes, height, width, height, width, 0, 0, false, true);
  }

  WindowSettings withStride(int down, int right) {
    positive(kind, "stride", down);
    positive(kind, "stride", right);
    return new WindowSettings(
        kind, axes, height, width, down, right, padHeight, padWidth, ceil, countPadding);
  }

  WindowSettings withPadding(int padHeight, int padWidth) {
    checkPadding(padHeight, height);
    checkPadding(padWidth, width);
    return new WindowSettings(
        kind, axes, height, width, down, right, padHeight, padWidth, ceil, countPadding);
  }

  WindowSettings withCeil(boolean ceil) {
    return new WindowSettings(
        kind, axes, height, width, down, right, padHeight, padWidth, ceil, countPadding);
  }

  WindowSettings withCountPadding(boolean countPadding) {
    return new WindowSettings(
        kind, axes, height, width, down, right, padHeight, padWidth, ceil, countPadding);
  }

  private static void positive(String kind, String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          kind + ": " + setting + " must be at least 1, got " + value);
    }
  }

  private void checkPadding(int padding, int kernel) {
    if (padding < 0 || padding > kernel / 2) {
      throw new IllegalArgumentException(
          kind
              + ": padding must be from 0 to half of the kernel, "
              + kernel / 2
              + ", so that every window has an element of the input, got "
              + padding);
    }
  }

  // ---------------------------------------------------------------- on an input

  Windows rows(int in) {
    return Windows.strided(in, height, down, padHeight, ceil, countPadding);
  }

  Windows cols(int in) {
    return Windows.strided(in, width, right, padWidth, ceil, countPadding);
  }

  /** Whether a window fits into each of an input's last axes. */
  boolean fit(Shape in) {
    return in.rank() == axes + 1
        && in.size() > 0
        && fit(paddedWidth(in), width)
        && (axes == 1 || fit(paddedHeight(in), height));
  }

  private static boolean fit(long padded, int kernel) {
    return padded >= kernel && padded <= Integer.MAX_VALUE;
  }

  /** What {@link #fit} expects. */
  String expected() {
    String least = "at least " + Math.max(1, width - 2 * padWidth);
    return axes == 1
        ? "[channels, " + least + "]"
        : "[channels, at least " + Math.max(1, height - 2 * padHeight) + ", " + least + "]";
  }

  /** What is wrong if {@link #fit} says no. */
  String fault(Shape in) {
    if (in.rank() != axes + 1 || in.size() == 0) {
      return "";
    }
    return axes == 1
        ? "The kernel of " + width + " is larger than the padded input of " + paddedWidth(in)
        : "The kernel of "
            + height
            + "×"
            + width
            + " is larger than the padded input of "
            + paddedHeight(in)
            + "×"
            + paddedWidth(in);
  }

  private long paddedHeight(Shape in) {
    return in.dim(-2) + 2L * padHeight;
  }

  private long paddedWidth(Shape in) {
    return in.dim(-1) + 2L * padWidth;
  }

  // ---------------------------------------------------------------- in files and messages

  Config config() {
    Config c = Config.of(kind);
    c =
        axes == 1
            ? c.with("kernel", width).with("stride", right).with("padding", padWidth)
            : c.with("kernel", List.of(height, width))
                .with("stride", List.of(down, right))
                .with("padding", List.of(padHeight, padWidth));
    return c.with("ceil", ceil);
  }

  static WindowSettings from(Config c, int axes) {
    WindowSettings s;
    if (axes == 1) {
      s =
          of(c.kind(), 1, 1, c.intOf("kernel"))
              .withStride(1, c.intOf("stride"))
              .withPadding(0, c.intOf("padding"));
    } else {
      int[] kernel = pair(c, "kernel");
      int[] stride = pair(c, "stride");
      int[] padding = pair(c, "padding");
      s =
          of(c.kind(), 2, kernel[0], kernel[1])
              .withStride(stride[0], stride[1])
              .withPadding(padding[0], padding[1]);
    }
    return s.withCeil(c.booleanOf("ceil"));
  }

  /** Two whole numbers, for height and width. */
  static int[] pair(Config c, String setting) {
    int[] pair = c.intsOf(setting);
    if (pair.length != 2) {
      throw new IllegalArgumentException(
          c.kind() + ": setting '" + setting + "' should be two numbers, got " + pair.length);
    }
    return pair;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(kind).append('(').append(size(height, width));
    if (down != height || right != width) {
      s.append(", stride ").append(size(down, right));
    }
    if (padHeight != 0 || padWidth != 0) {
      s.append(", padding ").append(size(padHeight, padWidth));
    }
    return s.append(')').toString();
  }

  private String size(int vertical, int horizontal) {
    return axes == 1 ? String.valueOf(horizontal) : vertical + "×" + horizontal;
  }
}
