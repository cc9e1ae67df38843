package dev.kindling.nd.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Working memory that is used again: {@link #borrow} gives an array that no other thread has, {@link #give} takes it
 * back. Lock-free, and without an allocation once every size in use has been seen. Arrays are kept by size class (powers
 * of two), at most {@value #SLOTS} of each; what doesn't fit is left to the garbage collector.
 */
public final class Scratch {

  /**
   * Where to begin in an array, so that vectors don't straddle cache lines: an array's elements start 16 bytes after the
   * object, and the G1 collector places large objects at round addresses. Elsewhere nothing but speed is lost.
   */
  public static final int ALIGNED = 12;

  private static final int SLOTS = 16;
  private static final int LARGEST = 27;

  /** 2^18 floats, 1 MB, or what is large for the collector, if that is more. */
  private static final int SMALLEST = smallest(Runtime.getRuntime().maxMemory());

  private final AtomicReferenceArray<float[]> kept =
      new AtomicReferenceArray<>((LARGEST - SMALLEST + 1) * SLOTS);

  /**
   * G1 divides the heap into some 2048 regions of 1 to 32 MB, and an object of half a region is large: so an array takes
   * at most a 2048th of the heap.
   */
  static int smallest(long heapBytes) {
    long regions = Math.min(32 << 20, heapBytes / 2048);
    int log = 64 - Long.numberOfLeadingZeros(Math.max(regions, 1 << 20) - 1);
    return Math.max(18, log - 1 - 2); // half of it, in floats
  }

  /**
   * A new array of at least {@code size} floats, for numbers that stay: where these are many, one that begins as borrowed ones
   * do. It takes more memory than it needs then, but never more than a 2048th of the heap.
   */
  public static float[] lasting(int size) {
    boolean many = size > 1 << (SMALLEST - 4);
    return new float[many ? Math.max(size, 1 << SMALLEST) : size];
  }

  /** An array of at least {@code size} floats, with any content. */
  public float[] borrow(int size) {
    int log = Math.max(SMALLEST, 32 - Integer.numberOfLeadingZeros(Math.max(size, 1) - 1));
    if (log > LARGEST) {
      return new float[size];
    }
    int from = (log - SMALLEST) * SLOTS;
    for (int i = from; i < from + SLOTS; i++) {
      if (kept.getPlain(i) != null) {
        float[] array = kept.getAndSet(i, null);
        if (array != null) {
          return array;
        }
      }
    }
    return new float[1 << log];
  }

  /** Takes back an array that {@link #borrow} gave. */
  public void give(float[] array) {
    int log = 31 - Integer.numberOfLeadingZeros(array.length);
    if (array.length != 1 << log || log < SMALLEST || log > LARGEST) {
      return;
    }
    int from = (log - SMALLEST) * SLOTS;
    for (int i = from; i < from + SLOTS; i++) {
      if (kept.getPlain(i) == null && kept.compareAndSet(i, null, array)) {
        return;
      }
    }
  }
}
