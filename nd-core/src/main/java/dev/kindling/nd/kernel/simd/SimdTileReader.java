package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Tiles;
import java.util.Arrays;

/**
 * Reads images as {@link Tiles}, and transforms them: inputs to Bᵀ d B, or the output's gradients to A dy Aᵀ. Lanes are channels: an
 * image is transposed to vectors of channels of a pixel, then rows are combined for each column of pixels, then columns for each
 * tile.
 */
final class SimdTileReader {

  private static final int INPUT = Tiles.INPUT;
  private static final int SIDE = Tiles.SIDE;
  private static final float[] NOTHING = new float[0];

  private final boolean gradients;
  private final int window; // rows and columns of pixels in a tile
  private final SimdStage combineRows;
  private final SimdStage combineColumns;

  private Tiles tiles = new Tiles(1, 1, 0, 0, 1, 1);
  private int height; // of the images
  private int width;
  private int top; // rows of zeros above them
  private int left;
  private int columns; // of pixels, with the border
  private int combined; // where the combined rows begin in the working memory
  private int pixels; // where the transposed pixels do

  private float[] own = NOTHING;
  private float[] y = NOTHING;
  private int[] places = {};
  private int at;
  private int distance;
  private int tile; // the first of a row of tiles

  /** Of inputs, or of the output's gradients. */
  SimdTileReader(boolean gradients) {
    this.gradients = gradients;
    this.window = gradients ? SIDE : INPUT;
    this.combineRows = new SimdStage(gradients ? this::gradientRows : this::inputRows);
    this.combineColumns = new SimdStage(gradients ? this::gradientColumns : this::inputColumns);
  }

  /**
   * Reads these tiles from now on, at most so many rows of them at a time.
   *
   * @param at where working memory begins
   * @return where it ends
   */
  int begin(Tiles tiles, int rows, int at) {
    this.tiles = tiles;
    height = gradients ? tiles.height : tiles.inHeight;
    width = gradients ? tiles.width : tiles.inWidth;
    top = gradients ? 0 : tiles.top;
    left = gradients ? 0 : tiles.left;
    columns = SIDE * tiles.columns + window - SIDE;
    combined = at;
    pixels = at + INPUT * columns * N;
    return pixels + pixelRows(Math.min(rows, tiles.rows)) * width * N;
  }

  private int pixelRows(int rows) {
    return SIDE * rows + window - SIDE;
  }

  /** Zeros for the columns of the border, once for the working memory. */
  void clear(float[] own) {
    Arrays.fill(own, combined, pixels, 0);
  }

  /**
   * Reads a vector of channels.
   *
   * @param first the first row of tiles
   * @param last the one behind the last
   * @param k channels of an image
   * @param x [images, k, height, width], from {@code x[xOff]} on
   * @param channel the first of the vector's
   * @param y element e of tile t, counted from the first, goes to {@code y[places[t] + at + e * distance]}
   */
  void read(
      int first,
      int last,
      int k,
      float[] x,
      int xOff,
      int channel,
      float[] own,
      float[] y,
      int[] places,
      int at,
      int distance) {
    this.own = own;
    this.y = y;
    this.places = places;
    this.at = at;
    this.distance = distance;
    int row = first;
    while (row < last) {
      int upper = row % tiles.rows;
      int count = Math.min(last - row, tiles.rows - upper);
      int plane = xOff + (row / tiles.rows * k + channel) * height * width;
      turn(x, plane, Math.min(N, k - channel), upper, count);
      for (int i = 0; i < count; i++) {
        tile = (row - first + i) * tiles.columns;
        combineRows.run(i);
        combineColumns.run(i);
      }
      row += count;
    }
    this.own = NOTHING;
    this.y = NOTHING;
  }

  /** The rows of pixels that some rows of tiles see, as vectors of channels. */
  private void turn(float[] x, int at, int channels, int upper, int count) {
    int begin = upper * SIDE - top;
    int end = begin + pixelRows(count);
    int from = Math.min(end, Math.max(0, begin));
    int to = Math.max(from, Math.min(end, height));
    int inside = pixels + (from - begin) * width * N;
    int behind = inside + (to - from) * width * N;
    Arrays.fill(own, pixels, inside, 0);
    Arrays.fill(own, behind, pixels + (end - begin) * width * N, 0);
    if (channels < N) {
      Arrays.fill(own, inside, behind, 0);
    }
    int rows = (to - from) * width;
    SimdGemmTranspose.run(x, at + from * width, height * width, channels, rows, own, inside, N);
  }

  /** Columns of pixels that a row of tiles sees: those of the input beyond the last tile are seen by none. */
  private int seen() {
    return Math.min(width, columns - left);
  }

  // Each in a method of its own, which the compiler takes as a whole: see SimdStage.

  private void inputRows(int row) {
    int from = pixels + row * SIDE * width * N;
    int to = combined + left * N;
    for (int j = 0; j < seen() * N; j += N) {
      SimdTileTransform.inputs(own, from + j, width * N, own, to + j, columns * N);
    }
  }

  private void gradientRows(int row) {
    int from = pixels + row * SIDE * width * N;
    int to = combined + left * N;
    for (int j = 0; j < seen() * N; j += N) {
      SimdTileTransform.outputGradients(own, from + j, width * N, own, to + j, columns * N);
    }
  }

  private void inputColumns(int row) {
    for (int j = 0; j < tiles.columns; j++) {
      int first = combined + j * SIDE * N;
      int put = places[tile + j] + at;
      for (int i = 0; i < INPUT; i++) {
        int e = put + i * INPUT * distance;
        SimdTileTransform.inputs(own, first + i * columns * N, N, y, e, distance);
      }
    }
  }

  private void gradientColumns(int row) {
    for (int j = 0; j < tiles.columns; j++) {
      int first = combined + j * SIDE * N;
      int put = places[tile + j] + at;
      for (int i = 0; i < INPUT; i++) {
        int e = put + i * INPUT * distance;
        SimdTileTransform.outputGradients(own, first + i * columns * N, N, y, e, distance);
      }
    }
  }
}
