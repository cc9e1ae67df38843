package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a {@link SimdTiles} product by its kernels. The product is y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, so dg = Gᵀ[Σ over
 * tiles of (A dy Aᵀ) ⊙ (Bᵀ d B)]G: for each of the 16 elements a matrix product [in, tiles] · [tiles, out].
 *
 * <p>For each panel of some hundred tiles, one row of four elements after the other is transformed and multiplied: that takes
 * only two rows of d and of dy's transforms, and fits into the second-level cache. The rows are divided among threads; with more
 * than four, input channels are too. Every element is one chain over tiles, whatever the number of threads.
 */
final class SimdTilesGradient implements Parallel.Chunks {

  private static final int ELEMENTS = Tiles.ELEMENTS;

  /** Tiles that are transformed and then multiplied. */
  private static final int PANEL = 256;

  private enum Phase {
    TURN,
    MULTIPLY,
    FINISH
  }

  private static final float[] NOTHING = new float[0];

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;

  private Tiles tiles = new Tiles(1, 1, 0, 0, 1, 1);
  private int images;
  private int k;
  private float[] planes = NOTHING;
  private int at;
  private int distance;
  private int m;
  private float[] dy = NOTHING;
  private int dyOff;
  private float beta;
  private float[] dw = NOTHING;
  private int dwOff;

  private Phase phase = Phase.TURN;
  private int outs; // panels of output channels
  private int strips; // of input channels
  private int parts; // of the strips
  private int rowsOfChunk;
  private int turnedPixels;
  private int turnedFloats; // of one image
  private float[] turned = NOTHING;
  private int sumFloats; // of one element
  private float[] sums = NOTHING;

  SimdTilesGradient(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.width = tile.vectors * N;
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileGradient}. */
  void run(
      Tiles tiles,
      int images,
      int k,
      float[] planes,
      int at,
      int distance,
      int m,
      float[] dy,
      int dyOff,
      float beta,
      float[] dw,
      int dwOff) {
    this.tiles = tiles;
    this.images = images;
    this.k = k;
    this.planes = planes;
    this.at = at;
    this.distance = distance;
    this.m = m;
    this.dy = dy;
    this.dyOff = dyOff;
    this.beta = beta;
    this.dw = dw;
    this.dwOff = dwOff;
    outs = (m + width - 1) / width;
    strips = (k + tile.rows - 1) / tile.rows;
    boolean serial = !Parallel.available();
    int threads = serial ? 1 : Parallel.threads();
    rowsOfChunk = threads == 1 ? 4 : 1;
    parts = Math.min(strips, (threads + 3) / 4);
    turnedPixels = 4 * tiles.rows * tiles.columns;
    turnedFloats = turnedPixels * ((m + N - 1) / N * N);
    sumFloats = outs * strips * tile.rows * width;
    turned = scratch.borrow(Scratch.ALIGNED + images * turnedFloats);
    sums = scratch.borrow(Scratch.ALIGNED + ELEMENTS * sumFloats);
    phase = Phase.TURN;
    Parallel.run(images, serial, this);
    phase = Phase.MULTIPLY;
    Parallel.run(4 / rowsOfChunk * parts, serial, this);
    phase = Phase.FINISH;
    Parallel.run(outs * strips, serial, this);
    scratch.give(turned);
    scratch.give(sums);
    turned = NOTHING;
    sums = NOTHING;
    this.planes = NOTHING;
    this.dy = NOTHING;
    this.dw = NOTHING;
  }

  @Override
  public void run(int index) {
    switch (phase) {
      case TURN -> turn(index);
      case MULTIPLY -> multiply(index / parts, index % parts);
      default -> finish(index / strips, index % strips);
    }
  }

  private void turn(int image) {
    SimdTurned.write(
        scratch,
        dy,
        dyOff + image * m * tiles.height * tiles.width,
        m,
        tiles.height,
        tiles.width,
        width,
        2 * tiles.columns,
        turnedPixels,
        turned,
        Scratch.ALIGNED + image * turnedFloats);
  }

  /** Where the sums of an element, a panel of output channels and a strip of input channels begin. */
  private int sumAt(int element, int out, int strip) {
    return Scratch.ALIGNED + element * sumFloats + (out * strips + strip) * tile.rows * width;
  }

  // ---------------------------------------------------------------- one row of elements

