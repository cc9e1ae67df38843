package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import java.util.Arrays;

/**
 * One thread's part of a {@link SimdTilesGradient}: sums over all tiles of products of inputs and output's gradients, both
 * transformed. A band of some rows of tiles at a time goes through, within the second-level cache.
 */
final class SimdTileSums {

  private static final float[] NOTHING = new float[0];

  private final Scratch scratch;
  private final SimdTileReader inputs = new SimdTileReader(false);
  private final SimdTileReader gradients = new SimdTileReader(true);
  private final SimdStage readInputs = new SimdStage(this::readInputs);
  private final SimdStage readGradients = new SimdStage(this::readGradients);
  private final SimdStage products = new SimdStage(this::products);

  private int k;
  private float[] x = NOTHING;
  private int xOff;
  private int vector; // first one of the input channels
  private int vectors;
  private int m;
  private float[] dy = NOTHING;
  private int dyOff;
  private float[] sums = NOTHING;
  private int sumsOff;
  private int sumFloats;

  private int first; // row of tiles of the band
  private int last;
  private int count; // tiles
  private int stride; // output channels, in whole vectors
  private int[] places = {}; // of tiles
  private int vectorFloats; // of one element, a vector of channels
  private int inputsAt;
  private int inputFloats; // of one element
  private int gradientsAt;
  private int gradientFloats;
  private float[] own = NOTHING;

  SimdTileSums(Scratch scratch) {
    this.scratch = scratch;
  }

  /**
   * Sums for some input channels and all output channels.
   *
   * @param rows of tiles, through all images
   * @param from the first vector of input channels
   * @param to the one behind the last
   * @param sums element e is [k, m], both in whole vectors, from {@code sums[sumsOff + e * sumFloats]} on
   */
  void run(
      Tiles tiles,
      int rows,
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
    this.k = k;
    this.x = x;
    this.xOff = xOff;
    this.vector = from;
    this.vectors = to - from;
    this.m = m;
    this.dy = dy;
    this.dyOff = dyOff;
    this.sums = sums;
    this.sumsOff = sumsOff;
    this.sumFloats = sumFloats;
    stride = (m + N - 1) / N * N;
    int band = SimdTiles.band(tiles, m, k);
    int bands = (rows + band - 1) / band;
    int most = (rows + bands - 1) / bands;
    vectorFloats = most * tiles.columns * N;
    places(most * tiles.columns);
    inputFloats = vectors * vectorFloats + N;
    gradientFloats = stride / N * vectorFloats + N;
    int between = inputs.begin(tiles, most, Scratch.ALIGNED);
    inputsAt = gradients.begin(tiles, most, between);
    gradientsAt = inputsAt + Tiles.ELEMENTS * inputFloats;
    own = scratch.borrow(gradientsAt + Tiles.ELEMENTS * gradientFloats);
    inputs.clear(own);
    gradients.clear(own);
    clear();
    for (int row = 0; row < rows; row += most) {
      first = row;
      last = Math.min(rows, row + most);
      count = (last - first) * tiles.columns;
      for (int v = 0; v < vectors; v++) {
        readInputs.run(v);
      }
      for (int v = 0; v * N < m; v++) {
        readGradients.run(v);
      }
      for (int e = 0; e < Tiles.ELEMENTS; e++) {
        products.run(e);
      }
    }
    scratch.give(own);
    own = NOTHING;
    this.x = NOTHING;
    this.dy = NOTHING;
    this.sums = NOTHING;
  }

  private void places(int count) {
    if (places.length < count) {
      places = new int[count];
      Arrays.setAll(places, t -> t * N);
    }
  }

  private void clear() {
    for (int e = 0; e < Tiles.ELEMENTS; e++) {
      int from = sumsOff + e * sumFloats + vector * N * stride;
      Arrays.fill(sums, from, from + vectors * N * stride, 0);
    }
  }

  private void readInputs(int v) {
    int at = inputsAt + v * vectorFloats;
    int channel = (vector + v) * N;
    inputs.read(first, last, k, x, xOff, channel, own, own, places, at, inputFloats);
  }

  private void readGradients(int v) {
    int at = gradientsAt + v * vectorFloats;
    gradients.read(first, last, m, dy, dyOff, v * N, own, own, places, at, gradientFloats);
  }

  /** Adds the products of element e. */
  private void products(int e) {
    for (int o = 0; o < stride; o += 2 * N) {
      int b0 = gradientsAt + e * gradientFloats + o / N * vectorFloats;
      int wide = o + N < stride ? 2 : 1;
      int rows = SimdOuterTile.rows(wide);
      for (int c = 0; c < vectors * N; c += rows) {
        int a = inputsAt + e * inputFloats + c / N * vectorFloats + c % N;
        int sum = sumsOff + e * sumFloats + (vector * N + c) * stride + o;
        SimdOuterTile.tile(wide, count, own, a, own, b0, b0 + vectorFloats, sums, sum, stride);
      }
    }
  }
}
