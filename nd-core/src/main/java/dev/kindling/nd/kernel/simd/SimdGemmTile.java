package dev.kindling.nd.kernel.simd;

/**
 * The innermost part of the matrix product: a tile of C that stays in registers while k runs. A tile has {@link #rows}
 * rows and up to {@link #vectors} vectors of columns; for each l it loads one row of B as vectors, broadcasts one
 * element of each row of A, and multiplies and adds. Every element of C is thus one chain of fused multiply-adds over l
 * in ascending order, wherever the tile lies: that is why the bits don't depend on how the work is cut.
 *
 * <p>One implementation is chosen by the vector width, once, so that the call has a single target. The accumulators
 * are written out as local variables: in an array they would live in memory.
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
   * @param rows how many rows of A there are, 1 to {@link #rows}; the tile's further rows repeat the last and mean
   *     nothing
   * @param a A [rows, k], row stride lda, read in place: a tile reads a few floats of it for each l
   * @param b B [k, vectors * N], row stride ldb
   * @param t T [rows, vectors * N], contiguous; all its rows are written
   */
  abstract void run(
      int vectors,
      int rows,
      int k,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float[] t,
      int tOff);
}
