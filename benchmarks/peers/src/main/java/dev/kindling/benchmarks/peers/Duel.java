package dev.kindling.benchmarks.peers;

import com.sun.management.OperatingSystemMXBean;
import dev.kindling.benchmarks.Network;
import dev.kindling.benchmarks.Race;
import dev.kindling.nd.kernel.Parallel;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Times one peer and Kindling in turns, in a process of their own: a block of ours, a block of theirs, and so on. Prints
 * one line for {@link Main} for each comparison.
 */
final class Duel {

  /** In front of what is meant for {@link Main}: native libraries write to standard output too. */
  static final String MARK = "duel\t";

  private static final int ROUNDS = 15;
  private static final int FEWEST_ROUNDS = 5;

  /** After so long, the fewest rounds are enough: some steps take seconds. */
  private static final long PATIENCE_NANOS = 8_000_000_000L;

  private static final long BLOCK_NANOS = 150_000_000;

  /** Processor time of this process, so that its compiler gets enough of it on a busy machine too. */
  private static final long WARM_UP_NANOS = 12_000_000_000L;

  /** The peers have less to compile. */
  private static final long PEER_WARM_UP_NANOS = 3_000_000_000L;

  /** Until the peer's threads have stopped spinning. */
  private static final int PAUSE_MILLIS = 50;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** With one thread, all work is the calling thread's: its processor time knows no other programs. */
  private final LongSupplier clock =
      Parallel.threads() == 1
          ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
          : System::nanoTime;

  private float sink;

  private Duel() {}

  /** The peer's name, then networks as in "LeNet-5@64", with the batch. */
  public static void main(String[] args) throws InterruptedException {
    Duel duel = new Duel();
    for (int i = 1; i < args.length; i++) {
      String[] name = args[i].split("@");
      Network network = new Network(name[0], Integer.parseInt(name[1]));
      duel.fight(args[0], args[i], network);
    }
    System.exit(duel.sink == 12345 ? 1 : 0); // some peers' threads would not let it end
  }

  private void fight(String peer, String what, Network network) throws InterruptedException {
    Race.Task ours =
        peer.equals("onnxruntime")
            ? () -> network.predict().data()[0]
            : () -> (float) network.step();
    try (Contestant theirs = contestant(peer, network)) {
      warmUp(ours, WARM_UP_NANOS);
      warmUp(theirs::run, PEER_WARM_UP_NANOS);
      double[] us = new double[ROUNDS];
      double[] them = new double[ROUNDS];
      double[] ratios = new double[ROUNDS];
      int rounds = 0;
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (rounds < FEWEST_ROUNDS || rounds < ROUNDS && System.nanoTime() < end) {
        us[rounds] = block(ours);
        them[rounds] = block(theirs::run);
        ratios[rounds] = them[rounds] / us[rounds];
        rounds++;
        Thread.sleep(PAUSE_MILLIS);
      }
      System.out.printf(
          Locale.ROOT,
          "%s%s\t%s\t%d\t%.1f\t%.1f\t%.2f%n",
          MARK,
          peer,
          what,
          Parallel.threads(),
          median(them, rounds) / 1e3,
          median(us, rounds) / 1e3,
          median(ratios, rounds));
    }
  }

  private static Contestant contestant(String peer, Network network) {
    return switch (peer) {
      case "djl" -> new Djl(network);
      case "dl4j" -> new Dl4j(network);
      case "onnxruntime" -> new OnnxRuntime(network, Parallel.threads());
      default -> throw new IllegalArgumentException("No peer of the name " + peer);
    };
  }

  private void warmUp(Race.Task task, long nanos) {
    long end = PROCESS.getProcessCpuTime() + nanos;
    while (PROCESS.getProcessCpuTime() < end) {
      block(task);
    }
  }

  /** Runs for a while; the median nanoseconds a call. */
  private double block(Race.Task task) {
    double[] times = new double[1024];
    int count = 0;
    long end = System.nanoTime() + BLOCK_NANOS;
    do {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      long begin = clock.getAsLong();
      sink += task.run();
      times[count++] = clock.getAsLong() - begin;
    } while (System.nanoTime() < end);
    return median(times, count);
  }

  /** Of the first values, so many. */
  private static double median(double[] values, int count) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }
}
