package dev.kindling.data.augment;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Arrays to work in, kept for the next image; any number of threads may take and give. */
final class Scratch {

  private static final int KEPT = 16;

  private final AtomicReferenceArray<float @Nullable []> kept = new AtomicReferenceArray<>(KEPT);

  /** An array of at least n elements, with anything in them. */
  float[] take(int n) {
    for (int i = 0; i < KEPT; i++) {
      float[] array = kept.getAndSet(i, null);
      if (array != null && array.length >= n) {
        return array;
      }
    }
    return new float[n];
  }

  void give(float[] array) {
    for (int i = 0; i < KEPT; i++) {
      if (kept.compareAndSet(i, null, array)) {
        return;
      }
    }
  }
}
