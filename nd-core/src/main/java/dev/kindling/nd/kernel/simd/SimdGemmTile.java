package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost part of the matrix product: a tile of C that stays in registers while k runs. A tile has {@link #rows}
 * rows and up to {@link #vectors} vectors of columns; for each l it loads one row of B as vectors, broadcasts one
 * element of each row of A, and multiplies and adds. Every element of C is thus one chain of fused multiply-adds over l
 * in ascending order, wherever the tile lies: that is why the bits don't depend on how the work is cut.
 *
 * <p>One implementation is chosen by the vector width, once, so that the call has a single target. The accumulators
 * are written out as local variables: in an array they would live in memory. B's rows follow each other without gaps, a
 * distance that the JIT compiler knows: only so can it take the bounds checks out of the loop, an eighth of its time.
 */
abstract class SimdGemmTile {

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

  /**
   * Computes {@code T = A * B} for one tile.
   *
   * @param vectors how many vectors wide the tile is, 1 to {@link #vectors}
   * @param height how many rows of A there are, 1 to {@link #rows}; the tile's further rows repeat the last and mean
   *     nothing
   * @param a A [height, k], row stride lda, read in place: a tile reads a few floats of it for each l
   * @param b B [k, vectors * N], contiguous
   * @param t T [rows, vectors * N], contiguous; all its rows are written
   */
  final void multiply(
      int vectors,
      int height,
      int k,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      float[] t,
      int tOff) {
    int last = height - 1;
    tile(
        vectors,
        k,
        a,
        aOff,
        aOff + Math.min(1, last) * lda,
        aOff + Math.min(2, last) * lda,
        aOff + Math.min(3, last) * lda,
        aOff + Math.min(4, last) * lda,
        aOff + Math.min(5, last) * lda,
        b,
        bOff,
        t,
        tOff);
  }

  /** Computes {@code T += A * B} for one tile; arguments as in {@link #multiply}, and a place for the product. */
  final void multiplyAdd(
      int vectors,
      int height,
      int k,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      float[] t,
      int tOff,
      float[] own,
      int at) {
    multiply(vectors, height, k, a, aOff, lda, b, bOff, own, at);
    add(own, at, t, tOff, rows * vectors * N);
  }

  /**
   * Computes {@code T += A * B} for one tile, where each row of A has a place of its own.
   *
   * @param places row r of A begins at {@code a[aOff + places[first + r]]}
   */
  final void multiplyAdd(
      int vectors,
      int height,
      int k,
      float[] a,
      int aOff,
      int[] places,
      int first,
      float[] b,
      int bOff,
      float[] t,
      int tOff,
      float[] own,
      int at) {
    int last = first + height - 1;
    tile(
        vectors,
        k,
        a,
        aOff + places[first],
        aOff + places[Math.min(first + 1, last)],
        aOff + places[Math.min(first + 2, last)],
        aOff + places[Math.min(first + 3, last)],
        aOff + places[Math.min(first + 4, last)],
        aOff + places[Math.min(first + 5, last)],
        b,
        bOff,
        own,
        at);
    add(own, at, t, tOff, rows * vectors * N);
  }

  // Apart from the tile: with twenty more vectors in it, the JIT compiler now and then gives up
  // inlining.
  private static void add(float[] s, int sOff, float[] t, int tOff, int n) {
    for (int i = 0; i < n; i += N) {
      FloatVector sum =
          FloatVector.fromArray(F, t, tOff + i).add(FloatVector.fromArray(F, s, sOff + i));
      sum.intoArray(t, tOff + i);
    }
  }

  /** {@code T = A * B}: row r of A is {@code a[ar ...]}; a tile of fewer than six rows leaves the rest out. */
  abstract void tile(
      int vectors,
      int k,
      float[] a,
      int a0,
      int a1,
      int a2,
      int a3,
      int a4,
      int a5,
      float[] b,
      int bOff,
      float[] t,
      int tOff);
}
