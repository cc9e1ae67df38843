package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.PlainKernels;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import dev.kindling.nd.kernel.Windows;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** The kernels on the Vector API, at the widest vectors that the processor has. */
public final class SimdKernels extends PlainKernels {

  private final SimdGemmTile tile = SimdGemmTile.forThisProcessor();
  private final Scratch scratch = new Scratch();
  private final SimdGemm gemm = new SimdGemm(tile, scratch);
  private final SimdWindows windows = new SimdWindows(tile, scratch);
  private final SimdTiles tiles = new SimdTiles(tile, scratch);

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
  public void windowProduct(
      Windows w,
      int from,
      int to,
      int m,
      float[] a,
      int aOff,
      float[] planes,
      int at,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff,
      int ldc) {
    windows.product(w, from, to, m, a, aOff, planes, at, bias, biasOff, c, cOff, ldc);
  }

  @Override
  public void windowGradient(
      Windows w,
      int images,
      float[] planes,
      int at,
      int distance,
      int m,
      float[] dy,
      int dyOff,
      int dyDistance,
      float beta,
      float[] da,
      int daOff) {
    windows.gradient(w, images, planes, at, distance, m, dy, dyOff, dyDistance, beta, da, daOff);
  }

  @Override
  public boolean tiles() {
    return true;
  }

  @Override
  public int tileWeights(int m, int k) {
    return Tiles.ELEMENTS * SimdTiles.weights(m, k);
  }

  @Override
  public void tileWeights(
      int from,
      int to,
      int m,
      int k,
      float[] w,
      int wOff,
      int rowStride,
      int columnStride,
      boolean turned,
      float[] u) {
    tiles.weights(from, to, m, k, w, wOff, rowStride, columnStride, turned, u);
  }

  @Override
  public void tileProduct(
      Tiles tiles,
      int images,
      int from,
      int to,
      int m,
      int k,
      float[] u,
      float[] planes,
      int at,
      int distance,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff) {
    this.tiles.product(
        tiles, images, from, to, m, k, u, planes, at, distance, bias, biasOff, c, cOff);
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

  @Override
  public void maximum(float[] a, int aOff, float[] b, int bOff, float[] y, int yOff, int n) {
    int i = 0;
    for (; i <= n - Lanes.N; i += Lanes.N) {
      FloatVector.fromArray(Lanes.F, a, aOff + i)
          .max(FloatVector.fromArray(Lanes.F, b, bOff + i))
          .intoArray(y, yOff + i);
    }
    for (; i < n; i++) {
      y[yOff + i] = Math.max(a[aOff + i], b[bOff + i]);
    }
  }

  @Override
  public double sum(float[] x, int xOff, int n) {
    return SimdReduce.sum(x, xOff, n);
  }

  @Override
  public double sumOfSquares(float[] x, int xOff, float center, int n) {
    return SimdReduce.sumOfSquares(x, xOff, center, n);
  }

  @Override
  public double dot(float[] a, int aOff, float[] b, int bOff, int n) {
    return SimdReduce.dot(a, aOff, b, bOff, n);
  }

  @Override
  public float max(float[] x, int xOff, int n) {
    return SimdReduce.max(x, xOff, n);
  }
}