  private void multiply(int chunk, int part) {
    int s0 = (int) ((long) strips * part / parts);
    int s1 = (int) ((long) strips * (part + 1) / parts);
    int channels = Math.min(k, s1 * tile.rows) - s0 * tile.rows;
    int product = Scratch.ALIGNED;
    int inputs = product + tile.rows * width;
    int inputFloats = tile.stripFloats(s1 - s0, PANEL);
    int outputs = inputs + 4 * inputFloats;
    int outputFloats = PANEL * ((m + N - 1) / N * N);
    float[] own = scratch.borrow(outputs + 4 * outputFloats);
    int firstRow = chunk * rowsOfChunk;
    for (int row = firstRow; row < firstRow + rowsOfChunk; row++) {
      clear(row, s0, s1);
    }
    Tiles.Panels panels = tiles.panels(images, distance, PANEL, N);
    for (int p = 0; p < panels.first.length - 1; p++) {
      int count = Math.min(PANEL, panels.tiles - p * PANEL);
      for (int row = firstRow; row < firstRow + rowsOfChunk; row++) {
        transformInputs(panels, p, row, s0 * tile.rows, channels, own, inputs, inputFloats);
        transformOutputs(panels, p, row, own, outputs, outputFloats);
        for (int e = 0; e < 4; e++) {
          for (int o = 0; o < outs; o++) {
            int vectors = SimdTurned.stride(o, width, m) / N;
            int right = outputs + e * outputFloats + o * PANEL * width;
            for (int s = s0; s < s1; s++) {
              int left = inputs + e * inputFloats + tile.stripAt(s - s0, PANEL);
              int sum = sumAt(4 * row + e, o, s);
              tile.tileAdd(vectors, count, own, left, own, right, sums, sum, own, product);
            }
          }
        }
      }
    }
    scratch.give(own);
  }

  /** One row of Bᵀ d B for all tiles of a panel and some input channels, as strips. */
  private void transformInputs(
      Tiles.Panels panels,
      int p,
      int row,
      int firstChannel,
      int channels,
      float[] own,
      int inputs,
      int distance) {
    // The two rows of d that this row of Bᵀ d takes: d0 - d2, d1 + d2, d2 - d1, d1 - d3.
    int upper = tiles.place(row == 0 ? 0 : row == 2 ? 8 : 4);
    int lower = tiles.place(row == 0 || row == 1 ? 8 : row == 2 ? 4 : 12);
    float sign = row == 1 ? 1 : -1;
    int right = tiles.columnDistance;
    for (int c = 0; c < channels; c++) {
      int channel = at + (firstChannel + c) * tiles.size;
      int to = inputs + tile.stripAt(c / tile.rows, PANEL) + c % tile.rows * SimdGemmTile.ROW;
      for (int r = panels.firstRun[p]; r < panels.firstRun[p + 1]; r++) {
        int from = channel + panels.from[r];
        int put = to + panels.to[r];
        transformInput(planes, from + upper, from + lower, right, sign, own, put, distance);
      }
    }
  }

  private void clear(int row, int s0, int s1) {
    FloatVector zero = FloatVector.zero(F);
    int floats = (s1 - s0) * tile.rows * width;
    for (int e = 0; e < 4; e++) {
      for (int o = 0; o < outs; o++) {
        int from = sumAt(4 * row + e, o, s0);
        for (int i = 0; i < floats; i += N) {
          zero.intoArray(sums, from + i);
        }
      }
    }
  }

  /** (upper ± lower) B for a vector of tiles, whose elements in a row are {@code right} apart. */
  private static void transformInput(
      float[] x, int upper, int lower, int right, float sign, float[] y, int to, int distance) {
    FloatVector s = FloatVector.broadcast(F, sign);
    FloatVector t0 = FloatVector.fromArray(F, x, lower).fma(s, FloatVector.fromArray(F, x, upper));
    FloatVector t1 =
        FloatVector.fromArray(F, x, lower + right)
            .fma(s, FloatVector.fromArray(F, x, upper + right));
    FloatVector t2 =
        FloatVector.fromArray(F, x, lower + 2 * right)
            .fma(s, FloatVector.fromArray(F, x, upper + 2 * right));
    FloatVector t3 =
        FloatVector.fromArray(F, x, lower + 3 * right)
            .fma(s, FloatVector.fromArray(F, x, upper + 3 * right));
    t0.sub(t2).intoArray(y, to);
    t1.add(t2).intoArray(y, to + distance);
    t2.sub(t1).intoArray(y, to + 2 * distance);
    t1.sub(t3).intoArray(y, to + 3 * distance);
  }

