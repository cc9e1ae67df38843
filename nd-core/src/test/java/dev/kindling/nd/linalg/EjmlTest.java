package dev.kindling.nd.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;

class EjmlTest {

  private static Tensor random(long seed, int m, int n) {
    return Rng.seeded(seed).fillNormal(Tensor.zeros(m, n), 0, 1);
  }

  private static Tensor identity(int n) {
    Tensor t = Tensor.zeros(n, n);
    for (int i = 0; i < n; i++) {
      t.set(1, i, i);
    }
    return t;
  }

  private static void assertClose(Tensor expected, Tensor got, float tolerance) {
    assertEquals(expected.shape(), got.shape());
    assertArrayEquals(expected.toArray(), got.toArray(), tolerance);
  }

  private static Tensor product(Tensor a, boolean ta, Tensor b, boolean tb) {
    return Ops.gemm(1, a, ta, b, tb, 0, Tensor.zeros(a.dim(ta ? 1 : 0), b.dim(tb ? 0 : 1)));
  }

  @Test
  void tensorAndMatrixShareTheirElements() {
    Tensor t = random(1, 3, 4);
    FMatrixRMaj m = Ejml.matrix(t);
    assertSame(t.data(), m.getData());
    m.set(2, 3, 99);
    assertEquals(99, t.get(2, 3));
    Tensor back = Ejml.tensor(m);
    back.set(-5, 0, 1);
    assertEquals(-5, t.get(0, 1));
    assertEquals(1, Ejml.matrix(Tensor.zeros(5)).getNumCols());
  }

  @Test
  void refusesWhatHasNoPlaceInEjml() {
    Tensor part = random(1, 4, 4).rows(1, 2);
    String message = assertThrows(ShapeException.class, () -> Ejml.matrix(part)).getMessage();
    assertTrue(message.contains("copy()"), message);
    Tensor cube = Tensor.zeros(2, 2, 2);
    assertThrows(ShapeException.class, () -> Ejml.matrix(cube));
  }

  @Test
  void solvesSquareAndLeastSquares() {
    Tensor a = random(2, 5, 5);
    Tensor x = random(3, 5, 2);
    assertClose(x, Ejml.solve(a, product(a, false, x, false)), 1e-3f);
    Tensor tall = random(4, 20, 3);
    Tensor w = random(5, 3, 1);
    Tensor kept = tall.copy();
    assertClose(w, Ejml.solve(tall, product(tall, false, w, false)), 1e-4f);
    assertArrayEquals(kept.toArray(), tall.toArray());
    Tensor singular = Tensor.zeros(3, 3);
    Tensor b = Tensor.zeros(3, 1);
    assertThrows(ArithmeticException.class, () -> Ejml.solve(singular, b));
    Tensor wide = Tensor.zeros(2, 3);
    Tensor c = Tensor.zeros(2, 1);
    assertThrows(ShapeException.class, () -> Ejml.solve(wide, c));
  }

  @Test
  void qrGivesBackItsMatrix() {
    Tensor a = random(6, 7, 4);
    Ejml.Qr qr = Ejml.qr(a);
    assertClose(a, product(qr.q(), false, qr.r(), false), 1e-5f);
    assertClose(identity(4), product(qr.q(), true, qr.q(), false), 1e-5f);
    assertEquals(0, qr.r().get(2, 1));
  }

  @Test
  void svdGivesBackItsMatrixWithFallingSingularValues() {
    Tensor a = random(7, 6, 4);
    Ejml.Svd svd = Ejml.svd(a);
    Tensor us = Ops.mul(svd.u(), svd.s(), Tensor.zeros(6, 4));
    assertClose(a, product(us, false, svd.v(), true), 1e-5f);
    for (int i = 1; i < 4; i++) {
      assertTrue(svd.s().get(i - 1) >= svd.s().get(i));
    }
    assertClose(identity(4), product(svd.v(), true, svd.v(), false), 1e-5f);
  }

  @Test
  void choleskyAndInverse() {
    Tensor r = random(8, 5, 5);
    Tensor a = Ops.add(product(r, false, r, true), identity(5), Tensor.zeros(5, 5));
    Tensor l = Ejml.cholesky(a);
    assertClose(a, product(l, false, l, true), 1e-4f);
    assertEquals(0, l.get(0, 1));
    assertClose(identity(5), product(a, false, Ejml.invert(a), false), 1e-4f);
    Tensor negative = Ops.scale(-1, a, Tensor.zeros(5, 5));
    assertThrows(ArithmeticException.class, () -> Ejml.cholesky(negative));
    Tensor zero = Tensor.zeros(3, 3);
    assertThrows(ArithmeticException.class, () -> Ejml.invert(zero));
  }
}
