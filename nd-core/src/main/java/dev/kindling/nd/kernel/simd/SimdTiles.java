package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.jspecify.annotations.Nullable;

/**
 * The fast convolution of {@link Tiles}. A panel of tiles at a time: its inputs are gathered and transformed, 16 small
 * matrix products mix the channels, and the result is transformed back, all within the second-level cache.
 */
final class SimdTiles {

  private static final int ELEMENTS = Tiles.ELEMENTS;
  private static final int SLOTS = 16;

  private static final long LOW = 0xffff_ffffL;

  /** The first half of the lanes to the even places, the second half to the odd ones. */
  private static final VectorShuffle<Float> MEET =
      VectorShuffle.fromOp(F, i -> i % 2 * (N / 2) + i / 2);

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;
  private final AtomicReferenceArray<@Nullable SimdTilesGradient> gradients =
      new AtomicReferenceArray<>(SLOTS);

  SimdTiles(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.width = tile.vectors * N;
  }

  /** How far one element's transformed weights [m, k], cut into strips, are from the next one's. */
  int weights(int m, int k) {
    return tile.stripFloats((m + tile.rows - 1) / tile.rows, k) + N;
  }

  /** Where row i of an element's transformed weights begins. */
  private int weightsAt(int i, int k) {
    return tile.stripAt(i / tile.rows, k) + i % tile.rows * SimdGemmTile.ROW;
  }

  // ---------------------------------------------------------------- weights

  /** See {@link dev.kindling.nd.kernel.Kernels#tileWeights}. */
  void weights(
      int from,
      int to,
      int m,
      int k,
      float[] w,
      int wOff,
      int rowStride,
      int columnStride,
      boolean turned,
      float[] u) {
    float[] own = scratch.borrow(9 * N + ELEMENTS * N);
    int distance = weights(m, k);
    for (int i = from; i < to; i++) {
      int row = weightsAt(i, k);
      for (int j = 0; j < k; j += N) {
        int count = Math.min(N, k - j);
        for (int c = 0; c < count; c++) {
          int at = wOff + i * rowStride + (j + c) * columnStride;
          for (int e = 0; e < 9; e++) {
            own[e * N + c] = w[turned ? at + 8 - e : at + e];
          }
        }
        if (count == N) {
          transformWeights(own, u, row + j, distance);
        } else {
          transformWeights(own, own, 9 * N, N);
          for (int e = 0; e < ELEMENTS; e++) {
            System.arraycopy(own, (9 + e) * N, u, e * distance + row + j, count);
          }
        }
      }
    }
    scratch.give(own);
    for (int i = m; to == m && i % tile.rows > 0; i++) {
      for (int e = 0; e < ELEMENTS; e++) {
        int row = e * distance + weightsAt(i, k);
        Arrays.fill(u, row, row + k, 0);
      }
    }
  }

  /** {@code G g Gᵀ} for a vector of kernels, G = (1 0 0; ½ ½ ½; ½ -½ ½; 0 0 1). */
  private static void transformWeights(float[] g, float[] u, int at, int d) {
    outerRow(g, 0, u, at, d);
    middleRows(g, u, at + 4 * d, d);
    outerRow(g, 6 * N, u, at + 12 * d, d);
  }

  /** The first or last row of G g, which is a row of g, times Gᵀ. */
  private static void outerRow(float[] g, int row, float[] u, int at, int d) {
    FloatVector a = FloatVector.fromArray(F, g, row);
    FloatVector b = FloatVector.fromArray(F, g, row + N);
    FloatVector c = FloatVector.fromArray(F, g, row + 2 * N);
    FloatVector s = a.add(c);
    a.intoArray(u, at);
    s.add(b).mul(0.5f).intoArray(u, at + d);
    s.sub(b).mul(0.5f).intoArray(u, at + 2 * d);
    c.intoArray(u, at + 3 * d);
  }

