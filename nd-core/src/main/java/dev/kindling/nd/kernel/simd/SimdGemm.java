package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product on the Vector API. It brings every case into one form, {@code C = A * B} with a row-major A whose
 * elements are broadcast and a B whose rows are vectors, and leaves that to {@link SimdGemmJob}; or takes {@link
 * SimdGemmVector} where one side is a handful of vectors. See {@code docs/performance.md} for the whole picture.
 *
 * <p>With both stored along k (B transposed, A not: a dense layer's forward pass), one has to be transposed, and the
 * smaller is cheaper. When that is A, the product is computed as {@code Cᵀ = B * Aᵀ}: the large weights are then read in
 * place, once, and only C, which is small beside them, is turned at the end.
 */
final class SimdGemm {

  /** Up to so many rows or columns, dot products of rows in place beat tiles that are mostly padding. */
  private static final int FEW = 4;

  /** No more floats than this are turned at once, so that the scratch memory stays bounded. */
  private static final int MOST_TURNED = 1 << 22;

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final Pool<SimdGemmJob> jobs;

  SimdGemm(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.jobs = new Pool<>(() -> new SimdGemmJob(tile, scratch));
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
    if (k == 0) {
      scale(m, n, beta, c, cOff, ldc);
      return;
    }
    // A single row or column is its own transpose, if it has no gaps.
    if (transA && (k == 1 || (m == 1 && lda == 1))) {
      transA = false;
      lda = k == 1 ? 1 : k;
    }
    if (k > 1 && n == 1 && ldb == 1 && !transB) {
      transB = true;
      ldb = k;
    } else if (k == 1 && transB && (ldb == 1 || n == 1)) {
      transB = false;
      ldb = n;
    }
    if (!transA && transB && k >= 2 * Lanes.N && Math.min(m, n) <= FEW) {
      if (n <= m) {
        SimdGemmVector.run(
            m, n, k, alpha, a, aOff, lda, b, bOff, ldb, beta, c, cOff, ldc, 1, scratch);
      } else {
        SimdGemmVector.run(
            n, m, k, alpha, b, bOff, ldb, a, aOff, lda, beta, c, cOff, 1, ldc, scratch);
      }
      return;
    }
    boolean swap = transB && (transA || m < n) && (long) m * n <= MOST_TURNED;
    SimdGemmJob job = jobs.borrow();
    if (swap) {
      job.rows = n;
      job.columns = m;
      job.a(b, bOff, ldb, false);
      job.b(a, aOff, lda, !transA);
    } else {
      job.rows = m;
      job.columns = n;
      job.a(a, aOff, lda, transA);
      job.b(b, bOff, ldb, transB);
    }
    job.k = k;
    job.swapped = swap;
    job.alpha = alpha;
    job.beta = beta;
    job.c = c;
    job.cOff = cOff;
    job.ldc = ldc;
    job.run();
    job.forget();
    jobs.give(job);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#prepared}. */
  float @Nullable [] prepared(int n, int k, float[] b, int bOff) {
    long panels = SimdGemmJob.preparedFloats(tile, n, k);
    long size = panels + (long) n * stride(k);
    if (n <= FEW || k < 2 * Lanes.N || size > Integer.MAX_VALUE - 8) {
      return null;
    }
    float[] prepared = Scratch.lasting((int) size);
    SimdGemmJob.prepare(tile, n, k, b, bOff, prepared);
    for (int i = 0; i < n; i++) {
      System.arraycopy(b, bOff + i * k, prepared, (int) panels + i * stride(k), k);
    }
    return prepared;
  }

  /** From a row of B to the next, in what is prepared: rows begin where cache lines do. */
  private static int stride(int k) {
    return (k + Lanes.N - 1) / Lanes.N * Lanes.N;
  }

  /**
   * See {@link dev.kindling.nd.kernel.Kernels#gemm}: {@code C = A * Bᵀ + beta * C}. Of B there are panels, behind each other, and
   * then its rows; so nothing has to be turned.
   */
  void run(
      int m,
      int n,
      int k,
      float[] a,
      int aOff,
      float[] b,
      int bOff,
      float @Nullable [] prepared,
      float beta,
      float[] c,
      int cOff) {
    if (prepared == null || m == 0) {
      run(false, true, m, n, k, 1, a, aOff, k, b, bOff, k, beta, c, cOff, n);
      return;
    }
    if (m <= FEW) {
      int rows = (int) SimdGemmJob.preparedFloats(tile, n, k);
      int ldb = stride(k);
      SimdGemmVector.run(n, m, k, 1, prepared, rows, ldb, a, aOff, k, beta, c, cOff, 1, n, scratch);
      return;
    }
    // Without, a product of few rows would add up its blocks of k before it comes to C.
    boolean apart = k > SimdGemmTile.MOST && beta != 0 && m < n && (long) m * n <= MOST_TURNED;
    float[] sum = apart ? scratch.borrow(m * n) : c;
    SimdGemmJob job = jobs.borrow();
    job.rows = m;
    job.columns = n;
    job.k = k;
    job.a(a, aOff, k, false);
    job.b(prepared);
    job.swapped = false;
    job.alpha = 1;
    job.beta = apart ? 0 : beta;
    job.c = sum;
    job.cOff = apart ? 0 : cOff;
    job.ldc = n;
    job.run();
    job.forget();
    jobs.give(job);
    if (apart) {
      SimdGemmPack.merge(sum, 0, n, m, n, 1, beta, c, cOff, n);
      scratch.give(sum);
    }
  }

  private static void scale(int m, int n, float beta, float[] c, int cOff, int ldc) {
    for (int i = 0; i < m; i++) {
      for (int j = cOff + i * ldc; j < cOff + i * ldc + n; j++) {
        c[j] = beta == 0 ? 0 : beta * c[j];
      }
    }
  }
}
