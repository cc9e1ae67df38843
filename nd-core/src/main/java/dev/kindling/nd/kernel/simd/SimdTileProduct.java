package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * One run of the fast convolution of {@link Tiles}, a band of some rows of tiles at a time: its inputs are transformed, 36 small
 * matrix products [tiles, in] · [in, out] mix the channels, and the result is transformed back, all within the second-level cache.
 */
final class SimdTileProduct {

  private static final int ELEMENTS = Tiles.ELEMENTS;
  private static final int INPUT = Tiles.INPUT;
  private static final int SIDE = Tiles.SIDE;
  private static final int ZERO = Scratch.ALIGNED;
  private static final int BIAS = ZERO + N;
  private static final float[] NOTHING = new float[0];

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;
  private final SimdTileReader reader = new SimdTileReader(false);
  private final SimdStage inputs = new SimdStage(this::inputs);
  private final SimdStage products = new SimdStage(this::products);
  private final SimdStage outputColumns = new SimdStage(this::outputColumns);
  private final SimdStage outputRows = new SimdStage(this::outputRows);

  private Tiles tiles = new Tiles(1, 1, 0, 0, 1, 1);
  private int m;
  private int k;
  private int depth; // k, in whole vectors
  private float[] u = NOTHING;
  private int weights; // of one element
  private float[] x = NOTHING;
  private int xOff;
  private float @Nullable [] bias;
  private int biasOff;
  private float[] y = NOTHING;
  private int yOff;
  private int first; // row of tiles of the band
  private int last;
  private int rows; // of a strip
  private int strips;
  private int[] places = {};
  private int left;
  private int leftFloats; // of one element
  private int sums;
  private int sumFloats; // of one element
  private int columns; // combined rows of a row of tiles' sums
  private int stride; // channels of the sums' panel
  private int sum; // where the sums of a row of tiles begin, a vector of channels
  private int turned; // rows of the result, as vectors of channels
  private float[] own = NOTHING;

  SimdTileProduct(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.width = tile.vectors * N;
  }

  /**
   * See {@link dev.kindling.nd.kernel.Kernels#tileProduct}.
   *
   * @param weights how far one element's transformed weights are from the next one's
   */
  void run(
      Tiles tiles,
      int first,
      int last,
      int m,
      int k,
      float[] u,
      int weights,
      float[] x,
      int xOff,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff) {
    this.tiles = tiles;
    this.m = m;
    this.k = k;
    this.u = u;
    this.weights = weights;
    this.x = x;
    this.xOff = xOff;
    this.bias = bias;
    this.biasOff = biasOff;
    this.y = y;
    this.yOff = yOff;
    depth = (k + N - 1) / N * N;
    int most = Math.min(last - first, SimdTiles.band(tiles, m, k));
    columns = BIAS + N;
    turned = columns + tiles.columns * SIDE * INPUT * N;
    left = reader.begin(tiles, most, turned + (SIDE * tiles.width + SIDE) * N);
    rows = m <= N ? SimdColumnTile.ROWS : tile.rows;
    strips = (most * tiles.columns + rows - 1) / rows;
    leftFloats = SimdGemmTile.stripFloats(strips, rows, depth) + N;
    sums = left + ELEMENTS * leftFloats;
    int panels = (m + width - 1) / width;
    sumFloats = panels * strips * rows * width + N;
    places(most * tiles.columns);
    own = scratch.borrow(sums + ELEMENTS * sumFloats);
    FloatVector.zero(F).intoArray(own, ZERO);
    reader.clear(own);
    for (int row = first; row < last; row += most) {
      this.first = row;
      this.last = Math.min(last, row + most);
      strips = ((this.last - row) * tiles.columns + rows - 1) / rows;
      for (int c = 0; c < k; c += N) {
        inputs.run(c);
      }
      for (int e = 0; e < ELEMENTS; e++) {
        products.run(e);
      }
      for (int c = 0; c < m; c += N) {
        outputs(c);
      }
    }
    scratch.give(own);
    own = NOTHING;
    this.u = NOTHING;
    this.x = NOTHING;
    this.bias = null;
    this.y = NOTHING;
  }

  /** Where the rows of the products' left sides begin. */
  private void places(int count) {
    if (places.length < count) {
      places = new int[count];
    }
    for (int t = 0; t < count; t++) {
      places[t] = left + strip(t / rows) + t % rows * SimdGemmTile.ROW;
    }
  }

  /** Where a strip of the left side begins. */
  private int strip(int s) {
    return SimdGemmTile.stripAt(s, rows, depth);
  }

  /** Channels c to c + N of the input. */
  private void inputs(int c) {
    reader.read(first, last, k, x, xOff, c, own, own, places, c, leftFloats);
  }

  /** Element e of all tiles: mixes the channels. */
  private void products(int e) {
    for (int p = 0; p * width < m; p++) {
      int vectors = SimdTurned.stride(p, width, m) / N;
      int right = e * weights + p * depth * width;
      int to = sums + e * sumFloats + p * strips * rows * width;
      int from = left + e * leftFloats;
      for (int s = 0; s < strips; s++) {
        int sum = to + s * rows * vectors * N;
        if (m <= N) {
          SimdColumnTile.tile(depth, own, from + strip(s), u, right, own, sum);
        } else {
          tile.tile(vectors, depth, own, from + strip(s), u, right, own, sum);
        }
      }
    }
  }

  /** Channels c to c + N of the result: Aᵀ M A + bias. */
  private void outputs(int c) {
    int p = c / width;
    stride = SimdTurned.stride(p, width, m);
    int channels = Math.min(N, m - c);
    for (int i = 0; i < N; i++) {
      own[BIAS + i] = bias != null && i < channels ? bias[biasOff + c + i] : 0;
    }
    int all = sums + p * strips * rows * width + c - p * width;
    for (int row = first; row < last; row++) {
      sum = all + (row - first) * tiles.columns * stride;
      outputColumns.run(row);
      outputRows.run(row);
      int upper = row % tiles.rows * SIDE;
      int to = yOff + ((row / tiles.rows * m + c) * tiles.height + upper) * tiles.width;
      int pixels = Math.min(SIDE, tiles.height - upper) * tiles.width;
      SimdGemmTranspose.run(own, turned, N, pixels, channels, y, to, tiles.height * tiles.width);
    }
  }

  /** Aᵀ M of a row of tiles. */
  private void outputColumns(int row) {
    int down = INPUT * sumFloats;
    for (int j = 0; j < tiles.columns; j++) {
      int from = sum + j * stride;
      int to = columns + j * SIDE * INPUT * N;
      for (int i = 0; i < INPUT; i++) {
        SimdTileTransform.outputs(
            own, from + i * sumFloats, down, ZERO, own, to + i * N, INPUT * N);
      }
    }
  }

  /** That times A, plus the bias, as rows of pixels. */
  private void outputRows(int row) {
    // Backwards, so that what the last tile has beyond a row's end is written over by the first.
    for (int j = tiles.columns - 1; j >= 0; j--) {
      int from = columns + j * SIDE * INPUT * N;
      int to = turned + j * SIDE * N;
      for (int i = 0; i < SIDE; i++) {
        SimdTileTransform.outputs(
            own, from + i * INPUT * N, N, BIAS, own, to + i * tiles.width * N, N);
      }
    }
  }
}
