package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Scratch;
import java.util.Arrays;

/**
 * One matrix product {@code C = alpha * A * B + beta * C}, A [rows, k], B [k, columns]: who packs what, in which order
 * the blocks come, and how the work is cut. Jobs are pooled, so that a call allocates nothing.
 *
 * <p>The loops, from outside: k in blocks of at most {@value SimdGemmTile#MOST}; B in groups of panels, packed once; A's rows, copied or
 * turned, {@value #STRIPS} strips at a time; the group's panels; the strips. Strips and a panel so stay in the second-level cache,
 * and a strip in the one nearest to the core.
 *
 * <p>Every element of C is the sum of its blocks in order, and each block one chain over l. Where the rows and columns
 * are cut has no say in that, so they may be cut by the number of threads.
 */
final class SimdGemmJob implements Parallel.Chunks {

  /** The most of k that is multiplied before the tile goes back to memory. */
  private static final int BLOCK = SimdGemmTile.MOST;

  /** Multiply-adds below which a parallel region costs more than it saves. */
  private static final long SERIAL = 1 << 20;

  /** Floats of B that are packed together, if {@link #SHALLOW} to stay in the second-level cache. */
  private static final int GROUP = 1 << 20;

  private static final int SHALLOW_GROUP = 1 << 18;

  /**
   * The depth up to which most time goes into C: it is then written in long runs, a strip through all panels. Above, a panel
   * goes through all strips, which are smaller than the panels.
   */
  private static final int SHALLOW = 256;

  /** Strips of A that are copied or turned together: with a panel of B, they stay in the second-level cache. */
  private static final int STRIPS = 32;

  /** Where a worker's own memory holds its tile; panels of B and strips of A follow. */
  private static final int TILE = Scratch.ALIGNED;

  /** Most floats of one side that are turned or packed ahead of a region. */
  private static final int SLAB = 1 << 22;

  private enum Phase {
    PACK_B,
    MULTIPLY
  }

  int rows;
  int columns;
  int k;
  float alpha;
  float beta;
  float[] c = NOTHING;
  int cOff;
  int ldc;

  /** Whether C is to be written transposed, as [columns, rows]. */
  boolean swapped;

  private static final float[] NOTHING = new float[0];

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int tileFloats;

  private float[] a = NOTHING;
  private int aOff;
  private int lda;
  private boolean aTurned;
  private float[] b = NOTHING;
  private int bOff;
  private int ldb;
  private boolean bTurned;

  private Phase phase = Phase.MULTIPLY;
  private int block;
  private int rowChunks;
  private int columnChunks;
  private int from; // of k, the slab at work
  private int to;
  private float[] packed = NOTHING; // B's slab, panel after panel in each block
  private boolean prepared; // that is, B as a whole
  private float[] sum = NOTHING; // [rows, sumStride]: C before it is transposed
  private int sumStride;

  SimdGemmJob(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.tileFloats = tile.rows * tile.vectors * N;
  }

  /** The side whose elements are broadcast; turned if it lies as [k, rows]. */
  void a(float[] a, int aOff, int lda, boolean turned) {
    this.a = a;
    this.aOff = aOff;
    this.lda = lda;
    this.aTurned = turned;
  }

  /** The side whose rows are vectors; turned if it lies as [columns, k]. */
  void b(float[] b, int bOff, int ldb, boolean turned) {
    this.b = b;
    this.bOff = bOff;
    this.ldb = ldb;
    this.bTurned = turned;
  }

  /** That side as {@link #prepare} wrote it, to the beginning of an array. */
  void b(float[] prepared) {
    this.packed = prepared;
    this.prepared = true;
  }

  /** Lets go of the caller's arrays. */
  void forget() {
    a = NOTHING;
    b = NOTHING;
    packed = NOTHING;
    prepared = false;
    c = NOTHING;
  }

  /** How deep blocks of k are. */
  private static int block(int k) {
    int blocks = (k + BLOCK - 1) / BLOCK;
    return (((k + blocks - 1) / blocks) + 15) & -16;
  }

  /** Floats that {@link #prepare} writes. */
  static long preparedFloats(SimdGemmTile tile, int columns, int k) {
    int width = tile.vectors * N;
    return Scratch.ALIGNED + ((long) columns + width - 1) / width * width * k;
  }

  /** All panels of B [columns, k], which lies without gaps: those of a block of k after those of another. */
  static void prepare(SimdGemmTile tile, int columns, int k, float[] b, int bOff, float[] to) {
    int width = tile.vectors * N;
    int padded = (columns + width - 1) / width * width;
    int block = block(k);
    for (int l = 0; l < k; l += block) {
      int depth = Math.min(block, k - l);
      SimdGemmPack.panels(
          true, depth, columns, width, b, bOff + l, k, to, Scratch.ALIGNED + l * padded);
    }
  }

