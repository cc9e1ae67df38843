package dev.kindling.nd.kernel;

/**
 * The sizes of a two-dimensional convolution (a cross-correlation, as everywhere in the field): output (oy, ox) sees input
 * {@code (oy * strideY + ky * dilationY - top, ox * strideX + kx * dilationX - left)}.
 *
 * @param in input channels
 * @param height of the input
 * @param width of the input
 * @param out output channels
 * @param kernelY rows of the kernel
 * @param kernelX columns of the kernel
 * @param strideY rows from one output to the next
 * @param strideX columns from one output to the next
 * @param top rows of zeros above the input
 * @param left columns of zeros to its left
 * @param bottom rows of zeros below
 * @param right columns of zeros to its right
 * @param dilationY rows from one element of the kernel to the next
 * @param dilationX columns from one element of the kernel to the next
 * @param groups into which both kinds of channels are divided; each output sees the inputs of its group
 */
public record ConvolutionShape(
    int in,
    int height,
    int width,
    int out,
    int kernelY,
    int kernelX,
    int strideY,
    int strideX,
    int top,
    int left,
    int bottom,
    int right,
    int dilationY,
    int dilationX,
    int groups) {

  /** Rows of the output. */
  public int outHeight() {
    return (height + top + bottom - dilationY * (kernelY - 1) - 1) / strideY + 1;
  }

  /** Columns of the output. */
  public int outWidth() {
    return (width + left + right - dilationX * (kernelX - 1) - 1) / strideX + 1;
  }

  /** Input channels of a group. */
  public int inOfGroup() {
    return in / groups;
  }

  /** Output channels of a group. */
  public int outOfGroup() {
    return out / groups;
  }

  /** Multiply-adds of one image's forward pass. */
  public long multiplyAdds() {
    return (long) out * outHeight() * outWidth() * inOfGroup() * kernelY * kernelX;
  }
}
