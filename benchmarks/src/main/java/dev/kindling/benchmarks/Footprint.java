package dev.kindling.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What the library takes before it runs: space, and the wait for the first answer. */
final class Footprint {

  private static final int STARTS = 10;

  private Footprint() {}

  // ---------------------------------------------------------------- space

  /** Megabytes of the jars that a program with the library's training has on its class path. */
  static double megabytes() {
    long sum = 0;
    for (Path entry : library()) {
      sum += Files.isDirectory(entry) ? zipped(entry) : size(entry);
    }
    return sum / 1e6;
  }

  /** The class path without what only the benchmarks need. */
  private static List<Path> library() {
    List<Path> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.matches(".*(jmh-|jopt-simple|commons-math3|slf4j-nop|/benchmarks/).*")) {
        entries.add(Path.of(entry));
      }
    }
    return entries;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The size of a jar of these files. */
  private static long zipped(Path directory) {
    long[] size = {0};
    OutputStream count =
        new OutputStream() {
          @Override
          public void write(int b) {
            size[0]++;
          }

          @Override
          public void write(byte[] b, int offset, int length) {
            size[0] += length;
          }
        };
    try (ZipOutputStream zip = new ZipOutputStream(count);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
        Files.copy(file, zip);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return size[0];
  }

  // ---------------------------------------------------------------- waiting

  /** Milliseconds from the start of a JVM to its first prediction: the median of {@value #STARTS}. */
  static double startMillis(boolean simd) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (simd) {
      command.add("--add-modules");
      command.add("jdk.incubator.vector");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(FirstPrediction.class.getName());
    double[] millis = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      millis[i] = start(command);
    }
    Arrays.sort(millis);
    return (millis[STARTS / 2 - 1] + millis[STARTS / 2]) / 2;
  }

  private static double start(List<String> command) {
    try {
      long begin = System.nanoTime();
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      int answer = process.getInputStream().read();
      double millis = (System.nanoTime() - begin) / 1e6;
      if (process.waitFor() != 0 || answer < 0) {
        throw new IllegalStateException("No prediction came from " + command);
      }
      return millis;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
