package dev.kindling.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrefetchedBatchesTest {

  private static DataLoader loader(Dataset data) {
    return data.loader(7)
        .shuffled(3)
        .augment((x, rng) -> rng.fillNormal(x, 0, 1))
        .mix((x, y, rng) -> x.data()[x.offset()] = rng.nextFloat());
  }

  private static List<String> contents(Batches batches) {
    List<String> contents = new ArrayList<>();
    try (batches) {
      for (Batch b = batches.next(); b != null; b = batches.next()) {
        contents.add(Arrays.toString(b.x().toArray()) + Arrays.toString(b.indices()));
      }
      assertNull(batches.next());
    }
    return contents;
  }

  private static long loaderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("kindling-loader"))
        .count();
  }

  @Test
  void orderAndBitsAreTheSameAtAnyNumberOfWorkers() {
    DataLoader loader = loader(Examples.numbered(100, 5, 3));
    for (int epoch = 0; epoch < 3; epoch++) {
      List<String> serial = contents(loader.epoch(epoch));
      assertEquals(15, serial.size());
      for (int workers : new int[] {1, 2, 3, 8, 100}) {
        assertEquals(serial, contents(loader.workers(workers).epoch(epoch)));
        assertEquals(serial.subList(9, 15), contents(loader.workers(workers).epoch(epoch, 9)));
      }
    }
  }

  @Test
  void aBatchIsValidUntilTheNextIsAsked() throws InterruptedException {
    DataLoader loader = Examples.numbered(64, 3, 2).loader(4).workers(3);
    try (Batches batches = loader.epoch(0)) {
      for (int n = 0; n < 16; n++) {
        Batch b = batches.next();
        assertNotNull(b);
        Thread.sleep(2); // the others fill what they can
        float[] expected = new float[12];
        for (int i = 0; i < 12; i++) {
          expected[i] = 4 * n + i / 3;
        }
        assertArrayEquals(expected, b.x().toArray());
      }
    }
  }

  @Test
  void workIsBoundedByTheNumberOfWorkersAndTwo() throws InterruptedException {
    AtomicInteger read = new AtomicInteger();
    Dataset data = Examples.numbered(1000, 1, 2).map((x, rng) -> read.incrementAndGet());
    try (Batches batches = data.loader(10).workers(2).epoch(0)) {
      batches.next();
      batches.next();
      for (int i = 0, before = -1; i < 100 && before != read.get(); i++) {
        before = read.get();
        Thread.sleep(20);
      }
      assertTrue(read.get() <= 50, "read " + read.get()); // one used, one in use, three ahead
    }
  }

  @Test
  void anEarlyExitStopsTheThreads() {
    DataLoader loader = loader(Examples.numbered(1000, 5, 3)).workers(4);
    assertThrows(
        ArithmeticException.class,
        () -> {
          try (Batches batches = loader.epoch(0)) {
            batches.next();
            throw new ArithmeticException("of the consumer");
          }
        });
    assertEquals(0, loaderThreads());
    Batches untouched = loader.epoch(1);
    untouched.close();
    untouched.close();
    assertEquals(0, loaderThreads());
    assertThrows(IllegalStateException.class, untouched::next);
  }

  @Test
  void aFailureComesAtItsBatchAndStopsTheThreads() {
    Dataset data = new FailingAt(35);
    for (int workers : new int[] {0, 1, 4}) {
      int good = 0;
      try (Batches batches = data.loader(10).workers(workers).epoch(0)) {
        assertNotNull(batches.next());
        assertNotNull(batches.next());
        assertNotNull(batches.next());
        good = 3;
        UncheckedIOException e = assertThrows(UncheckedIOException.class, batches::next);
        assertTrue(String.valueOf(e.getMessage()).endsWith("example 35"), e.toString());
      }
      assertEquals(3, good);
      assertEquals(0, loaderThreads());
    }
  }

  private record FailingAt(int bad) implements Dataset {
    @Override
    public int size() {
      return 100;
    }

    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public Shape targetShape() {
      return Shape.of();
    }

    @Override
    public void read(int index, Tensor x, Tensor y) {
      if (index == bad) {
        throw new UncheckedIOException(new IOException("example " + index));
      }
    }
  }

  @Test
  void anEmptyEpochIsEmpty() {
    DataLoader loader = Examples.numbered(3, 1, 2).loader(5).dropLast().workers(2);
    assertEquals(List.of(), contents(loader.epoch(0)));
  }

  @Test
  void refusesAnImpossibleNumberOfWorkers() {
    DataLoader loader = Examples.numbered(3, 1, 2).loader(5);
    assertThrows(IllegalArgumentException.class, () -> loader.workers(-1));
    assertThrows(IllegalArgumentException.class, () -> loader.workers(257));
  }
}
