package dev.kindling.nd.linalg;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.factory.DecompositionFactory_FDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_FDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F32;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F32;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The door to <a href="https://ejml.org">EJML</a>, where matrices are solved and decomposed. A matrix and a tensor that
 * went through it share one array: what is written to one is seen in the other.
 */
public final class Ejml {

  private Ejml() {}

  /**
   * A tensor as a matrix over the same array. A vector becomes one column.
   *
   * @throws ShapeException if it isn't of rank 1 or 2, or doesn't begin at the start of its array: EJML has no offsets,
   *     so take a {@link Tensor#copy} first
   */
  public static FMatrixRMaj matrix(Tensor t) {
    if (t.rank() != 1 && t.rank() != 2) {
      throw ShapeException.of("Ejml.matrix", "a vector or a matrix", t.shape().toString(), "");
    }
    if (t.offset() != 0) {
      throw ShapeException.of(
          "Ejml.matrix",
          "a tensor at the start of its array",
          "offset " + t.offset(),
          "Use copy() first");
    }
    FMatrixRMaj m = new FMatrixRMaj();
    m.setData(t.data());
    m.numRows = t.dim(0);
    m.numCols = t.rank() == 1 ? 1 : t.dim(1);
    return m;
  }

  /** A matrix as a tensor [rows, columns] over the same array. */
  public static Tensor tensor(FMatrixRMaj m) {
    return Tensor.view(m.getData(), 0, dev.kindling.nd.Shape.of(m.getNumRows(), m.getNumCols()));
  }

  /**
   * The x that brings {@code a · x} closest to b: exact for a square matrix, least squares for a tall one (by QR).
   *
   * @param a [m, n], m ≥ n
   * @param b [m, k]
   * @return [n, k]
   * @throws ArithmeticException if a is singular
   */
  public static Tensor solve(Tensor a, Tensor b) {
    if (a.rank() != 2 || b.rank() != 2 || a.dim(0) != b.dim(0) || a.dim(0) < a.dim(1)) {
      throw ShapeException.of(
          "solve", "[m, n] with m ≥ n and [m, k]", a.shape() + " and " + b.shape(), "");
    }
    LinearSolverDense<FMatrixRMaj> solver =
        a.dim(0) == a.dim(1)
            ? LinearSolverFactory_FDRM.linear(a.dim(0))
            : LinearSolverFactory_FDRM.leastSquares(a.dim(0), a.dim(1));
    FMatrixRMaj x = new FMatrixRMaj(a.dim(1), b.dim(1));
    if (!solver.setA(matrix(a.copy()))) {
      throw new ArithmeticException("solve: the matrix " + a.shape() + " is singular");
    }
    solver.solve(matrix(b.copy()), x);
    Tensor solution = tensor(x);
    if (!solution.isFinite()) {
      throw new ArithmeticException("solve: the matrix " + a.shape() + " is singular");
    }
    return solution;
  }

  /**
   * {@code a = q · r}.
   *
   * @param q [m, min(m, n)] with orthonormal columns
   * @param r [min(m, n), n], upper triangular
   */
  public record Qr(Tensor q, Tensor r) {}

  /** The compact QR decomposition of [m, n]. */
  public static Qr qr(Tensor a) {
    QRDecomposition<FMatrixRMaj> d = DecompositionFactory_FDRM.qr(a.dim(0), a.dim(1));
    decompose(d.decompose(matrix(a.copy())), "QR", a);
    return new Qr(tensor(d.getQ(null, true)), tensor(d.getR(null, true)));
  }

  /**
   * {@code a = u · diag(s) · vᵀ}.
   *
   * @param u [m, min(m, n)] with orthonormal columns
   * @param s the singular values, largest first
   * @param v [n, min(m, n)] with orthonormal columns
   */
  public record Svd(Tensor u, Tensor s, Tensor v) {}

  /** The compact singular value decomposition of [m, n]. */
  public static Svd svd(Tensor a) {
    SingularValueDecomposition_F32<FMatrixRMaj> d =
        DecompositionFactory_FDRM.svd(a.dim(0), a.dim(1), true, true, true);
    decompose(d.decompose(matrix(a.copy())), "singular value", a);
    FMatrixRMaj u = d.getU(null, false);
    FMatrixRMaj v = d.getV(null, false);
    float[] s = d.getSingularValues();
    int n = Math.min(a.dim(0), a.dim(1));
    Integer[] order = new Integer[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    java.util.Arrays.sort(order, (i, j) -> Float.compare(s[j], s[i]));
    Tensor su = Tensor.zeros(a.dim(0), n);
    Tensor ss = Tensor.zeros(n);
    Tensor sv = Tensor.zeros(a.dim(1), n);
    for (int j = 0; j < n; j++) {
      ss.set(s[order[j]], j);
      for (int i = 0; i < a.dim(0); i++) {
        su.set(u.get(i, order[j]), i, j);
      }
      for (int i = 0; i < a.dim(1); i++) {
        sv.set(v.get(i, order[j]), i, j);
      }
    }
    return new Svd(su, ss, sv);
  }

  /**
   * The lower triangular l with {@code a = l · lᵀ}.
   *
   * @param a [n, n], symmetric
   * @throws ArithmeticException if a is not positive definite
   */
  public static Tensor cholesky(Tensor a) {
    if (a.rank() != 2 || a.dim(0) != a.dim(1)) {
      throw ShapeException.of("cholesky", "a square matrix", a.shape().toString(), "");
    }
    CholeskyDecomposition_F32<FMatrixRMaj> d = DecompositionFactory_FDRM.chol(a.dim(0), true);
    decompose(d.decompose(matrix(a.copy())), "Cholesky", a);
    return tensor(d.getT(null));
  }

  /**
   * The inverse of a square matrix.
   *
   * @throws ArithmeticException if a is singular
   */
  public static Tensor invert(Tensor a) {
    FMatrixRMaj out = new FMatrixRMaj(a.dim(0), a.dim(1));
    boolean ok = CommonOps_FDRM.invert(matrix(a.copy()), out);
    Tensor inverse = tensor(out);
    if (!ok || !inverse.isFinite()) {
      throw new ArithmeticException("The matrix " + a.shape() + " is singular: it has no inverse");
    }
    return inverse;
  }

  private static void decompose(boolean ok, String what, Tensor a) {
    if (!ok) {
      throw new ArithmeticException(
          "The " + what + " decomposition of the matrix " + a.shape() + " doesn't exist");
    }
  }
}
