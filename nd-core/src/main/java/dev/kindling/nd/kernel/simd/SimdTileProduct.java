package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.LOW;
import static dev.kindling.nd.kernel.simd.Lanes.MEET;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * One run of the fast convolution of {@link Tiles}, a panel of tiles at a time: its inputs are transformed, 16 small matrix
 * products mix the channels, and the result is transformed back, all within the second-level cache.
 */
final class SimdTileProduct {

  private static final int ELEMENTS = Tiles.ELEMENTS;
  private static final int ROWS = Scratch.ALIGNED; // two rows of pixels of a panel
  private static final float[] NOTHING = new float[0];

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;
  private final SimdStage[] stages = {
    new SimdStage(this::outerRows),
    new SimdStage(this::innerRows),
    new SimdStage(this::products),
    new SimdStage(this::outputs)
  };

  private Tiles tiles = new Tiles(1, 1, 0, 0, 1, 1);
  private Tiles.Panels panels = tiles.panels(1, 0, 1, 1);
  private int m;
  private int k;
  private float[] u = NOTHING;
  private int weights;
  private float[] planes = NOTHING;
  private int at;
  private float @Nullable [] bias;
  private int biasOff;
  private float[] c = NOTHING;
  private int cOff;
  private int firstStrip;
  private int strips;
  private int inputs;
  private int inputFloats; // of one element
  private int sums;
  private int sumFloats; // of one element
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
      int images,
      int from,
      int to,
      int part,
      int parts,
      int m,
      int k,
      float[] u,
      int weights,
      float[] planes,
      int at,
      int distance,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff) {
    this.tiles = tiles;
    this.m = m;
    this.k = k;
    this.u = u;
    this.weights = weights;
    this.planes = planes;
    this.at = at;
    this.bias = bias;
    this.biasOff = biasOff;
    this.c = c;
    this.cOff = cOff;
    panels = tiles.panels(images, distance, width, N);
    int all = (m + tile.rows - 1) / tile.rows;
    firstStrip = (int) ((long) all * part / parts);
    strips = (int) ((long) all * (part + 1) / parts) - firstStrip;
    inputs = ROWS + 4 * width;
    inputFloats = k * width + N;
    sums = inputs + ELEMENTS * inputFloats;
    sumFloats = strips * tile.rows * width;
    own = scratch.borrow(sums + ELEMENTS * sumFloats);
    int each = Kernels.PIXELS / width;
    int end = Math.min(to * each, panels.first.length - 1);
    for (int panel = from * each; panel < end; panel++) {
      for (SimdStage stage : stages) {
        stage.run(panel);
      }
    }
    scratch.give(own);
    own = NOTHING;
    this.u = NOTHING;
    this.planes = NOTHING;
    this.bias = null;
    this.c = NOTHING;
  }

  /** Lanes of a panel, in whole vectors. */
  private int stride(int panel) {
    return (Math.min(width, panels.tiles - panel * width) + N - 1) / N * N;
  }

  // ---------------------------------------------------------------- inputs: Bᵀ d B, with
  // Bᵀ = (1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1)

  /** Row 0, which is (d0 - d2) B, and row 3, which is (d1 - d3) B. */
  private void outerRows(int panel) {
    int stride = stride(panel);
    int right = tiles.columnDistance;
    for (int l = 0; l < k; l++) {
      for (int r = panels.firstRun[panel]; r < panels.firstRun[panel + 1]; r++) {
        int from = at + l * tiles.size + panels.from[r];
        int put = inputs + l * stride + panels.to[r];
        for (int row = 0; row < 2; row++) {
          int d = from + row * tiles.rowDistance;
          int to = put + 12 * row * inputFloats;
          outerRow(planes, d, d + tiles.columns, right, own, to, inputFloats);
        }
      }
    }
  }

  private static void outerRow(
      float[] x, int d0, int d2, int right, float[] y, int to, int distance) {
    FloatVector t0 = FloatVector.fromArray(F, x, d0).sub(FloatVector.fromArray(F, x, d2));
    FloatVector t1 =
        FloatVector.fromArray(F, x, d0 + right).sub(FloatVector.fromArray(F, x, d2 + right));
    FloatVector t2 =
        FloatVector.fromArray(F, x, d0 + 2 * right)
            .sub(FloatVector.fromArray(F, x, d2 + 2 * right));
    FloatVector t3 =
        FloatVector.fromArray(F, x, d0 + 3 * right)
            .sub(FloatVector.fromArray(F, x, d2 + 3 * right));
    t0.sub(t2).intoArray(y, to);
    t1.add(t2).intoArray(y, to + distance);
    t2.sub(t1).intoArray(y, to + 2 * distance);
    t1.sub(t3).intoArray(y, to + 3 * distance);
  }

  /** Rows 1 and 2. */
  private void innerRows(int panel) {
    int stride = stride(panel);
    int right = tiles.columnDistance;
    for (int l = 0; l < k; l++) {
      for (int r = panels.firstRun[panel]; r < panels.firstRun[panel + 1]; r++) {
        int from = at + l * tiles.size + panels.from[r];
        int to = inputs + l * stride + panels.to[r] + 4 * inputFloats;
        int second = from + tiles.rowDistance;
        innerRows(planes, second, from + tiles.columns, right, own, to, inputFloats);
      }
    }
  }

  /** Row 1, which is (d1 + d2) B, and row 2, which is (d2 - d1) B. */
  private static void innerRows(
      float[] x, int d1, int d2, int right, float[] y, int to, int distance) {
    FloatVector x0 = FloatVector.fromArray(F, x, d1);
    FloatVector x1 = FloatVector.fromArray(F, x, d1 + right);
    FloatVector x2 = FloatVector.fromArray(F, x, d1 + 2 * right);
    FloatVector x3 = FloatVector.fromArray(F, x, d1 + 3 * right);
    FloatVector z0 = FloatVector.fromArray(F, x, d2);
    FloatVector z1 = FloatVector.fromArray(F, x, d2 + right);
    FloatVector z2 = FloatVector.fromArray(F, x, d2 + 2 * right);
    FloatVector z3 = FloatVector.fromArray(F, x, d2 + 3 * right);
    FloatVector t1 = x1.add(z1);
    FloatVector t2 = x2.add(z2);
    x0.add(z0).sub(t2).intoArray(y, to);
    t1.add(t2).intoArray(y, to + distance);
    t2.sub(t1).intoArray(y, to + 2 * distance);
    t1.sub(x3.add(z3)).intoArray(y, to + 3 * distance);
    t1 = z1.sub(x1);
    t2 = z2.sub(x2);
    z0.sub(x0).sub(t2).intoArray(y, to + 4 * distance);
    t1.add(t2).intoArray(y, to + 5 * distance);
    t2.sub(t1).intoArray(y, to + 6 * distance);
    t1.sub(z3.sub(x3)).intoArray(y, to + 7 * distance);
  }

  // ---------------------------------------------------------------- products

  private void products(int panel) {
    int stride = stride(panel);
    for (int e = 0; e < ELEMENTS; e++) {
      int right = inputs + e * inputFloats;
      for (int s = 0; s < strips; s++) {
        int left = e * weights + tile.stripAt(firstStrip + s, k);
        int to = sums + e * sumFloats + s * tile.rows * stride;
        tile.tile(stride / N, k, u, left, own, right, own, to);
      }
    }
  }

  // ---------------------------------------------------------------- outputs

  private void outputs(int panel) {
    int stride = stride(panel);
    int first = firstStrip * tile.rows;
    for (int i = first; i < Math.min(m, first + strips * tile.rows); i++) {
      float b = bias == null ? 0 : bias[biasOff + i];
      int sum = sums + (i - first) * stride;
      for (int row = 0; row < 2; row++) {
        int from = sum + 4 * row * sumFloats;
        int to = ROWS + row * 2 * width;
        for (int v = 0; v < stride; v += N) {
          output(own, from + v, sumFloats, 1 - 2 * row, b, to + 2 * v);
        }
      }
      scatter(panel, i);
    }
  }

  /**
   * A row of {@code Aᵀ m A + bias} for a vector of tiles, Aᵀ = (1 1 1 0; 0 1 -1 -1): two vectors of pixels.
   *
   * @param m where the first of the three rows of m begins that this row takes
   * @param sign 1 for the upper row, m0 + m1 + m2; -1 for the lower one, m1 - m2 - m3
   */
  private static void output(float[] x, int m, int d, float sign, float bias, int to) {
    FloatVector s = FloatVector.broadcast(F, sign);
    FloatVector p0 =
        FloatVector.fromArray(F, x, m + 8 * d)
            .fma(s, FloatVector.fromArray(F, x, m + 4 * d).fma(s, FloatVector.fromArray(F, x, m)));
    FloatVector p1 =
        FloatVector.fromArray(F, x, m + 9 * d)
            .fma(
                s,
                FloatVector.fromArray(F, x, m + 5 * d).fma(s, FloatVector.fromArray(F, x, m + d)));
    FloatVector p2 =
        FloatVector.fromArray(F, x, m + 10 * d)
            .fma(
                s,
                FloatVector.fromArray(F, x, m + 6 * d)
                    .fma(s, FloatVector.fromArray(F, x, m + 2 * d)));
    FloatVector p3 =
        FloatVector.fromArray(F, x, m + 11 * d)
            .fma(
                s,
                FloatVector.fromArray(F, x, m + 7 * d)
                    .fma(s, FloatVector.fromArray(F, x, m + 3 * d)));
    FloatVector b = FloatVector.broadcast(F, bias);
    LongVector even = p0.add(p1).add(p2).add(b).rearrange(MEET).reinterpretAsLongs();
    LongVector odd = p1.sub(p2).sub(p3).add(b).rearrange(MEET).reinterpretAsLongs();
    LongVector first = even.and(LOW).or(odd.lanewise(VectorOperators.LSHL, 32));
    LongVector last = even.lanewise(VectorOperators.LSHR, 32).or(odd.and(~LOW));
    first.reinterpretAsFloats().intoArray(x, to);
    last.reinterpretAsFloats().intoArray(x, to + N);
  }

  /** Two rows of a panel's pixels to where they belong in channel i of the output [images, m, height, width]. */
  private void scatter(int panel, int i) {
    for (int p = panels.first[panel]; p < panels.first[panel + 1]; p++) {
      int from = ROWS + 2 * panels.at[p];
      int to =
          cOff
              + ((panels.image[p] * m + i) * tiles.height + panels.y[p]) * tiles.width
              + panels.x[p];
      int count = Math.min(2 * panels.count[p], tiles.width - panels.x[p]);
      copy(own, from, c, to, count);
      if (panels.y[p] + 1 < tiles.height) {
        copy(own, from + 2 * width, c, to + tiles.width, count);
      }
    }
  }

  private static void copy(float[] x, int from, float[] c, int to, int count) {
    int j = 0;
    for (; j <= count - N; j += N) {
      FloatVector.fromArray(F, x, from + j).intoArray(c, to + j);
    }
    for (; j < count; j++) {
      c[to + j] = x[from + j];
    }
  }
}
