package dev.kindling.nd.kernel;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * EJML's matrix product, on the calling thread; everything else plain. A second opinion for tests and a baseline for
 * benchmarks. Matrices that EJML can't see in place (it knows neither offsets nor row strides) are copied, so this
 * provider allocates.
 */
public final class EjmlKernels extends PlainKernels {

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public String description() {
    return "EJML's matrix product, the rest plain Java";
  }

  @Override
  public void gemm(
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
    boolean direct = alpha == 1 && beta == 0 && cOff == 0 && ldc == n;
    FMatrixRMaj product = direct ? FMatrixRMaj.wrap(m, n, c) : new FMatrixRMaj(m, n);
    if (k == 0) {
      product.zero();
    } else {
      FMatrixRMaj left = transA ? matrix(k, m, a, aOff, lda) : matrix(m, k, a, aOff, lda);
      FMatrixRMaj right = transB ? matrix(n, k, b, bOff, ldb) : matrix(k, n, b, bOff, ldb);
      if (transA && transB) {
        CommonOps_FDRM.multTransAB(left, right, product);
      } else if (transA) {
        CommonOps_FDRM.multTransA(left, right, product);
      } else if (transB) {
        CommonOps_FDRM.multTransB(left, right, product);
      } else {
        CommonOps_FDRM.mult(left, right, product);
      }
    }
    if (!direct) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          int at = cOff + i * ldc + j;
          float sum = alpha * product.data[i * n + j];
          c[at] = beta == 0 ? sum : Math.fma(beta, c[at], sum);
        }
      }
    }
  }

  /** EJML's view of a matrix, or a copy where it has none. */
  private static FMatrixRMaj matrix(int rows, int columns, float[] data, int offset, int stride) {
    if (offset == 0 && stride == columns) {
      return FMatrixRMaj.wrap(rows, columns, data);
    }
    FMatrixRMaj copy = new FMatrixRMaj(rows, columns);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(data, offset + i * stride, copy.data, i * columns, columns);
    }
    return copy;
  }
}
