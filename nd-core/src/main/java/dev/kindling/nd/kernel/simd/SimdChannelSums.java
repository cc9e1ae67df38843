package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.ChannelWindows;
import dev.kindling.nd.kernel.Scratch;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part of a {@link SimdChannelsGradient}: sums over all pixels of products of what they see and their gradients. Some
 * rows of pixels at a time go through, within the second-level cache.
 */
final class SimdChannelSums {

  /** Floats that what is seen from some rows of pixels takes. */
  private static final int BAND = 1 << 17;

  private static final float[] NOTHING = new float[0];

  private final Scratch scratch;
  private final SimdStage see = new SimdStage(this::see);
  private final SimdStage products = new SimdStage(this::products);

  private @Nullable ChannelWindows windows;
  private int vector; // first one of the input channels
  private int vectors;
  private float[] sums = NOTHING;
  private int sumsOff;
  private int sumFloats;
  private int first; // row of pixels
  private int last;
  private int count; // pixels
  private int sourceFrom;
  private int sourceTo;
  private int stride; // output channels, in whole vectors
  private int[] places = {}; // of pixels
  private int pixels; // the source's
  private int pixelFloats; // of a vector of channels
  private int seen;
  private int vectorFloats; // of a vector of channels of what is seen, or of gradients
  private int gradients;
  private float[] own = NOTHING;

  SimdChannelSums(Scratch scratch) {
    this.scratch = scratch;
  }

  /**
   * Sums for some input channels and all output channels.
   *
   * @param from the first vector of input channels
   * @param to the one behind the last
   * @param sums tap e is [k, m], both in whole vectors, from {@code sums[sumsOff + e * sumFloats]} on
   */
  void run(
      ChannelWindows windows,
      int images,
      int k,
      float[] x,
      int xOff,
      int from,
      int to,
      int m,
      float[] dy,
      int dyOff,
      float[] sums,
      int sumsOff,
      int sumFloats) {
    this.windows = windows;
    this.vector = from;
    this.vectors = to - from;
    this.sums = sums;
    this.sumsOff = sumsOff;
    this.sumFloats = sumFloats;
    stride = (m + N - 1) / N * N;
    int taps = windows.kernel;
    int row = windows.width * (taps * vectors * N + stride);
    int most = Math.min(windows.height, Math.max(1, BAND / row));
    int[] rows = windows.phases[0].tapRows;
    int reach = rows[rows.length - 1] - rows[0] + 1;
    int sourceRows = Math.min(windows.sourceHeight, (most - 1) * windows.stepY + reach);
    pixels = Scratch.ALIGNED;
    pixelFloats = sourceRows * windows.sourceWidth * N;
    vectorFloats = most * windows.width * N;
    seen = pixels + vectors * pixelFloats;
    gradients = seen + taps * vectors * vectorFloats;
    own = scratch.borrow(gradients + stride / N * vectorFloats);
    places(most * windows.width);
    for (int e = 0; e < taps; e++) {
      int at = sumsOff + e * sumFloats + vector * N * stride;
      Arrays.fill(sums, at, at + vectors * N * stride, 0);
    }
    int source = windows.sourceHeight * windows.sourceWidth;
    int target = windows.height * windows.width;
    for (int n = 0; n < images; n++) {
      for (int r = 0; r < windows.height; r += most) {
        first = r;
        last = Math.min(windows.height, r + most);
        count = (last - first) * windows.width;
        turn(windows, k, x, xOff + n * k * source, m, dy, dyOff + n * m * target);
        for (int e = 0; e < taps; e++) {
          see.run(e);
          products.run(e);
        }
      }
    }
    scratch.give(own);
    own = NOTHING;
    this.windows = null;
    this.sums = NOTHING;
  }

  private void places(int most) {
    if (places.length < most) {
      places = new int[most];
      Arrays.setAll(places, p -> p * N);
    }
  }

  private void turn(ChannelWindows w, int k, float[] x, int xAt, int m, float[] dy, int dyAt) {
    sourceFrom = w.sourceFrom(first, last);
    sourceTo = Math.max(sourceFrom, w.sourceTo(first, last));
    for (int v = 0; v < vectors; v++) {
      int c = (vector + v) * N;
      int at = xAt + c * w.sourceHeight * w.sourceWidth;
      SimdChannelPixels.turn(
          x,
          at,
          Math.min(N, k - c),
          w.sourceHeight,
          w.sourceWidth,
          sourceFrom,
          sourceTo,
          own,
          pixels + v * pixelFloats);
    }
    for (int c = 0; c < m; c += N) {
      int at = dyAt + c * w.height * w.width;
      int to = gradients + c / N * vectorFloats;
      SimdChannelPixels.turn(dy, at, Math.min(N, m - c), w.height, w.width, first, last, own, to);
    }
  }

  private void see(int e) {
    ChannelWindows w = Objects.requireNonNull(windows);
    for (int v = 0; v < vectors; v++) {
      SimdChannelPixels.see(
          w,
          w.phases[0],
          e,
          first,
          last,
          own,
          pixels + v * pixelFloats,
          sourceFrom,
          sourceTo,
          own,
          places,
          seen + (e * vectors + v) * vectorFloats);
    }
  }

  /** Adds the products of tap e. */
  private void products(int e) {
    int from = seen + e * vectors * vectorFloats;
    for (int o = 0; o < stride; o += 2 * N) {
      int b0 = gradients + o / N * vectorFloats;
      int wide = o + N < stride ? 2 : 1;
      int rows = SimdOuterTile.rows(wide);
      for (int c = 0; c < vectors * N; c += rows) {
        int a = from + c / N * vectorFloats + c % N;
        int sum = sumsOff + e * sumFloats + (vector * N + c) * stride + o;
        SimdOuterTile.tile(wide, count, own, a, own, b0, b0 + vectorFloats, sums, sum, stride);
      }
    }
  }
}
