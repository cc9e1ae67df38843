package dev.kindling.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DatasetTest {

  /** The first input element of each example. */
  private static List<Integer> ids(Dataset data) {
    List<Integer> ids = new ArrayList<>();
    Tensor x = Tensor.zeros(data.inputShape());
    Tensor y = Tensor.zeros(data.targetShape());
    for (int i = 0; i < data.size(); i++) {
      data.read(i, x, y);
      ids.add((int) x.data()[0]);
    }
    return ids;
  }

  @Test
  void readsTheRowsOfTheTensorsItWasGiven() {
    ArrayDataset data = Examples.numbered(5, 3, 2);
    Tensor x = Tensor.zeros(3);
    Tensor y = Tensor.scalar(0);
    data.read(3, x, y);
    assertArrayEquals(new float[] {3, 3, 3}, x.toArray());
    assertEquals(1, y.item());
    assertEquals(Shape.of(3), data.inputShape());
    assertEquals(Shape.of(), data.targetShape());
    assertThrows(IndexOutOfBoundsException.class, () -> data.read(5, x, y));
    assertThrows(ShapeException.class, () -> data.read(0, Tensor.zeros(4), y));
  }

  @Test
  void refusesTensorsOfDifferentLength() {
    assertThrows(ShapeException.class, () -> ArrayDataset.of(Tensor.zeros(3, 2), Tensor.zeros(4)));
  }

  @Test
  void subsetAndSliceChooseAndOrderExamples() {
    Dataset data = Examples.numbered(10, 2, 3);
    assertEquals(List.of(7, 2, 2), ids(data.subset(7, 2, 2)));
    assertEquals(List.of(4, 5, 6), ids(data.slice(4, 7)));
    assertEquals(List.of(6, 4), ids(data.slice(4, 7).subset(2, 0)));
    assertArrayEquals(new int[] {1, 2, 2}, data.subset(7, 2, 2).labels());
    assertThrows(IndexOutOfBoundsException.class, () -> data.subset(10));
    assertThrows(IndexOutOfBoundsException.class, () -> data.slice(5, 11));
  }

  @Test
  void splitPartsShareNoExampleAndMissNone() {
    Dataset data = Examples.numbered(103, 1, 3);
    Split split = data.split(0.2, 5);
    assertEquals(21, split.test().size());
    TreeSet<Integer> all = new TreeSet<>(ids(split.train()));
    assertEquals(82, all.size());
    all.addAll(ids(split.test()));
    assertEquals(103, all.size());
    assertEquals(ids(split.test()), ids(data.split(0.2, 5).test()));
    assertFalse(ids(split.test()).equals(ids(data.split(0.2, 6).test())));
    assertThrows(IllegalArgumentException.class, () -> data.split(1.5, 0));
  }

  @Test
  void stratifiedSplitKeepsTheMixtureOfClasses() {
    Tensor y = Tensor.zeros(100);
    for (int i = 0; i < 100; i++) {
      y.set(i < 10 ? 1 : 0, i);
    }
    Split split = ArrayDataset.of(Tensor.zeros(100, 1), y).stratifiedSplit(0.3, 1);
    assertArrayEquals(new int[] {27, 3}, split.test().classCounts());
    assertArrayEquals(new int[] {63, 7}, split.train().classCounts());
  }

  @Test
  void mapChangesInputsAndLeavesTheSourceAlone() {
    Dataset data = Examples.numbered(4, 2, 2);
    Dataset doubled = data.map((x, rng) -> x.data()[x.offset()] *= 2);
    assertEquals(List.of(0, 2, 4, 6), ids(doubled));
    assertEquals(List.of(0, 1, 2, 3), ids(data));
  }

  @Test
  void mapGivesEachExampleTheSameStreamAtEveryReading() {
    Dataset noisy = Examples.numbered(4, 2, 2).map((x, rng) -> rng.fillUniform(x, 0, 1000));
    assertEquals(ids(noisy), ids(noisy));
    assertEquals(4, new TreeSet<>(ids(noisy)).size());
  }

  @Test
  void concatFollowsOneDatasetWithTheNext() {
    Dataset data = Examples.numbered(4, 2, 2);
    Dataset all = data.concat(data.slice(1, 1), data.slice(2, 4));
    assertEquals(List.of(0, 1, 2, 3, 2, 3), ids(all));
    assertArrayEquals(new int[] {0, 1, 0, 1, 0, 1}, all.labels());
    assertThrows(ShapeException.class, () -> data.concat(Examples.numbered(4, 3, 2)));
  }

  @Test
  void oneHotHasASingleOneAtTheClass() {
    Dataset data = Examples.numbered(4, 2, 3).oneHot(3);
    assertEquals(Shape.of(3), data.targetShape());
    assertArrayEquals(
        new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}, data.inMemory().y().toArray());
    assertArrayEquals(new int[] {0, 1, 2, 0}, data.labels());
    Dataset few = Examples.numbered(4, 2, 3).oneHot(2);
    assertThrows(IllegalArgumentException.class, few::inMemory);
    assertThrows(ShapeException.class, () -> data.oneHot(3));
  }

  @Test
  void labelsOfOneHotTargetsAreTheLargest() {
    Tensor y = Tensor.of(new float[] {0, 1, 1, 0, 0.2f, 0.7f}, 3, 2);
    assertArrayEquals(new int[] {1, 0, 1}, ArrayDataset.of(Tensor.zeros(3, 1), y).labels());
  }

  @Test
  void regressionTargetsAreNoClasses() {
    Dataset data = ArrayDataset.of(Tensor.zeros(2, 1), Tensor.of(new float[] {1, 2.5f}, 2));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, data::labels);
    assertEquals(true, e.toString().contains("2.5"), Arrays.toString(e.getStackTrace()));
  }

  @Test
  void inMemoryHoldsWhatAViewYields() {
    Dataset view =
        Examples.numbered(6, 2, 2).subset(5, 1).map((x, rng) -> x.fill(x.data()[x.offset()] + 1));
    assertArrayEquals(new float[] {6, 6, 2, 2}, view.inMemory().x().toArray());
  }
}