  void run() {
    block = block(k);
    boolean serial = (long) rows * columns * k < SERIAL || !Parallel.available();
    int width = tile.vectors * N;
    int panels = (columns + width - 1) / width;
    cut(serial ? 1 : Parallel.threads(), panels);
    boolean shared = rowChunks > 1 && !prepared;
    int slab = shared ? Math.max(1, SLAB / columns / block) * block : k;
    if (swapped) {
      sumStride = (columns + N - 1) / N * N;
      sum = scratch.borrow(rows * sumStride + Scratch.ALIGNED);
    }
    for (from = 0; from < k; from = to) {
      to = Math.min(k, from + slab);
      if (shared) {
        packed = scratch.borrow(panels * width * (to - from) + Scratch.ALIGNED);
        phase = Phase.PACK_B;
        Parallel.run(panels * ((to - from + block - 1) / block), serial, this);
      }
      phase = Phase.MULTIPLY;
      Parallel.run(rowChunks * columnChunks, serial, this);
      if (shared) {
        scratch.give(packed);
        packed = NOTHING;
      }
    }
    if (swapped) {
      scratch.give(sum);
      sum = NOTHING;
    }
  }

  /**
   * Cuts rows first where there are many, or where A has to be turned: B is then packed ahead, by all threads, and no row is
   * copied twice. Else columns first, for then no panel is packed twice; rows too when there are few panels.
   */
  private void cut(int threads, int panels) {
    int strips = (rows + tile.rows - 1) / tile.rows;
    if (threads == 1) {
      rowChunks = 1;
      columnChunks = 1;
    } else if ((aTurned || rows >= columns)
        && strips >= 4 * threads
        && (long) columns * block <= SLAB) {
      rowChunks = 4 * threads;
      columnChunks = 1;
    } else if (panels >= 2 * threads) {
      rowChunks = 1;
      columnChunks = Math.min(panels, 4 * threads);
    } else {
      rowChunks = Math.min((threads + panels - 1) / panels, strips);
      columnChunks = panels;
    }
  }

  @Override
  public void run(int index) {
    switch (phase) {
      case PACK_B -> pack(index);
      default -> multiply(index);
    }
  }

  private void pack(int index) {
    int width = tile.vectors * N;
    int panels = (columns + width - 1) / width;
    int l = from + index / panels * block;
    int j = index % panels * width;
    int count = Math.min(width, columns - j);
    SimdGemmPack.panels(
        bTurned,
        Math.min(block, to - l),
        count,
        width,
        b,
        bTurned ? bOff + j * ldb + l : bOff + l * ldb + j,
        ldb,
        packed,
        packedAt(l, j));
  }

  /** Where the panel of columns from j on begins, in the block from l on. */
  private int packedAt(int l, int j) {
    int width = tile.vectors * N;
    int padded = (columns + width - 1) / width * width;
    return Scratch.ALIGNED + (l - from) * padded + j * Math.min(block, to - l);
  }

  private void multiply(int index) {
    int width = tile.vectors * N;
    int strips = (rows + tile.rows - 1) / tile.rows;
    int panels = (columns + width - 1) / width;
    int row = index / columnChunks;
    int column = index % columnChunks;
    int i0 = (int) ((long) strips * row / rowChunks) * tile.rows;
    int i1 = Math.min(rows, (int) ((long) strips * (row + 1) / rowChunks) * tile.rows);
    int j0 = (int) ((long) panels * column / columnChunks) * width;
    int j1 = Math.min(columns, (int) ((long) panels * (column + 1) / columnChunks) * width);
    int height = Math.min(STRIPS, (i1 - i0 + tile.rows - 1) / tile.rows) * tile.rows;
    int padded = (j1 - j0 + width - 1) / width * width;
    long all = (long) padded * Math.min(block, to - from);
    int group = packed == NOTHING ? (int) Math.min(GROUP, all) : 0;
    int stripsAt = TILE + tileFloats + group;
    int size = Math.max(stripsAt + height * SimdGemmTile.ROW, TILE + BLOCK * width);
    float[] own = scratch.borrow(size);
    for (int l = from; l < to; l += block) {
      int depth = Math.min(block, to - l);
      int step = Math.max(1, (depth > SHALLOW ? GROUP : SHALLOW_GROUP) / (depth * width)) * width;
      for (int j = j0; j < j1; j += step) {
        group(i0, i1, j, Math.min(j1, j + step), l, depth, own, stripsAt);
      }
    }
    if (swapped && to == k) {
      turnSum(i0, i1, j0, j1, own);
    }
    scratch.give(own);
  }

