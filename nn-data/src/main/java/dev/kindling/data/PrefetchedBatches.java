package dev.kindling.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Batches that threads fill ahead of the one who uses them. Each thread takes the next batch that nobody has taken and
 * fills it alone; batch n goes into place {@code n mod places}, once the batch before in that place has been used. So
 * the order is the batches' own, and memory is bounded.
 */
final class PrefetchedBatches implements Batches {

  private final DataLoader.Filler filler;
  private final BatchBuffers.Spare spare;
  private final BatchBuffers[] places;
  private final @Nullable Batch[] filled;
  private final @Nullable Throwable[] failed;
  private final int end;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition ready = lock.newCondition();
  private int taken; // the next batch that a thread takes
  private int given; // the next batch that the user gets
  private int used; // all batches before this one may be overwritten
  private volatile boolean closed;

  PrefetchedBatches(
      DataLoader.Filler filler,
      int first,
      int end,
      int workers,
      DataLoader loader,
      BatchBuffers.Spare spare) {
    this.filler = filler;
    this.spare = spare;
    this.end = end;
    this.taken = first;
    this.given = first;
    this.used = first;
    int needed = Math.min(workers + 2, end - first);
    places = new BatchBuffers[needed];
    filled = new @Nullable Batch[needed];
    failed = new @Nullable Throwable[needed];
    for (int i = 0; i < needed; i++) {
      places[i] = spare.take(loader);
    }
    for (int i = 0; i < Math.min(workers, needed); i++) {
      Thread thread = new Thread(this::work, "kindling-loader-" + (i + 1));
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void work() {
    for (int number = take(); number >= 0; number = take()) {
      int place = number % places.length;
      Batch batch = null;
      Throwable failure = null;
      try {
        batch = filler.fill(places[place], number, () -> closed);
      } catch (Throwable t) { // handed to the user
        failure = t;
      }
      lock.lock();
      try {
        filled[place] = batch;
        failed[place] = failure;
        ready.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** The number of the next batch to fill, when its place is free; -1 when there is nothing more to do. */
  private int take() {
    lock.lock();
    try {
      while (!closed && taken < end && taken - used >= places.length) {
        room.awaitUninterruptibly();
      }
      return closed || taken >= end ? -1 : taken++;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Batch next() {
    Throwable failure;
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("These batches are closed");
      }
      if (given == end) {
        return null;
      }
      used = given; // what was given last is done with
      room.signalAll();
      int place = given % places.length;
      while (filled[place] == null && failed[place] == null) {
        ready.awaitUninterruptibly();
      }
      failure = failed[place];
      if (failure == null) {
        Batch batch = filled[place];
        filled[place] = null;
        given++;
        return batch;
      }
    } finally {
      lock.unlock();
    }
    close();
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure; // reading and transforming throw no others
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (
            InterruptedException
                e) { // the threads are about to end: nothing is gained by leaving them
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    for (BatchBuffers buffers : places) {
      spare.give(buffers);
    }
  }
}
