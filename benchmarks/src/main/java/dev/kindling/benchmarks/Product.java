package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Kernels;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/** One matrix product [m, k] · [k, n] on numbers at random, either side stored transposed. */
final class Product {

  private final int m;
  private final int n;
  private final int k;
  private final boolean transA;
  private final boolean transB;
  private final float[] a;
  private final float[] b;
  private final float[] c;

  private Product(int m, int k, int n, boolean transA, boolean transB) {
    this.m = m;
    this.n = n;
    this.k = k;
    this.transA = transA;
    this.transB = transB;
    this.a = random(m * k, 1);
    this.b = random(k * n, 2);
    this.c = new float[m * n];
  }

  /**
   * As its name says.
   *
   * @param name as in "nt-64x784x128": n or t for each side, as it is stored or transposed; then m, k and n
   */
  static Product of(String name) {
    String[] sizes = name.substring(3).split("x");
    return new Product(
        Integer.parseInt(sizes[0]),
        Integer.parseInt(sizes[1]),
        Integer.parseInt(sizes[2]),
        name.charAt(0) == 't',
        name.charAt(1) == 't');
  }

  private static float[] random(int size, long seed) {
    return Rng.seeded(seed).fillNormal(Tensor.zeros(size), 0, 1).data();
  }

  long flops() {
    return 2L * m * n * k;
  }

  float run(Kernels kernels) {
    kernels.gemm(
        transA, transB, m, n, k, 1, a, 0, transA ? m : k, b, 0, transB ? k : n, 0, c, 0, n);
    return c[0];
  }

  /** The same by EJML's own operation. */
  float ejml() {
    FMatrixRMaj left = FMatrixRMaj.wrap(transA ? k : m, transA ? m : k, a);
    FMatrixRMaj right = FMatrixRMaj.wrap(transB ? n : k, transB ? k : n, b);
    FMatrixRMaj out = FMatrixRMaj.wrap(m, n, c);
    if (transA && transB) {
      CommonOps_FDRM.multTransAB(left, right, out);
    } else if (transA) {
      CommonOps_FDRM.multTransA(left, right, out);
    } else if (transB) {
      CommonOps_FDRM.multTransB(left, right, out);
    } else {
      CommonOps_FDRM.mult(left, right, out);
    }
    return c[0];
  }
}
