package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.PlainKernels;
import jdk.incubator.vector.FloatVector;

/** The kernels on the Vector API, at the widest vectors that the processor has. */
public final class SimdKernels extends PlainKernels {

  private final SimdGemm gemm = new SimdGemm();

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return "simd, " + bits + " bits (" + bits / Float.SIZE + " floats)";
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
    gemm.run(transA, transB, m, n, k, alpha, a, aOff, lda, b, bOff, ldb, beta, c, cOff, ldc);
  }

  @Override
  public void map(Unary f, float p, float[] x, int xOff, float[] y, int yOff, int n) {
    SimdMap.map(f, p, x, xOff, y, yOff, n);
  }

  @Override
  public void mapGradient(
      Unary f,
      float p,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      float[] dy,
      int dyOff,
      float[] dx,
      int dxOff,
      int n) {
    SimdMapGradient.mapGradient(f, p, x, xOff, y, yOff, dy, dyOff, dx, dxOff, n);
  }
}
