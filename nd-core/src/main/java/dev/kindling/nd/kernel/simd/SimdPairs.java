package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.APART;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.LOW;
import static dev.kindling.nd.kernel.simd.Lanes.MEET;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.PlainPairs;
import dev.kindling.nd.kernel.Scratch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Maximum pooling with windows of 2 × 2 that don't overlap. The two columns of a window are the two halves of a 64-bit lane, so
 * that shifts by 32 bits bring them together; these are cheap where a rearrangement of lanes is not.
 */
final class SimdPairs {

  private SimdPairs() {}

  /** See {@link dev.kindling.nd.kernel.Kernels#pairMax}. */
  static void max(int rows, int n, float[] x, int xAt, int width, float[] y, int yAt) {
    int end = yAt + rows * n;
    for (int i = 0; i < rows; i++) {
      int from = xAt + 2 * i * width;
      int to = yAt + i * n;
      int j = 0;
      // What is written beyond a row, the next one overwrites.
      for (; j < n && to + j + N <= end && from + width + 2 * (j + N) <= x.length; j += N) {
        max(x, from + 2 * j, from + 2 * j + width, y, to + j);
      }
      PlainPairs.max(j, n, x, from, width, y, to);
    }
  }

  private static void max(float[] x, int upper, int lower, float[] y, int to) {
    LongVector a =
        FloatVector.fromArray(F, x, upper)
            .max(FloatVector.fromArray(F, x, lower))
            .reinterpretAsLongs();
    LongVector b =
        FloatVector.fromArray(F, x, upper + N)
            .max(FloatVector.fromArray(F, x, lower + N))
            .reinterpretAsLongs();
    LongVector even = a.and(LOW).or(b.lanewise(VectorOperators.LSHL, 32));
    LongVector odd = a.lanewise(VectorOperators.LSHR, 32).or(b.and(~LOW));
    even.reinterpretAsFloats().max(odd.reinterpretAsFloats()).rearrange(APART).intoArray(y, to);
  }

  /**
   * The gradient; see {@link dev.kindling.nd.kernel.Kernels#pairMaxGradient}. Rows of windows go through the stages together, as
   * many as stay in the nearest cache.
   */
  static final class Gradient {
    private static final float[] NOTHING = new float[0];

    /** Windows that go through the stages together. */
    private static final int WINDOWS = 512;

    private final SimdStage[] stages = {this::twice, this::compare, this::share};

    private int together; // rows
    private int rows; // that are done by vectors
    private int n;
    private float[] x = NOTHING;
    private int xAt;
    private int width;
    private float[] y = NOTHING;
    private int yAt;
    private float[] dy = NOTHING;
    private int dyAt;
    private float[] dx = NOTHING;
    private int dxAt;
    private float[] own = NOTHING; // y twice, dy twice, what isn't the largest above, and below
    private int dys; // where dy begins there
    private int differing; // where that begins which isn't the largest

    void run(
        Scratch scratch,
        int rows,
        int n,
        float[] x,
        int xAt,
        int width,
        float[] y,
        int yAt,
        float[] dy,
        int dyAt,
        float[] dx,
        int dxAt) {
      this.n = n;
      this.x = x;
      this.xAt = xAt;
      this.width = width;
      this.y = y;
      this.yAt = yAt;
      this.dy = dy;
      this.dyAt = dyAt;
      this.dx = dx;
      this.dxAt = dxAt;
      this.rows = vectorRows(rows);
      together = Math.max(1, WINDOWS / n);
      dys = 2 * (together * n + N);
      differing = 2 * dys;
      own = scratch.borrow(4 * dys);
      for (int i = 0; i < this.rows; i += together) {
        SimdStage.run(stages, i);
      }
      scratch.give(own);
      for (int i = this.rows; i < rows; i++) {
        int down = 2 * i * width;
        int row = i * n;
        PlainPairs.maxGradient(
            0, n, x, xAt + down, width, y, yAt + row, dy, dyAt + row, dx, dxAt + down);
      }
      this.x = NOTHING;
      this.y = NOTHING;
      this.dy = NOTHING;
      this.dx = NOTHING;
      own = NOTHING;
    }

