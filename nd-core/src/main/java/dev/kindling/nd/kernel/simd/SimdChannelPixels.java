package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.ChannelWindows;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Pixels as vectors of channels, and where the pixels under a kernel are copied to. */
final class SimdChannelPixels {

  private SimdChannelPixels() {}

  /** Rows [from, to) of a vector of channels: from [channels, height, width] at {@code x[at]} to {@code y[yOff + pixel * N]}. */
  static void turn(
      float[] x,
      int at,
      int channels,
      int height,
      int width,
      int from,
      int to,
      float[] y,
      int yOff) {
    int pixels = (to - from) * width;
    if (channels < N) {
      Arrays.fill(y, yOff, yOff + pixels * N, 0);
    }
    SimdGemmTranspose.run(x, at + from * width, height * width, channels, pixels, y, yOff, N);
  }

  /**
   * Copies what a phase's rows of pixels see through a tap, of a vector of channels; zeros where that is nothing.
   *
   * @param first the first row of pixels
   * @param last the one behind the last
   * @param x source rows from {@code sourceFrom} to {@code sourceTo}, as {@link #turn} writes them, from {@code x[xOff]} on
   * @param y what pixel p sees, counted from the first, goes to {@code y[places[p] + yOff]}
   */
  static void see(
      ChannelWindows w,
      ChannelWindows.Phase phase,
      int tap,
      int first,
      int last,
      float[] x,
      int xOff,
      int sourceFrom,
      int sourceTo,
      float[] y,
      int[] places,
      int yOff) {
    FloatVector zero = FloatVector.zero(F);
    int from = phase.columnFrom(tap);
    int to = phase.columnTo(tap);
    int step = w.stepX * N;
    for (int i = first; i < last; i++) {
      int p = (i - first) * phase.columns;
      int row = i * w.stepY + phase.tapRows[tap];
      boolean inside = row >= sourceFrom && row < sourceTo;
      int begin = inside ? from : phase.columns;
      int end = inside ? to : phase.columns;
      int source = xOff + ((row - sourceFrom) * w.sourceWidth + phase.tapColumns[tap]) * N;
      for (int j = 0; j < begin; j++) {
        zero.intoArray(y, places[p + j] + yOff);
      }
      for (int j = begin; j < end; j++) {
        FloatVector.fromArray(F, x, source + j * step).intoArray(y, places[p + j] + yOff);
      }
      for (int j = end; j < phase.columns; j++) {
        zero.intoArray(y, places[p + j] + yOff);
      }
    }
  }
}