  private static void middleRows(float[] g, float[] u, int at, int d) {
    FloatVector s0 = FloatVector.fromArray(F, g, 0).add(FloatVector.fromArray(F, g, 6 * N));
    FloatVector s1 = FloatVector.fromArray(F, g, N).add(FloatVector.fromArray(F, g, 7 * N));
    FloatVector s2 = FloatVector.fromArray(F, g, 2 * N).add(FloatVector.fromArray(F, g, 8 * N));
    FloatVector m0 = FloatVector.fromArray(F, g, 3 * N);
    FloatVector m1 = FloatVector.fromArray(F, g, 4 * N);
    FloatVector m2 = FloatVector.fromArray(F, g, 5 * N);
    FloatVector a = s0.add(m0).mul(0.5f);
    FloatVector b = s1.add(m1).mul(0.5f);
    FloatVector c = s2.add(m2).mul(0.5f);
    FloatVector s = a.add(c);
    a.intoArray(u, at);
    s.add(b).mul(0.5f).intoArray(u, at + d);
    s.sub(b).mul(0.5f).intoArray(u, at + 2 * d);
    c.intoArray(u, at + 3 * d);
    a = s0.sub(m0).mul(0.5f);
    b = s1.sub(m1).mul(0.5f);
    c = s2.sub(m2).mul(0.5f);
    s = a.add(c);
    a.intoArray(u, at + 4 * d);
    s.add(b).mul(0.5f).intoArray(u, at + 5 * d);
    s.sub(b).mul(0.5f).intoArray(u, at + 6 * d);
    c.intoArray(u, at + 7 * d);
  }

  // ---------------------------------------------------------------- product

  /** See {@link dev.kindling.nd.kernel.Kernels#tileProduct}. */
  void product(
      Tiles tiles,
      int images,
      int from,
      int to,
      int m,
      int k,
      float[] u,
      float[] planes,
      int at,
      int distance,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff) {
    Tiles.Panels panels = tiles.panels(images, distance, width, N);
    int strips = (m + tile.rows - 1) / tile.rows;
    int rows = Scratch.ALIGNED;
    int inputs = rows + 4 * width;
    int inputFloats = k * width + N;
    int sums = inputs + ELEMENTS * inputFloats;
    int tileFloats = tile.rows * width;
    int sumFloats = strips * tileFloats;
    float[] own = scratch.borrow(sums + ELEMENTS * sumFloats);
    int channel = tiles.size;
    int each = Kernels.PIXELS / width;
    int end = Math.min(to * each, panels.first.length - 1);
    for (int panel = from * each; panel < end; panel++) {
      int count = Math.min(width, panels.tiles - panel * width);
      int vectors = (count + N - 1) / N;
      int stride = vectors * N;
      for (int l = 0; l < k; l++) {
        transformInputs(
            tiles, panels, panel, planes, at + l * channel, own, inputs + l * stride, inputFloats);
      }
      for (int e = 0; e < ELEMENTS; e++) {
        int left = e * weights(m, k);
        for (int s = 0; s < strips; s++) {
          tile.tile(
              vectors,
              k,
              u,
              left + tile.stripAt(s, k),
              own,
              inputs + e * inputFloats,
              own,
              sums + e * sumFloats + s * tile.rows * stride);
        }
      }
      for (int s = 0; s < strips; s++) {
        int i = s * tile.rows;
        int height = Math.min(tile.rows, m - i);
        for (int r = 0; r < height; r++) {
          float b = bias == null ? 0 : bias[biasOff + i + r];
          int sum = sums + (s * tile.rows + r) * stride;
          for (int v = 0; v < stride; v += N) {
            int pixels = rows + 2 * v;
            transformOutput(own, sum + v, sumFloats, 1, b, pixels);
            transformOutput(own, sum + v + 4 * sumFloats, sumFloats, -1, b, pixels + 2 * width);
          }
          scatter(tiles, panels, panel, own, rows, 2 * width, c, cOff, m, i + r);
        }
      }
    }
    scratch.give(own);
  }

