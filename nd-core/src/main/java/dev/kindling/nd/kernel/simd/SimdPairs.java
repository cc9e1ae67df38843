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
import org.jspecify.annotations.Nullable;

/**
 * Maximum pooling with windows of 2 × 2 that don't overlap: a and b above, c and d below. The two columns of a window are the two
 * halves of a 64-bit lane, so that shifts by 32 bits bring them together; these are cheap where a rearrangement of lanes is not.
 *
 * <p>Whole vectors of windows are read and written. What is written beyond a row, the next one overwrites; the last rows, where
 * that would be beyond the end, go through memory with room behind. Where the places are remembered, some rows of windows go
 * through two stages together, as many as stay in the nearest cache.
 */
final class SimdPairs {

  private static final float[] NOTHING = new float[0];

  /** Windows that go through the stages together. */
  private static final int WINDOWS = 512;

  private static final int FIRST = Integer.MIN_VALUE; // the highest bit

  private final SimdStage only = new SimdStage(this::only);
  private final SimdStage halves = new SimdStage(this::halves);
  private final SimdStage whole = new SimdStage(this::whole);
  private final SimdStage give = new SimdStage(this::give);

  private int rows;
  private int n;
  private int span;
  private int width; // from a row of x or dx to the next
  private int together; // rows of windows
  private float[] x = NOTHING; // or dx
  private int xAt;
  private float[] y = NOTHING; // or dy
  private int yAt;
  private float[] where = NOTHING;
  private int whereAt;
  private float[] own = NOTHING; // the largest of each row of windows' two rows, and which they are
  private int which;

  /** Windows of a row, up to whole vectors. */
  static int span(int n) {
    return (n + N - 1) / N * N;
  }

  /** Rows that can be taken with so much room behind the first. */
  private static int fitting(int room, int row) {
    return room < 0 ? 0 : room / row + 1;
  }

  private void are(int n, int width, float[] where) {
    this.n = n;
    this.width = width;
    this.where = where;
    span = span(n);
    together = Math.max(1, WINDOWS / n);
    which = 2 * together * span;
  }

  private void lie(int rows, float[] x, int xAt, float[] y, int yAt, int whereAt) {
    this.rows = rows;
    this.x = x;
    this.xAt = xAt;
    this.y = y;
    this.yAt = yAt;
    this.whereAt = whereAt;
  }

  private void forget() {
    x = NOTHING;
    y = NOTHING;
    where = NOTHING;
    own = NOTHING;
  }

  private int count(int first) {
    return Math.min(together, rows - first);
  }

  // ---------------------------------------------------------------- forward

  /** See {@link dev.kindling.nd.kernel.Kernels#pairMax}. */
  void max(
      Scratch scratch,
      int rows,
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float @Nullable [] where,
      int whereAt) {
    are(n, width, where == null ? NOTHING : where);
    int readable = fitting(x.length - xAt - width - 2 * span, 2 * width);
    int direct = Math.min(rows, Math.min(readable, fitting(rows * n - span, n)));
    int rest = rows - direct;
    int size = 2 * rest * width;
    int from = 2 * which;
    int to = from + size + 2 * span;
    own = scratch.borrow(to + rest * n + span);
    lie(direct, x, xAt, y, yAt, whereAt);
    max(where != null);
    if (rest > 0) {
      System.arraycopy(x, xAt + 2 * direct * width, own, from, size);
      lie(rest, own, from, own, to, whereAt + direct * span);
      max(where != null);
      System.arraycopy(own, to, y, yAt + direct * n, rest * n);
    }
    scratch.give(own);
    forget();
  }

  private void max(boolean remembered) {
    if (!remembered) {
      only.run(rows);
      return;
    }
    for (int i = 0; i < rows; i += together) {
      halves.run(i);
      whole.run(i);
    }
  }

  /** The largest alone. */
  private void only(int rows) {
    for (int i = 0; i < rows; i++) {
      int upper = xAt + 2 * i * width;
      for (int j = 0; j < n; j += N) {
        only(upper + 2 * j, upper + width + 2 * j, yAt + i * n + j);
      }
    }
  }

  private void only(int upper, int lower, int to) {
    LongVector u =
        FloatVector.fromArray(F, x, upper)
            .max(FloatVector.fromArray(F, x, lower))
            .reinterpretAsLongs();
    LongVector v =
        FloatVector.fromArray(F, x, upper + N)
            .max(FloatVector.fromArray(F, x, lower + N))
            .reinterpretAsLongs();
    LongVector even = u.and(LOW).or(v.lanewise(VectorOperators.LSHL, 32));
    LongVector odd = u.lanewise(VectorOperators.LSHR, 32).or(v.and(~LOW));
    even.reinterpretAsFloats().max(odd.reinterpretAsFloats()).rearrange(APART).intoArray(y, to);
  }

