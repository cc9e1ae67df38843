package dev.kindling.nd.kernel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are used again, each by one thread at a time, so that a call allocates nothing once as many have been made as
 * are in use at the same time. Lock-free; what doesn't fit in is left to the garbage collector.
 */
public final class Pool<T> {

  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable T> kept = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<T> maker;

  /** A pool, empty at first. */
  public Pool(Supplier<T> maker) {
    this.maker = maker;
  }

  /** One that no other thread has, in whatever state it was given back. */
  public T borrow() {
    for (int i = 0; i < SLOTS; i++) {
      if (kept.getPlain(i) != null) {
        T t = kept.getAndSet(i, null);
        if (t != null) {
          return t;
        }
      }
    }
    return maker.get();
  }

  /** Takes back what {@link #borrow} gave. */
  public void give(T t) {
    for (int i = 0; i < SLOTS; i++) {
      if (kept.getPlain(i) == null && kept.compareAndSet(i, null, t)) {
        return;
      }
    }
  }
}
