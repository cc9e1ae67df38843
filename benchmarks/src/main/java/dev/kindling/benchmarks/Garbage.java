package dev.kindling.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.kindling.nd.kernel.Parallel;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/** The bytes that a training step or a prediction allocates, on all threads together, once everything is compiled. */
final class Garbage implements DoubleSupplier {

  /** Processor time of the calls that are counted together. */
  private static final long ROUND_NANOS = 300_000_000L;

  /** Processor time until everything that matters is compiled, at the latest. */
  private static final long LIMIT_NANOS = 20_000_000_000L;

  /** Processor time for the same dense layers with few inputs: more steps, so that what runs once a step gets compiled too. */
  private static final long SMALL_NANOS = 2_000_000_000L;

  /** Bytes a call that the threads of a parallel region may cost. */
  private static final int FEW = 512;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String network;
  private final int threads;
  private final boolean training;

  private Garbage(String network, int threads, boolean training) {
    this.network = network;
    this.threads = threads;
    this.training = training;
  }

  /** Of a training step, with the comparisons' batch. */
  static Garbage ofStep(String network, int threads) {
    return new Garbage(network, threads, true);
  }

  /** Of a prediction for one example. */
  static Garbage ofPrediction(String network, int threads) {
    return new Garbage(network, threads, false);
  }

  @Override
  public double getAsDouble() {
    Parallel.setThreads(threads);
    double bytes = training ? ofSteps() : ofPredictions();
    Parallel.setThreads(1);
    return bytes;
  }

  private double ofSteps() {
    Network small = Network.named(small(network));
    long warm = THREADS.getCurrentThreadCpuTime() + SMALL_NANOS;
    while (THREADS.getCurrentThreadCpuTime() < warm) {
      small.step();
    }
    return of(Network.named(network)::step, threads);
  }

  private double ofPredictions() {
    Network net = new Network(network, 1);
    return of(net::predict, threads);
  }

  private static double of(Runnable call, int threads) {
    call.run(); // starts the library's threads
    long[] all = threads == 1 ? new long[] {Thread.currentThread().getId()} : withWorkers();
    double least = Double.POSITIVE_INFINITY;
    long end = THREADS.getCurrentThreadCpuTime() + LIMIT_NANOS;
    while (least > (threads == 1 ? 0 : FEW) && THREADS.getCurrentThreadCpuTime() < end) {
      long before = allocated(all);
      long asking = allocated(all) - before;
      long round = THREADS.getCurrentThreadCpuTime() + ROUND_NANOS;
      int calls = 0;
      before = allocated(all);
      while (THREADS.getCurrentThreadCpuTime() < round) {
        call.run();
        calls++;
      }
      double bytes = Math.max(0, allocated(all) - before - asking);
      least = Math.min(least, Math.ceil(bytes / calls));
    }
    return least;
  }

  /** The dense layers of a network; of a convolutional one the last. */
  private static String small(String network) {
    return switch (network) {
      case "LeNet-5" -> "120-84-10";
      case "CNN-32-64-128" -> "96-128-1";
      case "ResNet-8" -> "64-64-10";
      default -> network.replace("12288-", "96-");
    };
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
