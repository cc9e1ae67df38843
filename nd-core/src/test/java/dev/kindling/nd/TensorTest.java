package dev.kindling.nd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorTest {

  private static Tensor counting(int... dims) {
    Tensor t = Tensor.zeros(dims);
    for (int i = 0; i < t.size(); i++) {
      t.data()[i] = i;
    }
    return t;
  }

  @Test
  void elementsAreInRowMajorOrder() {
    Tensor t = counting(2, 3, 4);
    assertEquals(1 * 12 + 2 * 4 + 3, t.get(1, 2, 3));
    t.set(-1, 0, 1, 0);
    assertEquals(-1, t.data()[4]);
  }

  @Test
  void viewsShareTheirElements() {
    Tensor t = counting(4, 3);
    Tensor rows = t.rows(1, 3);
    assertEquals(Shape.of(2, 3), rows.shape());
    assertEquals(3, rows.offset());
    rows.set(42, 0, 0);
    assertEquals(42, t.get(1, 0));
    Tensor row = t.row(3);
    assertEquals(Shape.of(3), row.shape());
    assertEquals(9, row.get(0));
    Tensor column = rows.reshape(-1, 1);
    assertEquals(Shape.of(6, 1), column.shape());
    assertSame(t.data(), column.data());
    assertEquals(42, column.get(0, 0));
  }

  @Test
  void aCopyIsOnItsOwn() {
    Tensor t = counting(4, 3);
    Tensor copy = t.rows(1, 2).copy();
    copy.fill(0);
    assertEquals(3, t.get(1, 0));
    assertEquals(0, copy.offset());
    assertArrayEquals(new float[] {3, 4, 5}, t.rows(1, 2).toArray());
    assertArrayEquals(new float[] {3, 4, 5}, copy.copyFrom(t.rows(1, 2)).toArray());
  }

  @Test
  void ofSharesAndMatrixCopies() {
    float[] data = {1, 2, 3, 4};
    assertSame(data, Tensor.of(data, 2, 2).data());
    Tensor m = Tensor.matrix(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    assertEquals(Shape.of(3, 2), m.shape());
    assertEquals(6, m.get(2, 1));
    assertEquals(7, Tensor.full(7, 2, 2).get(1, 1));
    assertEquals(3, Tensor.scalar(3).item());
  }

  @Test
  void refusesWhatDoesNotFitAndSaysWhy() {
    Tensor t = counting(2, 3);
    String message = assertThrows(ShapeException.class, () -> t.reshape(4, 2)).getMessage();
    assertTrue(message.contains("6 elements") && message.contains("[4, 2]"), message);
    assertThrows(ShapeException.class, () -> t.reshape(-1, 4));
    assertThrows(ShapeException.class, () -> t.reshape(-1, -1));
    assertThrows(ShapeException.class, () -> t.rows(1, 3));
    assertThrows(ShapeException.class, () -> t.rows(-1, 1));
    assertThrows(ShapeException.class, () -> t.get(0));
    assertThrows(ShapeException.class, () -> t.get(0, 3));
    assertThrows(ShapeException.class, () -> t.item());
    assertThrows(ShapeException.class, () -> Tensor.of(new float[3], 2, 2));
    assertThrows(ShapeException.class, () -> Tensor.view(new float[4], 1, Shape.of(4)));
    assertThrows(ShapeException.class, () -> Tensor.view(new float[4], -1, Shape.of(2)));
    assertThrows(ShapeException.class, () -> Tensor.matrix(new float[][] {{1}, {1, 2}}));
    assertThrows(ShapeException.class, () -> t.copyFrom(counting(3, 2)));
  }

  @Test
  void knowsWhetherAllIsFinite() {
    Tensor t = counting(2, 3);
    assertTrue(t.isFinite());
    t.set(Float.NaN, 1, 2);
    assertFalse(t.isFinite());
    assertTrue(t.rows(0, 1).isFinite());
    t.set(Float.NEGATIVE_INFINITY, 1, 2);
    assertFalse(t.isFinite());
  }

  @Test
  void readsLikeNumPy() {
    assertEquals("Tensor[] 2.5000", Tensor.scalar(2.5f).toString());
    assertEquals("Tensor[3] [0, 1, 2]", counting(3).toString());
    assertEquals("Tensor[2, 2] \n[[0, 1],\n [2, 3]]", counting(2, 2).toString());
    assertEquals("Tensor[10] [0, 1, 2, ..., 7, 8, 9]", counting(10).toString());
    assertEquals(
        "Tensor[3] [NaN, Infinity, 1.000e-09]",
        Tensor.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e-9f}, 3).toString());
    assertEquals("Tensor[0, 3] \n[]", Tensor.zeros(0, 3).toString());
  }
}
