package dev.kindling.nd.kernel;

import java.util.Arrays;

/**
 * The matrix product in loops that the JIT compiler vectorizes by itself. It does so only where every array is indexed
 * by the bare loop variable, without an offset. So four rows of B and a block of rows of C are copied to arrays of
 * their own, and the innermost loop adds four rows of B, each times an element of A, to a row of C.
 *
 * <p>Where both sides lie along k and one has few rows, dot products of eight independent chains take over.
 *
 * <p>Every element is one chain over k, however the rows and columns are cut.
 */
final class PlainGemm {

  /** Columns of a block: long enough for the vectors, short enough that five rows stay near the core. */
  private static final int COLUMNS = 512;

  /** Rows of a block. */
  private static final int ROWS = 64;

  /** Rows of B that are added at once. */
  private static final int DEPTH = 4;

  /** Up to so many rows or columns, dot products beat vectors that are too short. */
  private static final int FEW = 12;

  /** Multiply-adds below which a parallel region costs more than it saves. */
  private static final long SERIAL = 1 << 18;

  private final Pool<Block> blocks = new Pool<>(Block::new);

  /** The working memory of one thread. */
  private static final class Block {
    final float[][] b = new float[DEPTH][COLUMNS];
    final float[][] c = new float[ROWS][COLUMNS];
  }

  void run(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      float alpha,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    if (m == 0 || n == 0) {
      return;
    }
    boolean dots = !transA && transB && Math.min(m, n) <= FEW;
    int strideA = transA ? 1 : lda; // from row to row of op(A)
    int alongA = transA ? lda : 1; // from column to column
    int strideB = transB ? 1 : ldb;
    int alongB = transB ? ldb : 1;
    int columnBlocks = (n + COLUMNS - 1) / COLUMNS;
    int rows = Math.min(m, ROWS);
    boolean parallel = (long) m * n * k >= SERIAL && Parallel.available();
    if (parallel) {
      int wanted = (2 * Parallel.threads() + columnBlocks - 1) / columnBlocks;
      rows = Math.min(rows, Math.max(8, (m + wanted - 1) / wanted));
    }
    int height = rows;
    int rowBlocks = (m + rows - 1) / rows;
    if (parallel) {
      Parallel.run(
          rowBlocks * columnBlocks,
          chunk -> {
            int i = chunk / columnBlocks * height;
            int j = chunk % columnBlocks * COLUMNS;
            int i1 = Math.min(m, i + height);
            int j1 = Math.min(n, j + COLUMNS);
            if (dots) {
              dots(i, i1, j, j1, k, alpha, a, aOff, lda, b, bOff, ldb, beta, c, cOff, ldc);
            } else {
              block(
                  i, i1, j, j1, k, alpha, a, aOff, strideA, alongA, b, bOff, strideB, alongB, beta,
                  c, cOff, ldc);
            }
          });
    } else if (dots) {
      dots(0, m, 0, n, k, alpha, a, aOff, lda, b, bOff, ldb, beta, c, cOff, ldc);
    } else {
      for (int j = 0; j < n; j += COLUMNS) {
        for (int i = 0; i < m; i += ROWS) {
          block(
              i,
              Math.min(m, i + ROWS),
              j,
              Math.min(n, j + COLUMNS),
              k,
              alpha,
              a,
              aOff,
              strideA,
              alongA,
              b,
              bOff,
              strideB,
              alongB,
              beta,
              c,
              cOff,
              ldc);
        }
      }
    }
  }

