package dev.kindling.data;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DataLoaderTest {

  private static List<String> contents(Batches batches) {
    List<String> contents = new ArrayList<>();
    try (batches) {
      for (Batch b = batches.next(); b != null; b = batches.next()) {
        contents.add(
            Arrays.toString(b.x().toArray())
                + Arrays.toString(b.y().toArray())
                + Arrays.toString(b.indices()));
      }
    }
    return contents;
  }

  private static List<Integer> indices(Batches batches) {
    List<Integer> indices = new ArrayList<>();
    try (batches) {
      for (Batch b = batches.next(); b != null; b = batches.next()) {
        Arrays.stream(b.indices()).forEach(indices::add);
      }
    }
    return indices;
  }

  @Test
  void yieldsAllExamplesInOrderAndAShortLastBatch() {
    DataLoader loader = Examples.numbered(5, 2, 3).loader(2);
    assertEquals(3, loader.batches());
    assertEquals(Shape.of(2), loader.inputShape());
    try (Batches batches = loader.epoch(0)) {
      Batch first = requireNonNull(batches.next());
      assertEquals(Shape.of(2, 2), first.x().shape());
      assertEquals(Shape.of(2), first.y().shape());
      assertArrayEquals(new float[] {0, 0, 1, 1}, first.x().toArray());
      assertSame(first, batches.next());
      Batch last = requireNonNull(batches.next());
      assertEquals(1, last.size());
      assertArrayEquals(new float[] {4, 4}, last.x().toArray());
      assertArrayEquals(new float[] {1}, last.y().toArray());
      assertNull(batches.next());
      assertNull(batches.next());
    }
  }

  @Test
  void dropLastLeavesOutAShortBatch() {
    DataLoader loader = Examples.numbered(5, 2, 3).loader(2).dropLast();
    assertEquals(2, loader.batches());
    assertEquals(4, loader.size());
    assertEquals(List.of(0, 1, 2, 3), indices(loader.epoch(0)));
  }

  @Test
  void batchLargerThanTheDatasetIsTheDataset() {
    assertEquals(1, contents(Examples.numbered(5, 2, 3).loader(100).epoch(0)).size());
    assertEquals(0, contents(Examples.numbered(5, 2, 3).slice(0, 0).loader(3).epoch(0)).size());
  }

  @Test
  void shuffledOrderIsAFunctionOfSeedAndEpoch() {
    Dataset data = Examples.numbered(50, 1, 2);
    DataLoader loader = data.loader(8).shuffled(3);
    List<Integer> epoch1 = indices(loader.epoch(1));
    assertEquals(50, new TreeSet<>(epoch1).size());
    assertNotEquals(epoch1, indices(loader.epoch(0)));
    assertEquals(epoch1, indices(data.loader(8).shuffled(3).epoch(1)));
    assertNotEquals(epoch1, indices(data.loader(8).shuffled(4).epoch(1)));
  }

  @Test
  void epochEnteredInTheMiddleGoesOnAsTheFullOne() {
    DataLoader loader =
        Examples.numbered(50, 2, 2)
            .loader(8)
            .shuffled(3)
            .augment((x, rng) -> rng.fillNormal(x, 0, 1))
            .mix((x, y, rng) -> y.fill(rng.nextFloat()));
    List<String> full = contents(loader.epoch(2));
    assertEquals(full.subList(4, 7), contents(loader.epoch(2, 4)));
    assertEquals(List.of(), contents(loader.epoch(2, 7)));
  }

  @Test
  void augmentationIsAFunctionOfSeedEpochAndExample() {
    Dataset data = Examples.numbered(10, 1, 2);
    Transform noise = (x, rng) -> rng.fillUniform(x, 0, 1);
    // The same example gets the same noise wherever it stands in the epoch.
    assertEquals(
        values(data.loader(3).seeded(5).augment(noise), 1),
        values(data.loader(4).shuffled(5).augment(noise), 1));
    assertNotEquals(
        values(data.loader(3).seeded(5).augment(noise), 1),
        values(data.loader(3).seeded(5).augment(noise), 2));
  }

  private static List<String> values(DataLoader loader, int epoch) {
    String[] values = new String[loader.size()];
    try (Batches batches = loader.epoch(epoch)) {
      for (Batch b = batches.next(); b != null; b = batches.next()) {
        for (int i = 0; i < b.size(); i++) {
          values[b.indices()[i]] = b.x().row(i).toString();
        }
      }
    }
    return Arrays.asList(values);
  }

  @Test
  void balancedEpochsHaveEachClassAsOften() {
    Tensor y = Tensor.zeros(100);
    for (int i = 0; i < 100; i++) {
      y.set(i < 90 ? 0 : i < 97 ? 1 : 2, i);
    }
    Dataset data = ArrayDataset.of(Tensor.zeros(100, 1), y);
    DataLoader loader = data.loader(9).balanced(4);
    List<Integer> epoch = indices(loader.epoch(0));
    int[] counts = data.subset(epoch.stream().mapToInt(Integer::intValue).toArray()).classCounts();
    Arrays.sort(counts);
    assertArrayEquals(new int[] {33, 33, 34}, counts);
    // Of a small class every example comes, and about as often.
    for (int i = 90; i < 100; i++) {
      int index = i;
      long times = epoch.stream().filter(e -> e == index).count();
      assertEquals(i < 97 ? 4.5 : 11, (double) times, i < 97 ? 0.5 : 1);
    }
    // Of a large one no example comes twice.
    assertEquals(
        epoch.stream().filter(e -> e < 90).count(),
        epoch.stream().filter(e -> e < 90).distinct().count());
    assertEquals(epoch, indices(data.loader(9).balanced(4).epoch(0)));
    assertNotEquals(epoch, indices(loader.epoch(1)));
  }

  @Test
  void examplesThatComeTwiceAreAugmentedInTwoWays() {
    Dataset data = Examples.numbered(10, 1, 2).subset(0, 2, 4, 6, 8, 1);
    DataLoader loader = data.loader(6).balanced(4).augment((x, rng) -> rng.fillUniform(x, 0, 1));
    try (Batches batches = loader.epoch(0)) {
      Batch batch = batches.next();
      assertNotNull(batch);
      TreeSet<Float> values = new TreeSet<>();
      for (float v : batch.x().toArray()) {
        values.add(v);
      }
      assertEquals(6, values.size());
    }
  }

  @Test
  void transformsRunInTheOrderGiven() {
    DataLoader loader =
        Examples.numbered(3, 1, 2)
            .loader(3)
            .augment((x, rng) -> add(x, 1))
            .augment((x, rng) -> x.data()[x.offset()] *= 10);
    try (Batches batches = loader.epoch(0)) {
      assertArrayEquals(new float[] {10, 20, 30}, requireNonNull(batches.next()).x().toArray());
    }
  }

  private static void add(Tensor x, float v) {
    x.data()[x.offset()] += v;
  }

  @Test
  void refusesBadSettingsAndUseAfterClose() {
    Dataset data = Examples.numbered(3, 1, 2);
    assertThrows(IllegalArgumentException.class, () -> data.loader(0));
    assertThrows(IllegalArgumentException.class, () -> data.loader(1).epoch(-1));
    Batches batches = data.loader(1).epoch(0);
    batches.close();
    batches.close();
    assertThrows(IllegalStateException.class, batches::next);
  }

  @Test
  void steadyEpochOverMemoryAllocatesNothingPerBatch() {
    DataLoader loader = Examples.numbered(4096, 64, 2).loader(8).shuffled(1);
    Rng unused = Rng.seeded(1); // classes are loaded before measuring
    assertEquals(unused.state(), Rng.seeded(1).state());
    for (int epoch = 0; epoch < 20; epoch++) {
      drain(loader, epoch);
    }
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int epoch = 20; epoch < 25; epoch++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      drain(loader, epoch);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    // The order of an epoch takes 4 bytes an example; 512 batches would show in anything above.
    assertEquals(0, Math.max(0, least - 4 * 4096 - 2048), "bytes an epoch: " + least);
  }

  private static void drain(DataLoader loader, int epoch) {
    try (Batches batches = loader.epoch(epoch)) {
      while (batches.next() != null) {
        // only counted
      }
    }
  }
}
