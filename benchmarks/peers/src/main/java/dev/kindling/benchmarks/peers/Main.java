package dev.kindling.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./bench --peers [djl|dl4j|onnxruntime] [NETWORK ...]}: every peer in a process of its own, with one thread and
 * with two, and a table of what they take and what Kindling takes in the same process.
 */
final class Main {

  private static final List<String> PEERS = List.of("djl", "dl4j", "onnxruntime");
  private static final List<String> TRAINED =
      List.of(
          "2-4-1@400",
          "784-128-64-10@64",
          "12288-256-64-1@64",
          "LeNet-5@64",
          "CNN-32-64-128@32",
          "ResNet-8@64");
  private static final List<String> PREDICTED =
      List.of(
          "784-128-64-10@1",
          "784-128-64-10@64",
          "LeNet-5@1",
          "LeNet-5@64",
          "CNN-32-64-128@1",
          "CNN-32-64-128@64");
  private static final String LINE = "| %-25s | %-14s | %7s | %9s | %12s | %6s |%n";

  private Main() {}

  /** Runs them all, or the peers and networks that are named. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> names = List.of(args);
    for (String name : names) {
      if (!PEERS.contains(name) && of(TRAINED, name).isEmpty()) {
        System.err.printf(
            "No peer or network is called '%s'. Peers: %s. Networks: %s.%n",
            name, String.join(", ", PEERS), String.join(", ", TRAINED).replaceAll("@\\d+", ""));
        System.exit(1);
      }
    }
    List<String> peers = PEERS.stream().filter(names::contains).toList();
    List<String> networks = names.stream().filter(name -> !PEERS.contains(name)).toList();
    System.out.printf(LINE, "what, batch", "peer", "threads", "peer, µs", "Kindling, µs", "ratio");
    System.out.println("| --- | --- | ---: | ---: | ---: | ---: |");
    for (String peer : peers.isEmpty() ? PEERS : peers) {
      List<String> all = peer.equals("onnxruntime") ? PREDICTED : TRAINED;
      List<String> chosen =
          networks.isEmpty() ? all : networks.stream().flatMap(n -> of(all, n).stream()).toList();
      for (int threads : chosen.isEmpty() ? new int[0] : new int[] {1, 2}) {
        duel(peer, threads, chosen).forEach(Main::print);
      }
    }
  }

  /** Those with this network, whatever their batch. */
  private static List<String> of(List<String> duels, String network) {
    return duels.stream().filter(duel -> duel.startsWith(network + "@")).toList();
  }

  private static void print(String[] row) {
    String[] network = row[1].split("@");
    String verb = row[0].equals("onnxruntime") ? "predict " : "train ";
    System.out.printf(
        LINE, verb + network[0] + ", " + network[1], title(row[0]), row[2], row[3], row[4], row[5]);
  }

  private static String title(String peer) {
    return switch (peer) {
      case "djl" -> "DJL, libtorch";
      case "dl4j" -> "Deeplearning4j";
      default -> "ONNX Runtime";
    };
  }

  private static List<String[]> duel(String peer, int threads, List<String> networks)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-modules");
    command.add("jdk.incubator.vector");
    command.add("-Dkindling.threads=" + threads);
    command.add("-Dai.djl.offline=true");
    command.add(Duel.class.getName());
    command.add(peer);
    command.addAll(networks);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // Not as an option: ONNX Runtime 1.29 crashes in processes whose command line is longer than 4
    // KB.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    for (String variable : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")) {
      builder.environment().put(variable, String.valueOf(threads));
    }
    Process process = builder.start();
    List<String[]> rows = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith(Duel.MARK)) {
          rows.add(line.substring(Duel.MARK.length()).split("\t"));
        }
      }
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException(peer + " ended with " + process.exitValue());
    }
    return rows;
  }
}
