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
  private static final long BLOCK_NANOS = 150_000_000;

  /** Processor time of this process, so that its compiler gets enough of it on a busy machine too. */
  private static final long WARM_UP_NANOS = 6_000_000_000L;

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

  /** The peer's name, then networks as in "784-128-64-10@64", with the batch. */
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
      warmUp(ours);
      warmUp(theirs::run);
      double[] us = new double[ROUNDS];
      double[] them = new double[ROUNDS];
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        us[round] = block(ours);
        them[round] = block(theirs::run);
        ratios[round] = them[round] / us[round];
        Thread.sleep(PAUSE_MILLIS);
      }
      System.out.printf(
          Locale.ROOT,
          "%s%s\t%s\t%d\t%.1f\t%.1f\t%.2f%n",
          MARK,
          peer,
          what,
          Parallel.threads(),
          median(them) / 1e3,
          median(us) / 1e3,
          median(ratios));
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

  private void warmUp(Race.Task task) {
    long end = PROCESS.getProcessCpuTime() + WARM_UP_NANOS;
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
    return median(Arrays.copyOf(times, count));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
