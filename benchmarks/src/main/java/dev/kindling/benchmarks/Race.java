package dev.kindling.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Times several tasks in turns, so that whatever slows the machine down slows all of them, and takes each one's best
 * sample: what disturbs only ever adds.
 */
public final class Race {

  /** Something to time. What it returns is used, so that it has to be computed. */
  @FunctionalInterface
  public interface Task {
    /** Runs once. */
    float run();
  }

  private static final long SAMPLE_NANOS = 1_000_000;
  private static final long WARM_UP_NANOS = 400_000_000;
  private static final int FEWEST_ROUNDS = 5;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final LongSupplier clock;
  private final double seconds;
  private final Task[] tasks;
  private final int[] calls; // in a sample of each task
  private final double[] best; // nanoseconds a call
  private boolean warm;
  private float sink;

  private Race(LongSupplier clock, double seconds, Task[] tasks) {
    this.clock = clock;
    this.seconds = seconds;
    this.tasks = tasks;
    this.calls = new int[tasks.length];
    this.best = new double[tasks.length];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
  }

  /** By the processor time of this thread: for tasks that use no other. */
  public static Race ofOneThread(double seconds, Task... tasks) {
    return new Race(THREADS::getCurrentThreadCpuTime, seconds, tasks);
  }

  /** By the clock on the wall: for tasks that use several threads. */
  public static Race ofAllThreads(double seconds, Task... tasks) {
    return new Race(System::nanoTime, seconds, tasks);
  }

  /** Runs for so many seconds as were given. Returns the nanoseconds a call of the best samples of this run and of those before. */
  public double[] run() {
    if (!warm) {
      for (int i = 0; i < tasks.length; i++) {
        warmUp(i);
      }
      warm = true;
    }
    long end = System.nanoTime() + (long) (1e9 * seconds);
    for (int round = 0; round < FEWEST_ROUNDS || System.nanoTime() < end; round++) {
      for (int i = 0; i < tasks.length; i++) {
        best[i] = Math.min(best[i], sample(i) / calls[i]);
      }
    }
    if (Float.isNaN(sink)) { // never, but no compiler knows
      throw new IllegalStateException();
    }
    return best.clone();
  }

  /** Until it is compiled, going by the processor time that it got; finds how many calls make a sample. */
  private void warmUp(int task) {
    calls[task] = 1;
    long end = THREADS.getCurrentThreadCpuTime() + WARM_UP_NANOS;
    do {
      double nanos = sample(task) / calls[task];
      calls[task] = (int) Math.max(1, Math.min(1 << 20, SAMPLE_NANOS / Math.max(1, nanos)));
    } while (THREADS.getCurrentThreadCpuTime() < end);
  }

  private double sample(int task) {
    Task t = tasks[task];
    float sum = 0;
    long begin = clock.getAsLong();
    for (int i = calls[task]; i > 0; i--) {
      sum += t.run();
    }
    double nanos = clock.getAsLong() - begin;
    sink = sum > 0 ? 1 : 0;
    return nanos;
  }
}
