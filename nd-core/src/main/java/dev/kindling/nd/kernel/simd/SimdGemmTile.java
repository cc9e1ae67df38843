package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost part of the matrix product: a tile of C that stays in registers while k runs. A tile has {@link #rows}
 * rows and up to {@link #vectors} vectors of columns; for each l it loads one row of B as vectors, broadcasts one
 * element of each row of A, and multiplies and adds. Every element of C is thus one chain of fused multiply-adds over l
 * in ascending order, wherever the tile lies: that is why the bits don't depend on how the work is cut.
 *
 * <p>One implementation is chosen by the vector width, once, so that the call has a single target. The accumulators
 * are written out as local variables: in an array they would live in memory. B's rows follow each other without gaps, and
 * A's are copied to a fixed distance. The JIT compiler so knows both distances: it takes the bounds checks out of the loop,
 * and addresses all rows of A from one register. Without, the processor spends its time on addresses.
 */
abstract class SimdGemmTile {

  /** The greatest depth k of a tile. */
  static final int MOST = 1024;

  /** How far the rows of a strip of A are from each other: not a power of two, so that they share the cache. */
  static final int ROW = MOST + 16;

  /** Rows of the tile. */
  final int rows;

  /** Vectors a row, at most. */
  final int vectors;

  SimdGemmTile(int rows, int vectors) {
    this.rows = rows;
    this.vectors = vectors;
  }

  /** The tile for this processor: AVX2 has 16 vector registers, AVX-512 and NEON have 32. */
  static SimdGemmTile forThisProcessor() {
    return Lanes.F.vectorBitSize() == 256 ? new SimdGemmTile6x2() : new SimdGemmTile5x4();
  }

  /** Floats that {@code count} strips of depth k take, side by side. */
  final int stripFloats(int count, int k) {
    return stripFloats(count, rows, k);
  }

  /** The same for strips of so many rows. */
  static int stripFloats(int count, int rows, int k) {
    int each = MOST / k;
    return (count + each - 1) / each * rows * ROW;
  }

  /** Where strip s of depth k begins, side by side with others. */
  final int stripAt(int s, int k) {
    return stripAt(s, rows, k);
  }

  /** The same for strips of so many rows. */
  static int stripAt(int s, int rows, int k) {
    int each = MOST / k;
    return s / each * rows * ROW + s % each * k;
  }

  /** Writes a strip: rows of A [height, k] with row stride lda, and zeros for the rows that a tile has beyond. */
  final void strip(int height, int k, float[] a, int aOff, int lda, float[] to, int at) {
    int r0 = 0;
    if (height >= 5) {
      copy5(a, aOff, lda, to, at, k);
      r0 = 5;
    }
    for (int r = r0; r < height; r++) {
      copy(a, aOff + r * lda, to, at + r * ROW, k);
    }
    for (int r = height; r < rows; r++) {
      Arrays.fill(to, at + r * ROW, at + r * ROW + k, 0);
    }
  }

  /**
   * Writes a strip whose rows lie apart.
   *
   * @param places row r of A begins at {@code a[aOff + places[first + r]]}
   */
  final void strip(
      int height, int k, float[] a, int aOff, int[] places, int first, float[] to, int at) {
    for (int r = 0; r < height; r++) {
      copy(a, aOff + places[first + r], to, at + r * ROW, k);
    }
    for (int r = height; r < rows; r++) {
      Arrays.fill(to, at + r * ROW, at + r * ROW + k, 0);
    }
  }

  /** Five rows at once, so that the processor has five places in memory to fetch from. */
  private static void copy5(float[] a, int a0, int lda, float[] to, int at, int k) {
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int a4 = a3 + lda;
    int l = 0;
    for (; l <= k - N; l += N) {
      FloatVector.fromArray(F, a, a0 + l).intoArray(to, at + l);
      FloatVector.fromArray(F, a, a1 + l).intoArray(to, at + l + ROW);
      FloatVector.fromArray(F, a, a2 + l).intoArray(to, at + l + 2 * ROW);
      FloatVector.fromArray(F, a, a3 + l).intoArray(to, at + l + 3 * ROW);
      FloatVector.fromArray(F, a, a4 + l).intoArray(to, at + l + 4 * ROW);
    }
    for (; l < k; l++) {
      to[at + l] = a[a0 + l];
      to[at + l + ROW] = a[a1 + l];
      to[at + l + 2 * ROW] = a[a2 + l];
      to[at + l + 3 * ROW] = a[a3 + l];
      to[at + l + 4 * ROW] = a[a4 + l];
    }
  }

  private static void copy(float[] a, int from, float[] to, int at, int k) {
    int l = 0;
    for (; l <= k - N; l += N) {
      FloatVector.fromArray(F, a, from + l).intoArray(to, at + l);
    }
    for (; l < k; l++) {
      to[at + l] = a[from + l];
    }
  }

  /**
   * Computes {@code T = A * B} for one tile.
   *
   * @param vectors how many vectors wide the tile is, 1 to {@link #vectors}
   * @param k at most {@link #MOST}
   * @param a a strip, as {@link #strip} writes it
   * @param b B [k, vectors * N], contiguous
   * @param t T [rows, vectors * N], contiguous
   */
  abstract void tile(
      int vectors, int k, float[] a, int aOff, float[] b, int bOff, float[] t, int tOff);

  /**
   * Computes {@code T = A * B} for a tile of full width from rows of A where they lie. That is slower, but when a strip would be
   * used only once, copying it takes longer.
   *
   * @param height how many rows of A there are; the tile's further rows repeat the last and mean nothing
   */
  abstract void tileInPlace(
      int height, int k, float[] a, int aOff, int lda, float[] b, int bOff, float[] t, int tOff);

  /** Computes {@code T += A * B} for one tile; arguments as in {@link #tile}, and a place for the product. */
  final void tileAdd(
      int vectors,
      int k,
      float[] a,
      int aOff,
      float[] b,
      int bOff,
      float[] t,
      int tOff,
      float[] own,
      int at) {
    tile(vectors, k, a, aOff, b, bOff, own, at);
    int n = rows * vectors * N;
    // Apart from the tile: with twenty more vectors in it, the JIT compiler now and then gives up
    // inlining.
    for (int i = 0; i < n; i += N) {
      FloatVector sum =
          FloatVector.fromArray(F, t, tOff + i).add(FloatVector.fromArray(F, own, at + i));
      sum.intoArray(t, tOff + i);
    }
  }
}
