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

  private static final int FIRST = Integer.MIN_VALUE; // the highest bit

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

  /** All in one method, which is too long to be compiled as a part of another: see docs/performance.md. */
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
    for (int i = 0; i < rows; i++) {
      int upper = xAt + 2 * i * width;
      int lower = upper + width;
      for (int j = 0; j < n; j += N) {
        LongVector u = FloatVector.fromArray(F, x, upper + 2 * j).reinterpretAsLongs();
        LongVector v = FloatVector.fromArray(F, x, upper + 2 * j + N).reinterpretAsLongs();
        FloatVector a = u.and(LOW).or(v.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats();
        FloatVector b = u.lanewise(VectorOperators.LSHR, 32).or(v.and(~LOW)).reinterpretAsFloats();
        u = FloatVector.fromArray(F, x, lower + 2 * j).reinterpretAsLongs();
        v = FloatVector.fromArray(F, x, lower + 2 * j + N).reinterpretAsLongs();
        FloatVector c = u.and(LOW).or(v.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats();
        FloatVector d = u.lanewise(VectorOperators.LSHR, 32).or(v.and(~LOW)).reinterpretAsFloats();
        FloatVector ab = a.max(b);
        FloatVector cd = c.max(d);
        FloatVector max = ab.max(cd);
        max.rearrange(APART).intoArray(y, yAt + i * n + j);
        // The highest bits: below rather than above; b rather than a; d rather than c.
        IntVector p = max.reinterpretAsInts().lanewise(VectorOperators.XOR, ab.reinterpretAsInts());
        IntVector q = ab.reinterpretAsInts().lanewise(VectorOperators.XOR, a.reinterpretAsInts());
        IntVector r = cd.reinterpretAsInts().lanewise(VectorOperators.XOR, c.reinterpretAsInts());
        p = p.or(p.neg()).and(FIRST);
        q = q.or(q.neg()).and(FIRST).lanewise(VectorOperators.LSHR, 1);
        r = r.or(r.neg()).and(FIRST).lanewise(VectorOperators.LSHR, 2);
        p.or(q).or(r).reinterpretAsFloats().intoArray(where, whereAt + i * span(n) + j);
      }
    }
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

  /** All in one method, as {@link #maxRows}. */
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
    for (int i = 0; i < rows; i++) {
      int upper = dxAt + 2 * i * width;
      for (int half = 0; half < 2; half++) {
        int to = upper + half * width;
        int other = half - 1; // all ones above, where what is below gets nothing
        for (int j = 0; j < n; j += N) {
          IntVector w =
              FloatVector.fromArray(F, where, whereAt + i * span(n) + j).reinterpretAsInts();
          IntVector both =
              FloatVector.fromArray(F, dy, dyAt + i * n + j).rearrange(MEET).reinterpretAsInts();
          both =
              both.and(w.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.XOR, other));
          IntVector right =
              w.lanewise(VectorOperators.LSHL, 1 + half).lanewise(VectorOperators.ASHR, 31);
          LongVector b = both.and(right).reinterpretAsLongs();
          LongVector a = both.reinterpretAsLongs().lanewise(VectorOperators.XOR, b);
          a.and(LOW)
              .or(b.lanewise(VectorOperators.LSHL, 32))
              .reinterpretAsFloats()
              .intoArray(dx, to + 2 * j);
          a.lanewise(VectorOperators.LSHR, 32)
              .or(b.and(~LOW))
              .reinterpretAsFloats()
              .intoArray(dx, to + 2 * j + N);
        }
      }
    }
  }
}
