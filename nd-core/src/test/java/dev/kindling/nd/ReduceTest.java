package dev.kindling.nd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ReduceTest {

  private static final Tensor X =
      Tensor.of(new float[] {1, 5, 3, 4, 2, 6, 7, 9, 8, 12, 11, 10}, 2, 3, 2);

  @Test
  void toOneNumber() {
    assertEquals(78, Reduce.sum(X));
    assertEquals(6.5, Reduce.mean(X));
    assertEquals(12, Reduce.max(X));
    assertEquals(650, Reduce.dot(X, X));
    assertEquals(Math.sqrt(650), Reduce.norm(X), 1e-6);
    assertEquals(9, Reduce.argmax(X.data(), 0, 12));
    assertEquals(Float.NaN, Reduce.max(Tensor.of(new float[] {1, Float.NaN, 2}, 3)));
    assertEquals(Float.NEGATIVE_INFINITY, Reduce.max(Tensor.zeros(0)));
  }

  @Test
  void sumsAccumulateInDouble() {
    Tensor x = Tensor.full(1, 1 << 24).fill(1);
    x.data()[0] = 1 << 25;
    assertEquals((1 << 25) + (1 << 24) - 1.0, Reduce.sum(x));
  }

  @Test
  void alongEachAxis() {
    assertArrayEquals(
        new float[] {8, 14, 11, 16, 13, 16}, Reduce.sum(X, 0, Tensor.zeros(3, 2)).toArray());
    assertArrayEquals(new float[] {6, 15, 26, 31}, Reduce.sum(X, 1, Tensor.zeros(2, 2)).toArray());
    assertArrayEquals(
        new float[] {3, 3.5f, 4, 8, 10, 10.5f}, Reduce.mean(X, -1, Tensor.zeros(2, 3)).toArray());
    assertArrayEquals(new float[] {3, 6, 11, 12}, Reduce.max(X, 1, Tensor.zeros(2, 2)).toArray());
    assertArrayEquals(
        new float[] {1, 1, 1, 1, 1, 0}, Reduce.argmax(X, 2, Tensor.zeros(2, 3)).toArray());
    assertThrows(ShapeException.class, () -> Reduce.sum(X, 0, Tensor.zeros(2, 3, 2)));
    assertThrows(ShapeException.class, () -> Reduce.sum(X, 3, Tensor.zeros(2)));
  }

  @Test
  void softmaxIsStableAndSumsToOne() {
    Tensor x = Tensor.matrix(new float[][] {{1e4f, 0, -1e4f}, {1, 2, 3}, {-1e4f, -1e4f, -1e4f}});
    Tensor y = Reduce.softmax(x, Tensor.zeros(3, 3));
    assertArrayEquals(new float[] {1, 0, 0}, y.row(0).toArray());
    double s = Math.exp(-2) + Math.exp(-1) + 1;
    assertEquals(Math.exp(-2) / s, y.get(1, 0), 1e-7);
    assertEquals(1 / s, y.get(1, 2), 1e-7);
    assertEquals(1 / 3.0, y.get(2, 1), 1e-7);
    Tensor log = Reduce.logSoftmax(x, Tensor.zeros(3, 3));
    assertEquals(-2e4f, log.get(0, 2));
    assertEquals(Math.log(1 / s), log.get(1, 2), 1e-6);
    Tensor lse = Reduce.logSumExp(x, Tensor.zeros(3));
    assertEquals(1e4f, lse.get(0));
    assertEquals(3 + Math.log(s), lse.get(1), 1e-6);
  }
}
