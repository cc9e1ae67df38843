package dev.kindling.nn.layers;

import dev.kindling.nn.Config;
import java.util.List;

/**
 * What can be set of a convolution, in two dimensions.
 *
 * @param kind the layer's name, for messages and files
 * @param out output channels; 0 for as many as go in
 * @param kernelY the kernel's rows
 * @param kernelX the kernel's columns
 * @param strideY rows from one output to the next
 * @param strideX columns from one output to the next
 * @param paddingY rows of zeros above and below; {@link #SAME} for as many as keep the size
 * @param paddingX columns of zeros to the left and right
 * @param dilationY rows between the kernel's elements, 1 for neighbours
 * @param dilationX columns between the kernel's elements
 * @param groups of channels that don't see each other; 0 for one a channel
 * @param bias whether each output channel has a bias
 * @param moreY for a transposed convolution, rows that are added to the output's end
 * @param moreX the same, columns
 */
record ConvSettings(
    String kind,
    int out,
    int kernelY,
    int kernelX,
    int strideY,
    int strideX,
    int paddingY,
    int paddingX,
    int dilationY,
    int dilationX,
    int groups,
    boolean bias,
    int moreY,
    int moreX) {

  /** Padding that keeps the size at stride 1. */
  static final int SAME = -1;

  /** PyTorch's defaults: stride 1, no padding, no dilation, one group, with bias. */
  static ConvSettings of(String kind, int out, int kernelY, int kernelX) {
    atLeast(kind, "the number of output channels", out, 1);
    return unchecked(kind, out, kernelY, kernelX);
  }

  /** As many outputs as inputs, each seeing one. */
  static ConvSettings depthwise(String kind, int kernelY, int kernelX) {
    return unchecked(kind, 0, kernelY, kernelX).withGroups(0);
  }

  private static ConvSettings unchecked(String kind, int out, int kernelY, int kernelX) {
    atLeast(kind, "the kernel's height", kernelY, 1);
    atLeast(kind, "the kernel's width", kernelX, 1);
    return new ConvSettings(kind, out, kernelY, kernelX, 1, 1, 0, 0, 1, 1, 1, true, 0, 0);
  }

  private static void atLeast(String kind, String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          kind + ": " + what + " must be at least " + least + ", got " + value);
    }
  }

  ConvSettings withStride(int y, int x) {
    atLeast(kind, "the stride", Math.min(y, x), 1);
    return new ConvSettings(
        kind, out, kernelY, kernelX, y, x, paddingY, paddingX, dilationY, dilationX, groups, bias,
        moreY, moreX);
  }

  ConvSettings withPadding(int y, int x) {
    atLeast(kind, "the padding", Math.min(y, x), 0);
    return padded(y, x);
  }

  ConvSettings withSamePadding() {
    return padded(SAME, SAME);
  }

  private ConvSettings padded(int y, int x) {
    return new ConvSettings(
        kind, out, kernelY, kernelX, strideY, strideX, y, x, dilationY, dilationX, groups, bias,
        moreY, moreX);
  }

  ConvSettings withDilation(int y, int x) {
    atLeast(kind, "the dilation", Math.min(y, x), 1);
    return new ConvSettings(
        kind, out, kernelY, kernelX, strideY, strideX, paddingY, paddingX, y, x, groups, bias,
        moreY, moreX);
  }

  ConvSettings withGroups(int number) {
    return new ConvSettings(
        kind, out, kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX,
        number, bias, moreY, moreX);
  }

  ConvSettings withAtLeastOneGroup(int number) {
    atLeast(kind, "the number of groups", number, 1);
    return withGroups(number);
  }

  ConvSettings withBias(boolean has) {
    return new ConvSettings(
        kind, out, kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX,
        groups, has, moreY, moreX);
  }

  ConvSettings withOutputPadding(int y, int x) {
    atLeast(kind, "the output padding", Math.min(y, x), 0);
    return new ConvSettings(
        kind, out, kernelY, kernelX, strideY, strideX, paddingY, paddingX, dilationY, dilationX,
        groups, bias, y, x);
  }

  /** Rows from the kernel's first to its last, both included. */
  int reachY() {
    return dilationY * (kernelY - 1) + 1;
  }

  /** Columns from the kernel's first to its last, both included. */
  int reachX() {
    return dilationX * (kernelX - 1) + 1;
  }

  /** Zeros on both sides of the rows together. */
  int bothY() {
    return paddingY == SAME ? reachY() - 1 : 2 * paddingY;
  }

  /** Zeros on both sides of the columns together. */
  int bothX() {
    return paddingX == SAME ? reachX() - 1 : 2 * paddingX;
  }

  Config config() {
    Config c =
        Config.of(kind)
            .with("out", out)
            .with("kernel", List.of(kernelY, kernelX))
            .with("stride", List.of(strideY, strideX))
            .with("padding", List.of(paddingY, paddingX))
            .with("dilation", List.of(dilationY, dilationX))
            .with("groups", groups)
            .with("bias", bias);
    return moreY == 0 && moreX == 0 ? c : c.with("output_padding", List.of(moreY, moreX));
  }

  static ConvSettings from(Config c) {
    int[] kernel = pair(c, "kernel");
    int[] stride = pair(c, "stride");
    int[] padding = pair(c, "padding");
    int[] dilation = pair(c, "dilation");
    int groups = c.intOf("groups");
    int out = c.intOf("out");
    ConvSettings s =
        out == 0 && groups == 0
            ? depthwise(c.kind(), kernel[0], kernel[1])
            : of(c.kind(), out, kernel[0], kernel[1]).withAtLeastOneGroup(groups);
    s = s.withStride(stride[0], stride[1]).withDilation(dilation[0], dilation[1]);
    s =
        padding[0] == SAME && padding[1] == SAME
            ? s.withSamePadding()
            : s.withPadding(padding[0], padding[1]);
    if (c.has("output_padding")) {
      int[] more = pair(c, "output_padding");
      s = s.withOutputPadding(more[0], more[1]);
    }
    return s.withBias(c.booleanOf("bias"));
  }

  private static int[] pair(Config c, String name) {
    int[] two = c.intsOf(name);
    if (two.length != 2) {
      throw new IllegalArgumentException(
          c.kind() + ": '" + name + "' must be two whole numbers, got " + two.length);
    }
    return two;
  }

  /** For messages: sizes, and what differs from the defaults. */
  String describe(String sizes) {
    StringBuilder s = new StringBuilder(kind).append('(').append(sizes);
    s.append(", ").append(kernelY).append('×').append(kernelX);
    if (strideY != 1 || strideX != 1) {
      s.append(", stride ").append(strideY == strideX ? "" + strideY : strideY + "×" + strideX);
    }
    if (paddingY == SAME) {
      s.append(", same padding");
    } else if (paddingY != 0 || paddingX != 0) {
      s.append(", padding ")
          .append(paddingY == paddingX ? "" + paddingY : paddingY + "×" + paddingX);
    }
    if (dilationY != 1 || dilationX != 1) {
      s.append(", dilation ")
          .append(dilationY == dilationX ? "" + dilationY : dilationY + "×" + dilationX);
    }
    if (groups == 0) {
      s.append(", depthwise");
    } else if (groups != 1) {
      s.append(", ").append(groups).append(" groups");
    }
    return s.append(')').toString();
  }
}
