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
    boolean never = n <= FEW + 1; // m is above FEW and below n where it serves
    return never ? null : SimdGemmJob.prepared(tile, n, k, b, bOff);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#gemm}: {@code C = A * Bᵀ + beta * C}, as {@code Cᵀ = B * Aᵀ}. */
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
    // Without, the same products would read B in place and turn A.
    if (prepared == null || m <= FEW || m >= n || (long) m * n > MOST_TURNED) {
      run(false, true, m, n, k, 1, a, aOff, k, b, bOff, k, beta, c, cOff, n);
      return;
    }
    SimdGemmJob job = jobs.borrow();
    job.rows = n;
    job.columns = m;
    job.k = k;
    job.a(prepared);
    job.b(a, aOff, k, true);
    job.swapped = true;
    job.alpha = 1;
    job.beta = beta;
    job.c = c;
    job.cOff = cOff;
    job.ldc = n;
    job.run();
    job.forget();
    jobs.give(job);
  }

  private static void scale(int m, int n, float beta, float[] c, int cOff, int ldc) {
    for (int i = 0; i < m; i++) {
      for (int j = cOff + i * ldc; j < cOff + i * ldc + n; j++) {
        c[j] = beta == 0 ? 0 : beta * c[j];
      }
    }
  }
}
