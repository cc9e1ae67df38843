package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelTest {

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.setThreads(threads);
  }

  @Test
  void everyChunkRunsOnceAtAnyNumberOfThreads() {
    for (int t : new int[] {1, 2, 3, 4, 8}) {
      Parallel.setThreads(t);
      for (int count : new int[] {0, 1, 2, 3, 7, 100}) {
        AtomicIntegerArray seen = new AtomicIntegerArray(Math.max(1, count));
        Parallel.run(count, seen::incrementAndGet);
        for (int i = 0; i < count; i++) {
          assertEquals(1, seen.get(i), "chunk " + i + " of " + count + " with " + t + " threads");
        }
      }
    }
  }

  /** Workers that come late must not take a chunk of the next region twice, whatever its size. */
  @Test
  void manyRegionsInARow() {
    Parallel.setThreads(8);
    int[] runs = new int[9];
    for (int i = 0; i < 50_000; i++) {
      int count = 2 + i % 8;
      Arrays.fill(runs, 0);
      Parallel.run(count, index -> runs[index]++);
      for (int j = 0; j < runs.length; j++) {
        assertEquals(j < count ? 1 : 0, runs[j], "chunk " + j + " of " + count);
      }
    }
  }

  /** Nor one of a region that is cut into more or fewer parts. */
  @Test
  void manyRegionsInARowOnOtherNumbersOfThreads() {
    int[] runs = new int[33];
    for (int i = 0; i < 50_000; i++) {
      Parallel.setThreads(2 + i % 7);
      int count = 2 + i * 5 % 31;
      Arrays.fill(runs, 0);
      Parallel.run(count, index -> runs[index]++);
      for (int j = 0; j < runs.length; j++) {
        assertEquals(j < count ? 1 : 0, runs[j], "chunk " + j + " of " + count);
      }
    }
  }

  @Test
  void aRegionInsideARegionRuns() {
    Parallel.setThreads(4);
    AtomicInteger sum = new AtomicInteger();
    Parallel.run(8, i -> Parallel.run(8, j -> sum.incrementAndGet()));
    assertEquals(64, sum.get());
  }

  @Test
  void callersDoNotDisturbEachOther() throws InterruptedException {
    Parallel.setThreads(3);
    AtomicInteger sum = new AtomicInteger();
    Thread[] callers = new Thread[8];
    for (int i = 0; i < callers.length; i++) {
      callers[i] =
          new Thread(
              () -> {
                for (int r = 0; r < 500; r++) {
                  Parallel.run(5, c -> sum.incrementAndGet());
                }
              });
      callers[i].start();
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(8 * 500 * 5, sum.get());
  }

  @Test
  void anExceptionReachesTheCallerAndThePoolLivesOn() {
    Parallel.setThreads(4);
    RuntimeException bad = new IllegalStateException("chunk 3");
    AtomicInteger ran = new AtomicInteger();
    Parallel.Chunks chunks =
        i -> {
          ran.incrementAndGet();
          if (i == 3) {
            throw bad;
          }
        };
    assertSame(bad, assertThrows(IllegalStateException.class, () -> Parallel.run(6, chunks)));
    assertEquals(6, ran.get());
    Parallel.run(6, i -> ran.incrementAndGet());
    assertEquals(12, ran.get());
  }

  @Test
  void theNumberOfThreadsHasLimits() {
    assertThrows(IllegalArgumentException.class, () -> Parallel.setThreads(0));
    int tooMany = Parallel.MAX_THREADS + 1;
    assertThrows(IllegalArgumentException.class, () -> Parallel.setThreads(tooMany));
  }
}
