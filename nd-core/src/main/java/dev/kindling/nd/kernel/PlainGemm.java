package dev.kindling.nd.kernel;

/** The matrix product in loops that the JIT compiler vectorizes by itself. */
final class PlainGemm {

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
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float s = 0;
        for (int l = 0; l < k; l++) {
          float av = transA ? a[aOff + l * lda + i] : a[aOff + i * lda + l];
          float bv = transB ? b[bOff + j * ldb + l] : b[bOff + l * ldb + j];
          s = Math.fma(av, bv, s);
        }
        int p = cOff + i * ldc + j;
        c[p] = beta == 0 ? alpha * s : Math.fma(beta, c[p], alpha * s);
      }
    }
  }
}
