package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.ChannelWindows;
import dev.kindling.nd.kernel.Scratch;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * One run of a convolution whose pixels are vectors of channels, for some rows of the target: the pixels that each one sees are copied
 * side by side, which is a row of a matrix product [pixels, taps · in] · [taps · in, out].
 */
final class SimdChannelProduct {

  private static final int BIAS = Scratch.ALIGNED;
  private static final int PRODUCT = BIAS + N;
  private static final float[] NOTHING = new float[0];

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;
  private final SimdStage see = new SimdStage(this::see);
  private final SimdStage products = new SimdStage(this::products);
  private final SimdStage outputs = new SimdStage(this::outputs);

  private @Nullable ChannelWindows windows;
  private int m;
  private int depth; // input channels, in whole vectors
  private float[] u = NOTHING;
  private float @Nullable [] bias;
  private int biasOff;
  private int from; // row of the target
  private int to;
  private int sourceFrom;
  private int sourceTo;
  private int first; // row of the phase's pixels
  private int last;
  private int count; // pixels
  private int rows; // of a strip
  private int tapsAtOnce;
  private int[] places = {};
  private int pixels; // the source's
  private int vectorFloats; // of a vector of channels of the source
  private int left;
  private int leftFloats; // of some taps at once
  private int sums;
  private int results;
  private int resultFloats; // of a vector of channels of the target
  private float[] own = NOTHING;

  SimdChannelProduct(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.width = tile.vectors * N;
  }

  /** Rows [from, to) of the target of one image; see {@link dev.kindling.nd.kernel.Kernels#channelProduct}. */
  void run(
      ChannelWindows windows,
      int from,
      int to,
      int m,
      int k,
      float[] u,
      float[] x,
      int xOff,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff) {
    this.windows = windows;
    this.m = m;
    this.u = u;
    this.bias = bias;
    this.biasOff = biasOff;
    this.from = from;
    this.to = to;
    depth = (k + N - 1) / N * N;
    tapsAtOnce = Math.min(windows.kernel, SimdGemmTile.MOST / depth);
    rows = m <= N && tapsAtOnce == windows.kernel ? SimdColumnTile.ROWS : tile.rows;
    sourceFrom = windows.sourceFrom(from, to);
    sourceTo = Math.max(sourceFrom, windows.sourceTo(from, to));
    int most = 0;
    for (ChannelWindows.Phase p : windows.phases) {
      most = Math.max(most, (p.rowFrom(to) - p.rowFrom(from)) * p.columns);
    }
    int strips = (most + rows - 1) / rows;
    int panels = (m + width - 1) / width;
    pixels = PRODUCT + rows * width;
    vectorFloats = (sourceTo - sourceFrom) * windows.sourceWidth * N;
    left = pixels + depth / N * vectorFloats;
    leftFloats = SimdGemmTile.stripFloats(strips, rows, tapsAtOnce * depth);
    sums = left + (windows.kernel + tapsAtOnce - 1) / tapsAtOnce * leftFloats;
    results = sums + panels * strips * rows * width;
    int target = (to - from) * windows.width;
    resultFloats = target * N;
    own = scratch.borrow(results + (m + N - 1) / N * resultFloats);
    places(most);
    for (int c = 0; c < k; c += N) {
      int at = xOff + c * windows.sourceHeight * windows.sourceWidth;
      SimdChannelPixels.turn(
          x,
          at,
          Math.min(N, k - c),
          windows.sourceHeight,
          windows.sourceWidth,
          sourceFrom,
          sourceTo,
          own,
          pixels + c / N * vectorFloats);
    }
    for (int p = 0; p < windows.phases.length; p++) {
      phase(windows.phases[p], p);
    }
    for (int c = 0; c < m; c += N) {
      int plane = windows.height * windows.width;
      int at = yOff + c * plane + from * windows.width;
      int result = results + c / N * resultFloats;
      SimdGemmTranspose.run(own, result, N, target, Math.min(N, m - c), y, at, plane);
    }
    scratch.give(own);
    own = NOTHING;
    this.windows = null;
    this.u = NOTHING;
    this.bias = null;
  }