  /**
   * {@code Bᵀ d B} for a panel's tiles, of one channel; Bᵀ = (1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1).
   *
   * <p>What is done to a vector of tiles is cut into methods of at most some forty vector operations here and below. The JIT
   * compiler stops inlining after some fifty, and makes objects of the vectors that come later.
   */
  private static void transformInputs(
      Tiles tiles,
      Tiles.Panels panels,
      int panel,
      float[] planes,
      int at,
      float[] to,
      int toOff,
      int distance) {
    int right = tiles.columnDistance;
    int below = tiles.rowDistance;
    for (int r = panels.firstRun[panel]; r < panels.firstRun[panel + 1]; r++) {
      int first = at + panels.from[r];
      int third = first + tiles.columns;
      int put = toOff + panels.to[r];
      outerRows(planes, first, third, below, right, to, put, distance);
      innerRows(planes, first + below, third, right, to, put + 4 * distance, distance);
    }
  }

  /** Row 0, which is (d0 - d2) B, and row 3, which is (d1 - d3) B. */
  private static void outerRows(
      float[] x, int d0, int d2, int below, int right, float[] y, int to, int distance) {
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
    int d1 = d0 + below;
    int d3 = d2 + below;
    int row3 = to + 12 * distance;
    t0 = FloatVector.fromArray(F, x, d1).sub(FloatVector.fromArray(F, x, d3));
    t1 = FloatVector.fromArray(F, x, d1 + right).sub(FloatVector.fromArray(F, x, d3 + right));
    t2 =
        FloatVector.fromArray(F, x, d1 + 2 * right)
            .sub(FloatVector.fromArray(F, x, d3 + 2 * right));
    t3 =
        FloatVector.fromArray(F, x, d1 + 3 * right)
            .sub(FloatVector.fromArray(F, x, d3 + 3 * right));
    t0.sub(t2).intoArray(y, row3);
    t1.add(t2).intoArray(y, row3 + distance);
    t2.sub(t1).intoArray(y, row3 + 2 * distance);
    t1.sub(t3).intoArray(y, row3 + 3 * distance);
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

  /**
   * A row of {@code Aᵀ m A + bias} for a vector of tiles, Aᵀ = (1 1 1 0; 0 1 -1 -1): two vectors of pixels.
   *
   * @param m where the first of the three rows of m begins that this row takes
   * @param sign 1 for the upper row, m0 + m1 + m2; -1 for the lower one, m1 - m2 - m3
   */
  private static void transformOutput(float[] x, int m, int d, float sign, float bias, int to) {
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
  private static void scatter(
      Tiles tiles,
      Tiles.Panels panels,
      int panel,
      float[] x,
      int rows,
      int distance,
      float[] c,
      int cOff,
      int m,
      int i) {
    for (int p = panels.first[panel]; p < panels.first[panel + 1]; p++) {
      int from = rows + 2 * panels.at[p];
      int to =
          cOff
              + ((panels.image[p] * m + i) * tiles.height + panels.y[p]) * tiles.width
              + panels.x[p];
      int count = Math.min(2 * panels.count[p], tiles.width - panels.x[p]);
      copy(x, from, c, to, count);
      if (panels.y[p] + 1 < tiles.height) {
        copy(x, from + distance, c, to + tiles.width, count);
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

  /** See {@link dev.kindling.nd.kernel.Kernels#tileGradient}. */
  void gradient(
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
    SimdTilesGradient job = null;
    for (int i = 0; i < SLOTS && job == null; i++) {
      job = gradients.getAndSet(i, null);
    }
    if (job == null) {
      job = new SimdTilesGradient(tile, scratch, tiles);
    }
    job.run(tiles, images, k, planes, at, distance, m, dy, dyOff, beta, dw, dwOff);
    for (int i = 0; i < SLOTS; i++) {
      if (gradients.getPlain(i) == null && gradients.compareAndSet(i, null, job)) {
        return;
      }
    }
  }
}
