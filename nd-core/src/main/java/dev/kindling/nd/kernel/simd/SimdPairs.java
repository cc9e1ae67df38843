package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.APART;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.LOW;
import static dev.kindling.nd.kernel.simd.Lanes.MEET;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Scratch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Maximum pooling with windows of 2 × 2 that don't overlap: a and b above, c and d below. The two columns of a window are the two
 * halves of a 64-bit lane, so that shifts by 32 bits bring them together; these are cheap where a rearrangement of lanes is not.
 *
 * <p>Whole vectors of windows are read and written. What is written beyond a row, the next one overwrites; the last rows, where
 * that would be beyond the end, go through memory with room behind.
 */
final class SimdPairs {

  private SimdPairs() {}

  /** Windows of a row, up to whole vectors. */
  static int span(int n) {
    return (n + N - 1) / N * N;
  }

  /** Rows that can be taken with so much room behind the first. */
  private static int fitting(int room, int row) {
    return room < 0 ? 0 : room / row + 1;
  }

  // ---------------------------------------------------------------- forward

  /** See {@link dev.kindling.nd.kernel.Kernels#pairMax}. */
  static void max(
      Scratch scratch,
      int rows,
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float[] where,
      int whereAt) {
    int span = span(n);
    int readable = fitting(x.length - xAt - width - 2 * span, 2 * width);
    int direct = Math.min(rows, Math.min(readable, fitting(rows * n - span, n)));
    maxRows(direct, n, x, xAt, width, y, yAt, where, whereAt);
    int rest = rows - direct;
    if (rest > 0) {
      int size = 2 * rest * width;
      int to = size + 2 * span;
      float[] own = scratch.borrow(to + rest * n + span);
      System.arraycopy(x, xAt + 2 * direct * width, own, 0, size);
      maxRows(rest, n, own, 0, width, own, to, where, whereAt + direct * span);
      System.arraycopy(own, to, y, yAt + direct * n, rest * n);
      scratch.give(own);
    }
  }

  private static void maxRows(
      int rows,
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float[] where,
      int whereAt) {
    int span = span(n);
    for (int i = 0; i < rows; i++) {
      int upper = xAt + 2 * i * width;
      for (int j = 0; j < n; j += N) {
        max(
            x,
            upper + 2 * j,
            upper + 2 * j + width,
            y,
            yAt + i * n + j,
            where,
            whereAt + i * span + j);
      }
    }
  }

  private static void max(
      float[] x, int upper, int lower, float[] y, int to, float[] where, int whereTo) {
    LongVector u = FloatVector.fromArray(F, x, upper).reinterpretAsLongs();
    LongVector v = FloatVector.fromArray(F, x, upper + N).reinterpretAsLongs();
    FloatVector a = even(u, v);
    FloatVector ab = a.max(odd(u, v));
    u = FloatVector.fromArray(F, x, lower).reinterpretAsLongs();
    v = FloatVector.fromArray(F, x, lower + N).reinterpretAsLongs();
    FloatVector c = even(u, v);
    FloatVector cd = c.max(odd(u, v));
    FloatVector max = ab.max(cd);
    max.rearrange(APART).intoArray(y, to);
    // The highest bits: below rather than above; b rather than a; d rather than c.
    IntVector below = differs(ab, max);
    IntVector b = differs(a, ab).lanewise(VectorOperators.LSHR, 1);
    IntVector d = differs(c, cd).lanewise(VectorOperators.LSHR, 2);
    below.or(b).or(d).reinterpretAsFloats().intoArray(where, whereTo);
  }

  private static FloatVector even(LongVector u, LongVector v) {
    return u.and(LOW).or(v.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats();
  }

  private static FloatVector odd(LongVector u, LongVector v) {
    return u.lanewise(VectorOperators.LSHR, 32).or(v.and(~LOW)).reinterpretAsFloats();
  }

  /** The highest bit alone where the bits differ, else 0. */
  private static IntVector differs(FloatVector x, FloatVector y) {
    IntVector d = x.reinterpretAsInts().lanewise(VectorOperators.XOR, y.reinterpretAsInts());
    return d.or(d.neg()).and(Integer.MIN_VALUE);
  }

  // ---------------------------------------------------------------- backward

  /** See {@link dev.kindling.nd.kernel.Kernels#pairMaxGradient}. */
  static void gradient(
      Scratch scratch,
      int rows,
      int n,
      float[] where,
      int whereAt,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      int width) {
    int span = span(n);
    int writable = fitting(2 * rows * width - width - 2 * span, 2 * width);
    int direct = Math.min(rows, Math.min(writable, fitting(dy.length - dyAt - span, n)));
    giveRows(direct, n, where, whereAt, dy, dyAt, dx, dxAt, width);
    int rest = rows - direct;
    if (rest > 0) {
      int size = 2 * rest * width;
      int from = size + 2 * span;
      float[] own = scratch.borrow(from + rest * n + span);
      System.arraycopy(dy, dyAt + direct * n, own, from, rest * n);
      giveRows(rest, n, where, whereAt + direct * span, own, from, own, 0, width);
      System.arraycopy(own, 0, dx, dxAt + 2 * direct * width, size);
      scratch.give(own);
    }
  }

  private static void giveRows(
      int rows,
      int n,
      float[] where,
      int whereAt,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      int width) {
    int span = span(n);
    for (int i = 0; i < rows; i++) {
      int upper = dxAt + 2 * i * width;
      for (int j = 0; j < n; j += N) {
        give(where, whereAt + i * span + j, dy, dyAt + i * n + j, dx, upper + 2 * j);
      }
      for (int j = 0; j < n; j += N) {
        int lower = upper + width + 2 * j;
        giveBelow(where, whereAt + i * span + j, dy, dyAt + i * n + j, dx, lower);
      }
    }
  }

  private static void give(float[] where, int at, float[] dy, int dyAt, float[] dx, int upper) {
    IntVector q = FloatVector.fromArray(F, where, at).reinterpretAsInts();
    IntVector d = FloatVector.fromArray(F, dy, dyAt).rearrange(MEET).reinterpretAsInts();
    IntVector ab = d.and(q.lanewise(VectorOperators.ASHR, 31).not());
    IntVector b = ab.and(second(q, 1));
    interleave(ab.lanewise(VectorOperators.XOR, b), b, dx, upper);
  }

  private static void giveBelow(
      float[] where, int at, float[] dy, int dyAt, float[] dx, int lower) {
    IntVector q = FloatVector.fromArray(F, where, at).reinterpretAsInts();
    IntVector e = FloatVector.fromArray(F, dy, dyAt).rearrange(MEET).reinterpretAsInts();
    IntVector cd = e.and(q.lanewise(VectorOperators.ASHR, 31));
    IntVector d = cd.and(second(q, 2));
    interleave(cd.lanewise(VectorOperators.XOR, d), d, dx, lower);
  }

  /** All ones where this bit behind the highest is set. */
  private static IntVector second(IntVector q, int bit) {
    return q.lanewise(VectorOperators.LSHL, bit).lanewise(VectorOperators.ASHR, 31);
  }

  private static void interleave(IntVector even, IntVector odd, float[] to, int at) {
    LongVector a = even.reinterpretAsLongs();
    LongVector b = odd.reinterpretAsLongs();
    a.and(LOW).or(b.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats().intoArray(to, at);
    a.lanewise(VectorOperators.LSHR, 32)
        .or(b.and(~LOW))
        .reinterpretAsFloats()
        .intoArray(to, at + N);
  }
}
