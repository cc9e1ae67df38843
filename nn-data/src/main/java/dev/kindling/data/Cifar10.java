package dev.kindling.data;

import dev.kindling.data.format.Cifar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CIFAR-10 (Krizhevsky, 2009): 60,000 images {@code [3, 32, 32]} of ten kinds of things, numbers from 0 to 1, from the
 * binary version's files.
 */
public final class Cifar10 {

  /** What the classes are called. */
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Cifar10() {}

  /**
   * Loads it from a directory with {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin}.
   *
   * @throws dev.kindling.nd.DataFormatException if a file isn't what it claims to be
   * @throws IOException if one is missing or can't be read
   */
  public static Split load(Path directory) throws IOException {
    List<Path> batches =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> directory.resolve("data_batch_" + i + ".bin"))
            .toList();
    return new Split(
        of(Cifar.read10(batches)), of(Cifar.read10(List.of(directory.resolve("test_batch.bin")))));
  }

  private static Dataset of(Cifar.Records records) {
    return RawDataset.of(records.images(), records.labels(), CLASSES)
        .map(Standardizer.scale(1 / 255f));
  }
}