  /** The largest of the two columns, in rows above and below by themselves. */
  private void halves(int first) {
    int count = 2 * count(first);
    for (int i = 0; i < count; i++) {
      int from = xAt + (2 * first + i) * width;
      for (int j = 0; j < n; j += N) {
        half(from + 2 * j, i * span + j);
      }
    }
  }

  private void half(int from, int to) {
    LongVector u = FloatVector.fromArray(F, x, from).reinterpretAsLongs();
    LongVector v = FloatVector.fromArray(F, x, from + N).reinterpretAsLongs();
    LongVector a = u.and(LOW).or(v.lanewise(VectorOperators.LSHL, 32));
    LongVector b = u.lanewise(VectorOperators.LSHR, 32).or(v.and(~LOW));
    FloatVector max = a.reinterpretAsFloats().max(b.reinterpretAsFloats());
    max.intoArray(own, to);
    differ(a.reinterpretAsInts(), max.reinterpretAsInts())
        .reinterpretAsFloats()
        .intoArray(own, which + to);
  }

  /** The highest bit where the bits differ, and nothing else. */
  private static IntVector differ(IntVector a, IntVector b) {
    IntVector d = a.lanewise(VectorOperators.XOR, b);
    return d.or(d.neg()).and(FIRST);
  }

  /** The larger of above and below. In the highest bits: whether it is below; b rather than a; d rather than c. */
  private void whole(int first) {
    int count = count(first);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < n; j += N) {
        int above = 2 * i * span + j;
        whole(above, above + span, yAt + (first + i) * n + j, whereAt + (first + i) * span + j);
      }
    }
  }

  private void whole(int above, int below, int to, int whereTo) {
    FloatVector ab = FloatVector.fromArray(F, own, above);
    FloatVector max = ab.max(FloatVector.fromArray(F, own, below));
    max.rearrange(APART).intoArray(y, to);
    IntVector b = FloatVector.fromArray(F, own, which + above).reinterpretAsInts();
    IntVector d = FloatVector.fromArray(F, own, which + below).reinterpretAsInts();
    differ(ab.reinterpretAsInts(), max.reinterpretAsInts())
        .or(b.lanewise(VectorOperators.LSHR, 1))
        .or(d.lanewise(VectorOperators.LSHR, 2))
        .reinterpretAsFloats()
        .intoArray(where, whereTo);
  }

  // ---------------------------------------------------------------- backward

  /** See {@link dev.kindling.nd.kernel.Kernels#pairMaxGradient}. */
  void gradient(
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
    are(n, width, where);
    int writable = fitting(2 * rows * width - width - 2 * span, 2 * width);
    int direct = Math.min(rows, Math.min(writable, fitting(dy.length - dyAt - span, n)));
    lie(direct, dx, dxAt, dy, dyAt, whereAt);
    give.run(direct);
    int rest = rows - direct;
    if (rest > 0) {
      int size = 2 * rest * width;
      int from = size + 2 * span;
      float[] edge = scratch.borrow(from + rest * n + span);
      System.arraycopy(dy, dyAt + direct * n, edge, from, rest * n);
      lie(rest, edge, 0, edge, from, whereAt + direct * span);
      give.run(rest);
      System.arraycopy(edge, 0, dx, dxAt + 2 * direct * width, size);
      scratch.give(edge);
    }
    forget();
  }

  /** Each dy to its place in the row above, and in the one below; 0 to the others. */
  private void give(int rows) {
    for (int i = 0; i < 2 * rows; i++) {
      int row = i / 2;
      int to = xAt + i * width;
      for (int j = 0; j < n; j += N) {
        give(i % 2, whereAt + row * span + j, yAt + row * n + j, to + 2 * j);
      }
    }
  }

  private void give(int half, int at, int from, int to) {
    IntVector w = FloatVector.fromArray(F, where, at).reinterpretAsInts();
    IntVector dy = FloatVector.fromArray(F, y, from).rearrange(MEET).reinterpretAsInts();
    // Of what is above, the row below gets nothing, and the other way round.
    IntVector there = w.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.XOR, half - 1);
    IntVector right = w.lanewise(VectorOperators.LSHL, 1 + half).lanewise(VectorOperators.ASHR, 31);
    LongVector both = dy.and(there).reinterpretAsLongs();
    LongVector b = dy.and(there).and(right).reinterpretAsLongs();
    LongVector a = both.lanewise(VectorOperators.XOR, b);
    a.and(LOW).or(b.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats().intoArray(x, to);
    a.lanewise(VectorOperators.LSHR, 32).or(b.and(~LOW)).reinterpretAsFloats().intoArray(x, to + N);
  }
}