  private void block(
      int i0,
      int i1,
      int j0,
      int j1,
      int k,
      float alpha,
      float[] a,
      int aOff,
      int strideA,
      int alongA,
      float[] b,
      int bOff,
      int strideB,
      int alongB,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    Block own = blocks.borrow();
    int n = j1 - j0;
    for (int i = i0; i < i1; i++) {
      Arrays.fill(own.c[i - i0], 0, n, 0);
    }
    int l = 0;
    for (; l <= k - DEPTH; l += DEPTH) {
      copy(DEPTH, n, b, bOff + l * strideB + j0 * alongB, strideB, alongB, own.b);
      for (int i = i0; i < i1; i++) {
        int at = aOff + i * strideA + l * alongA;
        four(
            n,
            own.c[i - i0],
            own.b[0],
            own.b[1],
            own.b[2],
            own.b[3],
            a[at],
            a[at + alongA],
            a[at + 2 * alongA],
            a[at + 3 * alongA]);
      }
    }
    copy(k - l, n, b, bOff + l * strideB + j0 * alongB, strideB, alongB, own.b);
    for (int r = 0; l + r < k; r++) {
      for (int i = i0; i < i1; i++) {
        one(n, own.c[i - i0], own.b[r], a[aOff + i * strideA + (l + r) * alongA]);
      }
    }
    for (int i = i0; i < i1; i++) {
      float[] sum = own.c[i - i0];
      int at = cOff + i * ldc + j0;
      if (alpha == 1 && beta == 0) {
        System.arraycopy(sum, 0, c, at, n);
      } else {
        for (int j = 0; j < n; j++) {
          c[at + j] = put(alpha, sum[j], beta, c[at + j]);
        }
      }
    }
    blocks.give(own);
  }

  private static void copy(
      int count, int n, float[] b, int bOff, int strideB, int alongB, float[][] rows) {
    if (alongB == 1) {
      for (int r = 0; r < count; r++) {
        System.arraycopy(b, bOff + r * strideB, rows[r], 0, n);
      }
    } else {
      for (int r = 0; r < count; r++) {
        float[] row = rows[r];
        for (int j = 0, from = bOff + r * strideB; j < n; j++, from += alongB) {
          row[j] = b[from];
        }
      }
    }
  }

  /** {@code c += x0 b0 + ... + x3 b3}, the loop that is vectorized. Twice as long, it isn't always, on JDK 17. */
  private static void four(
      int n,
      float[] c,
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float x0,
      float x1,
      float x2,
      float x3) {
    for (int j = 0; j < n; j++) {
      float s = Math.fma(x1, b1[j], Math.fma(x0, b0[j], c[j]));
      c[j] = Math.fma(x3, b3[j], Math.fma(x2, b2[j], s));
    }
  }

  private static void one(int n, float[] c, float[] b, float x) {
    for (int j = 0; j < n; j++) {
      c[j] = Math.fma(x, b[j], c[j]);
    }
  }

  private static void dots(
      int i0,
      int i1,
      int j0,
      int j1,
      int k,
      float alpha,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    for (int i = i0; i < i1; i++) {
      for (int j = j0; j < j1; j++) {
        int at = cOff + i * ldc + j;
        c[at] = put(alpha, dot(k, a, aOff + i * lda, b, bOff + j * ldb), beta, c[at]);
      }
    }
  }

  private static float dot(int k, float[] x, int xOff, float[] y, int yOff) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int l = 0;
    for (; l <= k - 8; l += 8) {
      s0 = Math.fma(x[xOff + l], y[yOff + l], s0);
      s1 = Math.fma(x[xOff + l + 1], y[yOff + l + 1], s1);
      s2 = Math.fma(x[xOff + l + 2], y[yOff + l + 2], s2);
      s3 = Math.fma(x[xOff + l + 3], y[yOff + l + 3], s3);
      s4 = Math.fma(x[xOff + l + 4], y[yOff + l + 4], s4);
      s5 = Math.fma(x[xOff + l + 5], y[yOff + l + 5], s5);
      s6 = Math.fma(x[xOff + l + 6], y[yOff + l + 6], s6);
      s7 = Math.fma(x[xOff + l + 7], y[yOff + l + 7], s7);
    }
    float s = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    for (; l < k; l++) {
      s = Math.fma(x[xOff + l], y[yOff + l], s);
    }
    return s;
  }

  private static float put(float alpha, float sum, float beta, float old) {
    return beta == 0 ? alpha * sum : Math.fma(beta, old, alpha * sum);
  }
}
