package dev.kindling.nd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void knowsRankAxesAndSize() {
    Shape s = Shape.of(3, 64, 32);
    assertEquals(3, s.rank());
    assertEquals(64, s.dim(1));
    assertEquals(32, s.dim(-1));
    assertEquals(3 * 64 * 32, s.size());
    assertEquals("[3, 64, 32]", s.toString());
    assertArrayEquals(new int[] {3, 64, 32}, s.dims());
  }

  @Test
  void aScalarHasOneElementAndNoAxes() {
    assertEquals(1, Shape.of().size());
    assertEquals(0, Shape.of().rank());
    assertThrows(ShapeException.class, () -> Shape.of().tail());
  }

  @Test
  void isAValue() {
    int[] dims = {2, 3};
    Shape s = Shape.of(dims);
    dims[0] = 9;
    assertEquals(Shape.of(2, 3), s);
    assertEquals(Shape.of(2, 3).hashCode(), s.hashCode());
    assertNotEquals(Shape.of(3, 2), s);
    s.dims()[0] = 7;
    assertEquals(2, s.dim(0));
  }

  @Test
  void batchAxesComeAndGo() {
    Shape example = Shape.of(3, 4);
    assertEquals(Shape.of(8, 3, 4), example.prepend(8));
    assertEquals(example, Shape.of(8, 3, 4).tail());
    assertTrue(Shape.of(8, 3, 4).isBatch(8, example));
    assertFalse(Shape.of(8, 3, 4).isBatch(7, example));
    assertTrue(Shape.of(5, 3, 4).isBatchOf(example));
    assertFalse(Shape.of(3, 4).isBatchOf(example));
    assertFalse(Shape.of(5, 4, 3).isBatchOf(example));
  }

  @Test
  void refusesWhatNoArrayCanHold() {
    assertThrows(ShapeException.class, () -> Shape.of(3, -1));
    assertThrows(ShapeException.class, () -> Shape.of(1 << 16, 1 << 15));
    int max = Integer.MAX_VALUE;
    assertThrows(ShapeException.class, () -> Shape.of(max, max, max));
    assertEquals(0, Shape.of(max, max, 0).size());
    assertThrows(ShapeException.class, () -> Shape.of(2).dim(1));
    assertThrows(ShapeException.class, () -> Shape.of(2).dim(-2));
  }
}