  /** Rows [i0, i1) of A times columns [j0, j1) of B, l to l + depth. */
  private void group(int i0, int i1, int j0, int j1, int l, int depth, float[] own, int strips) {
    int width = tile.vectors * N;
    int panels = TILE + tileFloats;
    if (packed == NOTHING) {
      int at = bTurned ? bOff + j0 * ldb + l : bOff + l * ldb + j0;
      SimdGemmPack.panels(bTurned, depth, j1 - j0, width, b, at, ldb, own, panels);
    }
    float[] right = packed == NOTHING ? own : packed;
    int rightAt = packed == NOTHING ? panels : packedAt(l, j0);
    if (!aTurned && columns <= width && columns > width - N) {
      for (int i = i0; i < i1; i += tile.rows) {
        int height = Math.min(tile.rows, i1 - i);
        tile.tileInPlace(height, depth, a, aOff + i * lda + l, lda, right, rightAt, own, TILE);
        merge(i, 0, height, columns, width, l, own);
      }
      return;
    }
    int step = STRIPS * tile.rows;
    for (int from = i0; from < i1; from += step) {
      int to = Math.min(i1, from + step);
      strips(from, to, l, depth, own, strips);
      if (depth > SHALLOW) {
        for (int j = j0; j < j1; j += width) {
          for (int i = from; i < to; i += tile.rows) {
            int strip = strips + (i - from) * SimdGemmTile.ROW;
            tile(i, j, to, j1, l, depth, own, strip, right, rightAt + (j - j0) * depth);
          }
        }
      } else {
        for (int i = from; i < to; i += tile.rows) {
          int strip = strips + (i - from) * SimdGemmTile.ROW;
          for (int j = j0; j < j1; j += width) {
            tile(i, j, to, j1, l, depth, own, strip, right, rightAt + (j - j0) * depth);
          }
        }
      }
    }
  }

  /** The tile of C at (i, j), which ends where rows or columns do. */
  private void tile(
      int i,
      int j,
      int rowEnd,
      int columnEnd,
      int l,
      int depth,
      float[] own,
      int strip,
      float[] right,
      int panel) {
    int count = Math.min(tile.vectors * N, columnEnd - j);
    int vectors = (count + N - 1) / N;
    tile.tile(vectors, depth, own, strip, right, panel, own, TILE);
    merge(i, j, Math.min(tile.rows, rowEnd - i), count, vectors * N, l, own);
  }

  /** Rows [i0, i1) of A, from l on, as strips one after the other. */
  private void strips(int i0, int i1, int l, int depth, float[] own, int at) {
    if (aTurned) {
      int rest = (i1 - i0) % tile.rows;
      if (rest > 0) {
        for (int i = i1; i < i1 + tile.rows - rest; i++) {
          int row = at + (i - i0) * SimdGemmTile.ROW;
          Arrays.fill(own, row, row + depth, 0);
        }
      }
      SimdGemmTranspose.run(a, aOff + l * lda + i0, lda, depth, i1 - i0, own, at, SimdGemmTile.ROW);
      return;
    }
    for (int i = i0; i < i1; i += tile.rows) {
      int height = Math.min(tile.rows, i1 - i);
      int strip = at + (i - i0) * SimdGemmTile.ROW;
      tile.strip(height, depth, a, aOff + i * lda + l, lda, own, strip);
    }
  }

  /** Adds a tile [height, count] to C, or to the sum that C will be the transpose of. */
  private void merge(int i, int j, int height, int count, int stride, int l, float[] own) {
    if (swapped) {
      float factor = l == 0 ? 0 : 1;
      int at = Scratch.ALIGNED + i * sumStride + j;
      SimdGemmPack.merge(own, TILE, stride, height, stride, 1, factor, sum, at, sumStride);
    } else {
      float factor = l == 0 ? beta : 1;
      SimdGemmPack.merge(
          own, TILE, stride, height, count, alpha, factor, c, cOff + i * ldc + j, ldc);
    }
  }

  /** Writes the chunk [i0, i1) x [j0, j1) of the sum to C, transposed. */
  private void turnSum(int i0, int i1, int j0, int j1, float[] own) {
    int width = tile.vectors * N;
    int step = BLOCK / N * N;
    for (int j = j0; j < j1; j += width) {
      int count = Math.min(width, j1 - j);
      for (int i = i0; i < i1; i += step) {
        int height = Math.min(step, i1 - i);
        int si = Scratch.ALIGNED + i * sumStride + j;
        SimdGemmTranspose.run(sum, si, sumStride, height, count, own, Scratch.ALIGNED, step);
        int ci = cOff + j * ldc + i;
        SimdGemmPack.merge(own, Scratch.ALIGNED, step, count, height, alpha, beta, c, ci, ldc);
      }
    }
  }
}
