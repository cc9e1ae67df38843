package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Working memory comes back, and is of a size that the collector places at round addresses. */
class ScratchTest {

  private final Scratch scratch = new Scratch();

  @Test
  void anArrayThatWasGivenIsBorrowedAgain() {
    float[] first = scratch.borrow(1000);
    float[] second = scratch.borrow(1000);
    assertNotSame(first, second);
    scratch.give(first);
    assertSame(first, scratch.borrow(10));
    scratch.give(second);
    assertNotSame(second, scratch.borrow(second.length + 1));
    assertSame(second, scratch.borrow(second.length));
  }

  @Test
  void anArrayHasAtLeastTheSize() {
    for (int size : new int[] {0, 1, 1 << 18, (1 << 18) + 1, 3 << 20}) {
      assertTrue(scratch.borrow(size).length >= size);
    }
  }

  @Test
  void foreignArraysAreNotKept() {
    float[] odd = new float[(1 << 20) + 1];
    scratch.give(odd);
    assertNotSame(odd, scratch.borrow(odd.length));
  }

  /** Half a region of G1, which has 2048 regions of a power of two from 1 to 32 MB; an array's header is above that. */
  @ParameterizedTest
  @CsvSource({"64, 1", "1024, 1", "2048, 1", "4096, 2", "6000, 4", "16384, 8", "200000, 32"})
  void theSmallestIsLargeForTheCollector(long heapMegabytes, int regionMegabytes) {
    long bytes = 4L << Scratch.smallest(heapMegabytes << 20);
    assertEquals(Math.max(1L << 20, ((long) regionMegabytes << 20) / 2), bytes);
  }
}
