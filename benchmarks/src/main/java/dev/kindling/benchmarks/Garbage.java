package dev.kindling.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.kindling.nd.kernel.Parallel;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/** The bytes that a training step allocates, on all threads together, once everything is compiled. */
final class Garbage implements DoubleSupplier {

  private static final int STEPS = 100;
  private static final long WARM_UP_NANOS = 1_500_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String network;
  private final int threads;

  Garbage(String network, int threads) {
    this.network = network;
    this.threads = threads;
  }

  @Override
  public double getAsDouble() {
    Parallel.setThreads(threads);
    Network net = Network.named(network);
    long end = THREADS.getCurrentThreadCpuTime() + WARM_UP_NANOS;
    while (THREADS.getCurrentThreadCpuTime() < end) {
      net.step();
    }
    long[] all = threads == 1 ? new long[] {Thread.currentThread().getId()} : withWorkers();
    double least = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 3; round++) {
      long before = allocated(all);
      long asking = allocated(all) - before;
      before = allocated(all);
      for (int i = 0; i < STEPS; i++) {
        net.step();
      }
      least = Math.min(least, allocated(all) - before - asking);
    }
    Parallel.setThreads(1);
    return Math.max(0, Math.ceil(least / STEPS));
  }

  /** This thread and the library's. */
  private static long[] withWorkers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t == Thread.currentThread() || t.getName().startsWith("kindling-"))
        .mapToLong(Thread::getId)
        .toArray();
  }

  private static long allocated(long[] threads) {
    long sum = 0;
    for (long thread : threads) {
      sum += THREADS.getThreadAllocatedBytes(thread);
    }
    return sum;
  }
}