  private void phase(ChannelWindows.Phase phase, int number) {
    first = phase.rowFrom(from);
    last = phase.rowFrom(to);
    count = (last - first) * phase.columns;
    see.run(number);
    products.run(number);
    outputs.run(number);
  }

  private ChannelWindows.Phase phase(int number) {
    return Objects.requireNonNull(windows).phases[number];
  }

  /** Where the rows of the products' left sides begin. */
  private void places(int most) {
    if (places.length < most) {
      places = new int[most];
    }
    for (int p = 0; p < most; p++) {
      places[p] = left + strip(p / rows) + p % rows * SimdGemmTile.ROW;
    }
  }

  /** Where a strip of the left side begins. */
  private int strip(int s) {
    return SimdGemmTile.stripAt(s, rows, tapsAtOnce * depth);
  }

  private void see(int number) {
    ChannelWindows.Phase phase = phase(number);
    for (int t = 0; t < phase.taps.length; t++) {
      int at = t / tapsAtOnce * leftFloats + t % tapsAtOnce * depth;
      for (int v = 0; v < depth; v += N) {
        int source = pixels + v / N * vectorFloats;
        SimdChannelPixels.see(
            Objects.requireNonNull(windows),
            phase,
            t,
            first,
            last,
            own,
            source,
            sourceFrom,
            sourceTo,
            own,
            places,
            at + v);
      }
    }
  }

  private void products(int number) {
    ChannelWindows.Phase phase = phase(number);
    int strips = (count + rows - 1) / rows;
    int all = phase.taps.length * depth;
    int panelFloats = (count + rows - 1) / rows * rows * width;
    for (int p = 0; p * width < m; p++) {
      int stride = SimdTurned.stride(p, width, m);
      int right = SimdChannels.panel(phase, p, depth, width, m);
      for (int l = 0; l < all; l += tapsAtOnce * depth) {
        int k = Math.min(tapsAtOnce * depth, all - l);
        int from = left + l / (tapsAtOnce * depth) * leftFloats;
        for (int s = 0; s < strips; s++) {
          int sum = sums + p * panelFloats + s * rows * stride;
          product(stride / N, k, from + strip(s), right + l * stride, sum, l > 0);
        }
      }
    }
  }

  private void product(int vectors, int k, int a, int b, int sum, boolean add) {
    if (rows == SimdColumnTile.ROWS) {
      SimdColumnTile.tile(k, own, a, u, b, own, sum);
    } else if (add) {
      tile.tileAdd(vectors, k, own, a, u, b, own, sum, own, PRODUCT);
    } else {
      tile.tile(vectors, k, own, a, u, b, own, sum);
    }
  }

  /** The phase's pixels to where they belong among the target's. */
  private void outputs(int number) {
    ChannelWindows w = Objects.requireNonNull(windows);
    ChannelWindows.Phase phase = phase(number);
    boolean nothing = phase.taps.length == 0;
    int panelFloats = (count + rows - 1) / rows * rows * width;
    for (int c = 0; c < m; c += N) {
      for (int i = 0; i < N; i++) {
        own[BIAS + i] = bias != null && c + i < m ? bias[biasOff + c + i] : 0;
      }
      FloatVector added = FloatVector.fromArray(F, own, BIAS);
      int p = c / width;
      int stride = SimdTurned.stride(p, width, m);
      int sum = sums + p * panelFloats + c - p * width;
      for (int i = first; i < last; i++) {
        int row = phase.firstRow + i * w.targetStepY - from;
        int to = results + c / N * resultFloats + (row * w.width + phase.firstColumn) * N;
        int at = sum + (i - first) * phase.columns * stride;
        for (int j = 0; j < phase.columns; j++) {
          FloatVector v =
              nothing ? added : FloatVector.fromArray(F, own, at + j * stride).add(added);
          v.intoArray(own, to + j * w.targetStepX * N);
        }
      }
    }
  }
}
