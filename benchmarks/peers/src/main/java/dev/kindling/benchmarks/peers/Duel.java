package dev.kindling.benchmarks.peers;

import dev.kindling.benchmarks.Network;
import dev.kindling.benchmarks.Race;
import dev.kindling.nd.kernel.Parallel;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times one peer and Kindling in turns, in a process of their own: a block of ours, a block of theirs, and so on. Prints
 * one line for {@link Main} for each comparison.
 */
final class Duel {

  /** In front of what is meant for {@link Main}: native libraries write to standard output too. */
  static final String MARK = "duel\t";

  private static final int ROUNDS = 15;
  private static final long BLOCK_NANOS = 150_000_000;
  private static final long WARM_UP_NANOS = 4_000_000_000L;

  /** Until the peer's threads have stopped spinning. */
  private static final int PAUSE_MILLIS = 50;

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
      block(ours, WARM_UP_NANOS);
      block(theirs::run, WARM_UP_NANOS);
      double[] us = new double[ROUNDS];
      double[] them = new double[ROUNDS];
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        us[round] = block(ours, BLOCK_NANOS);
        them[round] = block(theirs::run, BLOCK_NANOS);
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

  /** Runs for so long; the median nanoseconds a call. */
  private double block(Race.Task task, long nanos) {
    double[] times = new double[1024];
    int count = 0;
    long end = System.nanoTime() + nanos;
    long before = System.nanoTime();
    while (before < end) {
      sink += task.run();
      long after = System.nanoTime();
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = after - before;
      before = after;
    }
    return median(Arrays.copyOf(times, count));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