  /** One row of A dy Aᵀ for all tiles of a panel and all output channels, A = (1 0; 1 1; 1 -1; 0 -1). */
  private void transformOutputs(
      Tiles.Panels panels, int p, int row, float[] own, int outputs, int distance) {
    float upper = row == 3 ? 0 : 1;
    float lower = row == 0 ? 0 : row == 1 ? 1 : -1;
    int rowOfPixels = 2 * tiles.columns;
    for (int o = 0; o < outs; o++) {
      int stride = SimdTurned.stride(o, width, m);
      int to = outputs + o * PANEL * width;
      for (int i = panels.first[p]; i < panels.first[p + 1]; i++) {
        int pixel = panels.y[i] * rowOfPixels + panels.x[i];
        int from =
            Scratch.ALIGNED
                + panels.image[i] * turnedFloats
                + o * width * turnedPixels
                + pixel * stride;
        for (int t = 0; t < panels.count[i]; t++) {
          transformOutput(
              turned,
              from + 2 * t * stride,
              stride,
              rowOfPixels * stride,
              upper,
              lower,
              own,
              to + (panels.at[i] + t) * stride,
              distance);
        }
      }
    }
  }

  private static void transformOutput(
      float[] dy,
      int from,
      int stride,
      int down,
      float upper,
      float lower,
      float[] x,
      int to,
      int distance) {
    FloatVector u = FloatVector.broadcast(F, upper);
    FloatVector l = FloatVector.broadcast(F, lower);
    for (int v = 0; v < stride; v += N) {
      int at = from + v;
      FloatVector a =
          FloatVector.fromArray(F, dy, at)
              .mul(u)
              .add(FloatVector.fromArray(F, dy, at + down).mul(l));
      FloatVector b =
          FloatVector.fromArray(F, dy, at + stride)
              .mul(u)
              .add(FloatVector.fromArray(F, dy, at + stride + down).mul(l));
      a.intoArray(x, to + v);
      a.add(b).intoArray(x, to + distance + v);
      a.sub(b).intoArray(x, to + 2 * distance + v);
      b.neg().intoArray(x, to + 3 * distance + v);
    }
  }

  // ---------------------------------------------------------------- back to kernels

  /** Gᵀ U G for the input channels of a strip and the output channels of a panel, into dw. */
  private void finish(int out, int strip) {
    float[] own = scratch.borrow(9 * N);
    int stride = SimdTurned.stride(out, width, m);
    int count = Math.min(width, m - out * width);
    int height = Math.min(tile.rows, k - strip * tile.rows);
    for (int r = 0; r < height; r++) {
      int c = strip * tile.rows + r;
      for (int v = 0; v < stride; v += N) {
        transformSums(sums, sumAt(0, out, strip) + r * stride + v, sumFloats, own);
        for (int j = 0; j < Math.min(N, count - v); j++) {
          int to = dwOff + ((out * width + v + j) * k + c) * 9;
          for (int e = 0; e < 9; e++) {
            float sum = own[e * N + j];
            dw[to + e] = beta == 0 ? sum : Math.fma(beta, dw[to + e], sum);
          }
        }
      }
    }
    scratch.give(own);
  }

  /** For a vector of kernels, Gᵀ = (1 ½ ½ 0; 0 ½ -½ 0; 0 ½ ½ 1). */
  private static void transformSums(float[] u, int at, int d, float[] to) {
    for (int c = 0; c < 4; c++) {
      columnOfSums(u, at + c * d, 4 * d);
    }
    // A loop, so that the JIT compiler sees one copy: three and the columns are too much for it.
    for (int r = 0; r < 3; r++) {
      rowOfSums(u, at + 4 * r * d, d, to, 3 * r * N);
    }
  }

  /** Three numbers from four that are d apart; they take the place of the first three. */
  private static void columnOfSums(float[] u, int at, int d) {
    FloatVector a = FloatVector.fromArray(F, u, at + d).mul(0.5f);
    FloatVector b = FloatVector.fromArray(F, u, at + 2 * d).mul(0.5f);
    FloatVector sum = a.add(b);
    FloatVector last = FloatVector.fromArray(F, u, at + 3 * d).add(sum);
    FloatVector.fromArray(F, u, at).add(sum).intoArray(u, at);
    a.sub(b).intoArray(u, at + d);
    last.intoArray(u, at + 2 * d);
  }

  private static void rowOfSums(float[] u, int at, int d, float[] to, int toOff) {
    FloatVector a = FloatVector.fromArray(F, u, at + d).mul(0.5f);
    FloatVector b = FloatVector.fromArray(F, u, at + 2 * d).mul(0.5f);
    FloatVector sum = a.add(b);
    FloatVector.fromArray(F, u, at).add(sum).intoArray(to, toOff);
    a.sub(b).intoArray(to, toOff + N);
    FloatVector.fromArray(F, u, at + 3 * d).add(sum).intoArray(to, toOff + 2 * N);
  }
}
