package dev.kindling.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Times two tasks in turns, a millisecond each (ten if they use several threads, so that waking those is as rare as in a
 * training), and takes the median of the rounds' ratios: what slows the machine down for longer than that slows both.
 */
public final class Race {

  /** Something to time. What it returns is used, so that it has to be computed. */
  @FunctionalInterface
  public interface Task {
    /** Runs once. */
    float run();
  }

  private static final long SAMPLE_NANOS = 1_000_000;
  private static final long SAMPLE_NANOS_OF_ALL = 10_000_000;
  private static final long WARM_UP_NANOS = 400_000_000;
  private static final int FEWEST_ROUNDS = 7;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final LongSupplier clock;
  private final long sampleNanos;
  private final double seconds;
  private final Task one;
  private final Task other;
  private int callsOfOne; // in a sample
  private int callsOfOther;
  private double[] ratios = new double[1024];
  private int rounds;
  private float sink;

  private Race(LongSupplier clock, long sampleNanos, double seconds, Task one, Task other) {
    this.clock = clock;
    this.sampleNanos = sampleNanos;
    this.seconds = seconds;
    this.one = one;
    this.other = other;
  }

  /** By the processor time of this thread: for tasks that use no other. */
  public static Race ofOneThread(double seconds, Task one, Task other) {
    return new Race(THREADS::getCurrentThreadCpuTime, SAMPLE_NANOS, seconds, one, other);
  }

  /** By the clock on the wall: for tasks that use several threads. */
  public static Race ofAllThreads(double seconds, Task one, Task other) {
    return new Race(System::nanoTime, SAMPLE_NANOS_OF_ALL, seconds, one, other);
  }

  /**
   * Runs for so many seconds as were given.
   *
   * @return how many times as long as the other one's a call of the one takes: the median of all rounds, those of runs
   *     before included
   */
  public double run() {
    if (rounds == 0) {
      callsOfOne = warmUp(one);
      callsOfOther = warmUp(other);
    }
    int fewest = rounds + FEWEST_ROUNDS;
    long end = System.nanoTime() + (long) (1e9 * seconds);
    while (rounds < fewest || System.nanoTime() < end) {
      double ratio = sample(one, callsOfOne) / sample(other, callsOfOther);
      if (rounds == ratios.length) {
        ratios = Arrays.copyOf(ratios, 2 * rounds);
      }
      ratios[rounds++] = ratio;
    }
    if (Float.isNaN(sink)) { // never, but no compiler knows
      throw new IllegalStateException();
    }
    double[] sorted = Arrays.copyOf(ratios, rounds);
    Arrays.sort(sorted);
    return sorted[rounds / 2];
  }

  /** Until it is compiled, going by the processor time that it got. Returns how many calls make a sample. */
  private int warmUp(Task task) {
    int calls = 1;
    long end = THREADS.getCurrentThreadCpuTime() + WARM_UP_NANOS;
    do {
      double nanos = Math.max(1, sample(task, calls));
      calls = (int) Math.max(1, Math.min(1 << 20, sampleNanos / nanos));
    } while (THREADS.getCurrentThreadCpuTime() < end);
    return calls;
  }

  /** The nanoseconds a call. */
  private double sample(Task task, int calls) {
    float sum = 0;
    long begin = clock.getAsLong();
    for (int i = calls; i > 0; i--) {
      sum += task.run();
    }
    double nanos = clock.getAsLong() - begin;
    sink = sum > 0 ? 1 : 0;
    return nanos / calls;
  }
}
