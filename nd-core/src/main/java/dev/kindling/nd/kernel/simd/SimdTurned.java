package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Scratch;
import java.util.Arrays;

/**
 * An image's channels transposed for a gradient by weights: [pixels, channels], in panels of as many channels as a tile is
 * wide, with rows of zeros where the convolution's input has elements that no pixel belongs to.
 */
final class SimdTurned {

  private SimdTurned() {}

  /** Channels of a panel, in whole vectors. */
  static int stride(int panel, int width, int channels) {
    return Math.min(width, (channels - panel * width + N - 1) / N * N);
  }

  /**
   * Writes all panels, one after the other, each [total, stride].
   *
   * @param x [channels, height, width]
   * @param panelWidth channels of a panel
   * @param rowStride how far a row of pixels is from the next one; zeros between
   * @param total pixels with the gaps; zeros behind the last row
   */
  static void write(
      Scratch scratch,
      float[] x,
      int xOff,
      int channels,
      int height,
      int width,
      int panelWidth,
      int rowStride,
      int total,
      float[] to,
      int toOff) {
    int pixels = height * width;
    boolean dense = rowStride == width && total == pixels;
    float[] own = dense ? to : scratch.borrow(pixels * panelWidth);
    for (int p = 0; p * panelWidth < channels; p++) {
      int count = Math.min(panelWidth, channels - p * panelWidth);
      int stride = stride(p, panelWidth, channels);
      int at = toOff + p * panelWidth * total;
      int begin = dense ? at : 0;
      if (count < stride) {
        // The lanes beyond the last channel are multiplied too, and must be numbers.
        Arrays.fill(own, begin, begin + pixels * stride, 0);
      }
      int from = xOff + p * panelWidth * pixels;
      SimdGemmTranspose.run(x, from, pixels, count, pixels, own, begin, stride);
      if (!dense) {
        spread(own, stride, height, width, rowStride, total, to, at);
      }
    }
    if (!dense) {
      scratch.give(own);
    }
  }

  private static void spread(
      float[] compact,
      int stride,
      int height,
      int width,
      int rowStride,
      int total,
      float[] to,
      int at) {
    for (int i = 0; i < height; i++) {
      int row = at + i * rowStride * stride;
      System.arraycopy(compact, i * width * stride, to, row, width * stride);
      int end = at + Math.min(total, (i + 1) * rowStride) * stride;
      Arrays.fill(to, row + width * stride, end, 0);
    }
    int behind = at + Math.min(total, height * rowStride) * stride;
    Arrays.fill(to, behind, at + total * stride, 0);
  }
}
