package dev.kindling.nd.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The library's one thread pool. A parallel region is a number of chunks, fixed by the problem and never by the number
 * of threads; the caller and the workers take chunks until none is left. Each begins with a part of its own, the same share
 * of every region, so that what a thread wrote in one region it mostly finds in its own core's cache in the next; then it
 * helps with the others' parts. Which thread takes which chunk has no say in the result, so the same bits come out at any
 * {@code -Dkindling.threads}.
 *
 * <p>One region runs at a time. A caller that finds the pool busy (a region inside a region, or another thread's) runs
 * its chunks by itself: it never waits, so it can't deadlock, and sixteen threads that predict at once each use one
 * core. Workers are daemons, start with the first region, spin for some microseconds after one and then sleep.
 */
public final class Parallel {

  /** One chunk of a parallel region. Chunks write to places of their own. */
  @FunctionalInterface
  public interface Chunks {
    /** Does the work of chunk {@code index}. */
    void run(int index);
  }

  /** The most threads that can be asked for. */
  public static final int MAX_THREADS = 256;

  private static final int SPINS = 4000;
  private static final Parallel POOL = new Parallel();

  private final AtomicBoolean busy = new AtomicBoolean();
  private final Region region = new Region();
  private volatile int threads = fromProperty(System.getProperty("kindling.threads"));
  private volatile Worker[] workers = new Worker[0];

  private Parallel() {}

  /** The number of threads, the caller included: {@code -Dkindling.threads}, by default the available processors. */
  public static int threads() {
    return POOL.threads;
  }

  /**
   * Sets the number of threads from here on. Results don't depend on it.
   *
   * @throws IllegalArgumentException if it isn't between 1 and {@value #MAX_THREADS}
   */
  public static void setThreads(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads must be between 1 and " + MAX_THREADS + ", got " + threads);
    }
    POOL.threads = threads;
  }

  /** Whether a region that starts now could use more than the calling thread. */
  public static boolean available() {
    return POOL.threads > 1 && !POOL.busy.get();
  }

  /**
   * Runs chunks 0 to {@code count - 1}, and returns when all are done.
   *
   * <p>If chunks throw, all others are still run and one of the exceptions is thrown to the caller.
   */
  public static void run(int count, Chunks chunks) {
    if (count <= 1 || POOL.threads == 1 || !POOL.busy.compareAndSet(false, true)) {
      for (int i = 0; i < count; i++) {
        chunks.run(i);
      }
      return;
    }
    try {
      POOL.region(count, chunks);
    } finally {
      POOL.busy.set(false);
    }
  }

  /** The same on the calling thread, if {@code serial}: for work so small that a region costs more than it saves. */
  public static void run(int count, boolean serial, Chunks chunks) {
    if (!serial) {
      run(count, chunks);
      return;
    }
    for (int i = 0; i < count; i++) {
      chunks.run(i);
    }
  }

  @SuppressWarnings(
      "ThreadPriorityCheck") // yields only after spinning: a hint, nothing relies on it
  private void region(int count, Chunks chunks) {
    int helpers = Math.min(threads, count) - 1;
    ensureWorkers(helpers);
    Worker[] all = workers;
    region.open(count, chunks, helpers);
    for (int i = 0; i < helpers; i++) {
      if (all[i].sleeping) {
        LockSupport.unpark(all[i]);
      }
    }
    region.work(0);
    for (int spins = 0; region.pending(); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    Throwable failure = region.close();
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  private void ensureWorkers(int helpers) {
    Worker[] old = workers;
    if (old.length >= helpers) {
      return;
    }
    Worker[] grown = new Worker[helpers];
    System.arraycopy(old, 0, grown, 0, old.length);
    for (int i = old.length; i < helpers; i++) {
      grown[i] = new Worker(i);
      grown[i].start();
    }
    workers = grown;
  }

  private static int fromProperty(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS);
    }
    try {
      int n = Integer.parseInt(value.trim());
      if (n >= 1 && n <= MAX_THREADS) {
        return n;
      }
    } catch (NumberFormatException e) {
      // Reported below, together with numbers out of range.
    }
    throw new IllegalArgumentException(
        "-Dkindling.threads must be a number between 1 and "
            + MAX_THREADS
            + ", got '"
            + value
            + "'");
  }

  /**
   * A parallel region: who takes the next chunk, and how many are not done. It is the same object for one region after the other,
   * to leave no garbage, and counts them; a worker may come late, with a chunk's number that was taken in a region that has
   * ended since.
   */
  private static final class Region {

    /** Not a chunk of any region: from here on numbers are those of a closed one. */
    private static final int CLOSED = 1 << 30;

    /** Numbers from one part's counter to the next, which threads shouldn't share a cache line for. */
    private static final int LINE = 16;

    private static final Chunks NOTHING = index -> {};

    /** Odd while the region of this number is open. */
    private volatile int number;

    /** For each part of the chunks the region's number, in the upper half, and the next chunk's. */
    private final AtomicLongArray next = new AtomicLongArray(MAX_THREADS * LINE);

    private final AtomicInteger pending = new AtomicInteger();
    private volatile int count;
    private volatile Chunks chunks = NOTHING;
    private volatile int parts; // one for each thread
    private volatile @Nullable Throwable failure;

    Region() {
      for (int part = 0; part < MAX_THREADS; part++) {
        next.set(part * LINE, CLOSED);
      }
    }

    void open(int count, Chunks chunks, int helpers) {
      this.count = count;
      this.chunks = chunks;
      this.parts = helpers + 1;
      pending.set(count);
      int opened = number + 1;
      for (int part = 0; part <= helpers; part++) {
        next.set(part * LINE, (long) opened << Integer.SIZE | begin(part, count, helpers + 1));
      }
      number = opened;
    }

    /** The first chunk of a part, or the end of the one before. */
    private static int begin(int part, int count, int parts) {
      return (int) ((long) count * part / parts);
    }

    boolean pending() {
      return pending.getAcquire() > 0;
    }

    /** What a chunk threw, or null. The next region has its number before it has anything else. */
    @Nullable Throwable close() {
      int closed = number + 1;
      for (int part = 0; part < parts; part++) {
        next.set(part * LINE, (long) closed << Integer.SIZE | CLOSED);
      }
      number = closed;
      Throwable thrown = failure;
      failure = null;
      chunks = NOTHING;
      return thrown;
    }

    /** The number of the region that is open for this worker, or that which it has done. */
    int number(int worker, int done) {
      int now = number;
      return now % 2 != 0 && worker < parts - 1 ? now : done;
    }

    /** Does chunks of the thread's own part, then of the others', until none is left. */
    void work(int thread) {
      int all = parts;
      for (int i = 0; i < all; i++) {
        workOn((thread + i) % all);
      }
    }

    private void workOn(int part) {
      while (true) {
        long taken = next.getAndIncrement(part * LINE);
        int i = (int) taken;
        int end = begin(part + 1, count, parts);
        Chunks own = chunks;
        // Chunks that are not done keep their region open. So if the part has another number, this
        // region is over, and what was read may be the next one's.
        if ((int) (next.get(part * LINE) >>> Integer.SIZE) != (int) (taken >>> Integer.SIZE)
            || i >= end) {
          return;
        }
        try {
          own.run(i);
        } catch (Throwable t) { // handed to the caller
          failure = t;
        } finally {
          pending.getAndDecrement();
        }
      }
    }
  }

  private static final class Worker extends Thread {
    final int index;
    volatile boolean sleeping;

    Worker(int index) {
      super("kindling-" + (index + 1));
      this.index = index;
      setDaemon(true);
    }

    @Override
    public void run() {
      Region region = POOL.region;
      int done = -1;
      for (int spins = 0; ; spins++) {
        int number = region.number(index, done);
        if (number != done) {
          region.work(index + 1);
          done = number;
          spins = 0;
        } else if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          sleeping = true;
          // Looks once more after announcing sleep, so that a region that has just begun isn't
          // missed.
          if (region.number(index, done) == done) {
            LockSupport.park(this);
          }
          sleeping = false;
          spins = 0;
        }
      }
    }
  }
}