    /**
     * Rows that can be read and written as whole vectors. What is written beyond a row, the next one overwrites, but the last
     * must not.
     */
    private int vectorRows(int all) {
      int fit = Math.min(y.length - yAt, dy.length - dyAt) - (N - 1);
      int most = Math.min(all, fit / n);
      int beyond = Math.max(0, N - 2 * n);
      if (beyond > 0) {
        most = Math.min(most, all - (beyond + 2 * width - 1) / (2 * width));
        most = Math.min(most, (x.length - xAt - beyond) / (2 * width));
      }
      return Math.max(0, most);
    }

    private int count(int first) {
      return Math.min(together, rows - first);
    }

    /** Where the vector begins that is at q of a row: over windows again rather than beyond the row. */
    private int at(int q) {
      return Math.max(0, Math.min(q, 2 * n - N));
    }

    /** Every y and every dy twice, as far apart as the elements of x that they belong to. */
    private void twice(int first) {
      int windows = count(first) * n;
      for (int j = 0; j < windows; j += N) {
        twice(y, yAt + first * n + j, own, 2 * j);
        twice(dy, dyAt + first * n + j, own, dys + 2 * j);
      }
    }

    private static void twice(float[] y, int at, float[] to, int toOff) {
      LongVector v = FloatVector.fromArray(F, y, at).rearrange(MEET).reinterpretAsLongs();
      LongVector low = v.and(LOW);
      LongVector high = v.and(~LOW);
      low.or(low.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats().intoArray(to, toOff);
      high.or(high.lanewise(VectorOperators.LSHR, 32))
          .reinterpretAsFloats()
          .intoArray(to, toOff + N);
    }

    /** All ones for the elements of two rows that differ from y, in its place and behind. */
    private void compare(int first) {
      for (int i = 0; i < count(first); i++) {
        int upper = xAt + 2 * (first + i) * width;
        int row = 2 * i * n;
        for (int q = 0; q < 2 * n; q += N) {
          differ(row + at(q), upper + at(q));
        }
      }
    }

    private void differ(int at, int upper) {
      IntVector max = FloatVector.fromArray(F, own, at).reinterpretAsInts();
      IntVector u = FloatVector.fromArray(F, x, upper).reinterpretAsInts();
      IntVector l = FloatVector.fromArray(F, x, upper + width).reinterpretAsInts();
      u = u.lanewise(VectorOperators.XOR, max);
      l = l.lanewise(VectorOperators.XOR, max);
      u = u.or(u.neg()).lanewise(VectorOperators.ASHR, 31);
      l = l.or(l.neg()).lanewise(VectorOperators.ASHR, 31);
      u.reinterpretAsFloats().intoArray(own, differing + at);
      l.reinterpretAsFloats().intoArray(own, differing + dys + at);
    }

    /** Each dy to the first element of its window that doesn't differ, or the last: a and b above, c and d below. */
    private void share(int first) {
      for (int i = 0; i < count(first); i++) {
        int upper = dxAt + 2 * (first + i) * width;
        int row = 2 * i * n;
        for (int q = 0; q < 2 * n; q += N) {
          give(row + at(q), upper + at(q));
        }
      }
    }

    private void give(int at, int upper) {
      LongVector d = FloatVector.fromArray(F, own, dys + at).reinterpretAsLongs();
      LongVector ab = FloatVector.fromArray(F, own, differing + at).reinterpretAsLongs();
      LongVector c =
          FloatVector.fromArray(F, own, differing + dys + at).reinterpretAsLongs().and(LOW);
      LongVector a = ab.lanewise(VectorOperators.LSHL, 32);
      LongVector here = d.and(ab.not()).and(a.or(LOW));
      LongVector below = d.and(ab).and(a.or(ab.lanewise(VectorOperators.LSHR, 32)));
      LongVector cd = c.lanewise(VectorOperators.XOR, LOW).or(c.lanewise(VectorOperators.LSHL, 32));
      here.reinterpretAsFloats().intoArray(dx, upper);
      below.and(cd).reinterpretAsFloats().intoArray(dx, upper + width);
    }
  }
}
