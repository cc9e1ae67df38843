package dev.kindling.optim;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Scratch;

/**
 * Brings all singular values of a matrix near 1, and leaves its singular vectors: U·Σ·Vᵀ becomes about U·Vᵀ. By
 * Newton-Schulz iterations, that is by matrix products alone. With X the matrix over its Frobenius norm, five times
 *
 * <pre>
 * X ← a·X + b·(X·Xᵀ)·X + c·(X·Xᵀ)²·X
 * </pre>
 *
 * <p>which does a·σ + b·σ³ + c·σ⁵ to each singular value: those above 0.01 come to between 0.68 and 1.13. Only G = X·Xᵀ
 * is iterated here, of the smaller side's size, together with the product Q of all factors P = a + b·G + c·G², since all of
 * these commute: G ← P·G·P, Q ← P·Q. For a matrix nine times as wide as high, that of a 3×3 convolution that keeps its channels,
 * that takes two fifths of the multiplications.
 *
 * <p>Jordan, Jin, Boza, You, Cesista, Newhouse, Bernstein, "Muon: an optimizer for hidden layers in neural networks", 2024;
 * the coefficients are theirs.
 */
final class Orthogonal {

  private static final Kernels K = KernelProvider.get();
  private static final Scratch SCRATCH = new Scratch();

  private static final int STEPS = 5;
  private static final float A = 3.4445f;
  private static final float B = -4.7750f;
  private static final float C = 2.0315f;

  private Orthogonal() {}

  /**
   * {@code w = keep * w + alpha * orthogonal(x)}, both [rows, columns]. A matrix of zeros is its own result.
   *
   * @param x left over its norm
   */
  static void add(
      float alpha, float[] x, int xOff, int rows, int columns, float keep, float[] w, int wOff) {
    double norm = Math.sqrt(K.dot(x, xOff, x, xOff, rows * columns));
    // What isn't finite is left to spread, so that whoever trains is told.
    K.affine(norm < Float.MIN_NORMAL ? 0 : (float) (1 / norm), 0, x, xOff, x, xOff, rows * columns);
    boolean wide = rows <= columns;
    int n = wide ? rows : columns; // the smaller side
    int size = Math.multiplyExact(n, n);
    float[] memory = SCRATCH.borrow(Math.multiplyExact(5, size) + Scratch.ALIGNED);
    int g = Scratch.ALIGNED;
    int square = g + size;
    int p = square + size;
    int q = p + size;
    int next = q + size;
    gram(wide, x, xOff, rows, columns, memory, g);
    for (int step = 0; step < STEPS; step++) {
      product(n, memory, g, memory, g, memory, square);
      K.combine(B, memory, g, C, memory, square, 0, memory, p, size);
      for (int i = 0; i < n; i++) {
        memory[p + i * n + i] += A;
      }
      if (step == 0) {
        System.arraycopy(memory, p, memory, q, size);
      } else {
        product(n, memory, p, memory, q, memory, next);
        int swap = q;
        q = next;
        next = swap;
      }
      if (step < STEPS - 1) {
        product(n, memory, p, memory, g, memory, square);
        product(n, memory, square, memory, p, memory, g);
      }
    }
    if (wide) {
      K.gemm(
          false, false, rows, columns, rows, alpha, memory, q, rows, x, xOff, columns, keep, w,
          wOff, columns);
    } else {
      K.gemm(
          false, false, rows, columns, columns, alpha, x, xOff, columns, memory, q, columns, keep,
          w, wOff, columns);
    }
    SCRATCH.give(memory);
  }

  /** X·Xᵀ, or Xᵀ·X where that is smaller. */
  private static void gram(
      boolean wide, float[] x, int xOff, int rows, int columns, float[] g, int gOff) {
    if (wide) {
      K.gemm(
          false, true, rows, rows, columns, 1, x, xOff, columns, x, xOff, columns, 0, g, gOff,
          rows);
    } else {
      K.gemm(
          true, false, columns, columns, rows, 1, x, xOff, columns, x, xOff, columns, 0, g, gOff,
          columns);
    }
  }

  private static void product(
      int n, float[] a, int aOff, float[] b, int bOff, float[] c, int cOff) {
    K.gemm(false, false, n, n, n, 1, a, aOff, n, b, bOff, n, 0, c, cOff, n);
  }
}
