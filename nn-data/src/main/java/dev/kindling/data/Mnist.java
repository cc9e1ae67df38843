package dev.kindling.data;

import dev.kindling.data.format.Idx;
import dev.kindling.data.format.RawArray;
import dev.kindling.nd.DataFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sets that come as MNIST's four IDX files: MNIST (LeCun, Cortes, Burges, 1998), Fashion-MNIST (Xiao, Rasul,
 * Vollgraf, 2017) and others of their shape. Images are {@code [1, height, width]} with numbers from 0 to 1.
 */
public final class Mnist {

  /** What Fashion-MNIST's classes are called. */
  public static final List<String> FASHION =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private static final List<String> DIGITS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private Mnist() {}

  /**
   * MNIST from a directory with {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code
   * t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, each with {@code .gz} or without; {@code test-} is as
   * good as {@code t10k-}.
   *
   * @throws DataFormatException if a file is missing, or isn't what it claims to be
   * @throws IOException if one can't be read
   */
  public static Split load(Path directory) throws IOException {
    return load(directory, DIGITS);
  }

  /** Fashion-MNIST, from files of the same names; see {@link #load(Path)}. */
  public static Split loadFashion(Path directory) throws IOException {
    return load(directory, FASHION);
  }

  private static Split load(Path directory, List<String> classes) throws IOException {
    Dataset train =
        of(
            Idx.read(find(directory, "images-idx3-ubyte", "train-")),
            Idx.read(find(directory, "labels-idx1-ubyte", "train-")),
            classes,
            directory.toString());
    Dataset test =
        of(
            Idx.read(find(directory, "images-idx3-ubyte", "t10k-", "test-")),
            Idx.read(find(directory, "labels-idx1-ubyte", "t10k-", "test-")),
            classes,
            directory.toString());
    return new Split(train, test);
  }

  private static Path find(Path directory, String name, String... prefixes) throws IOException {
    for (String prefix : prefixes) {
      for (String suffix : new String[] {"", ".gz"}) {
        Path file = directory.resolve(prefix + name + suffix);
        if (Files.isRegularFile(file)) {
          return file;
        }
      }
    }
    throw new DataFormatException(
        directory.toString(), -1, "expected a file " + prefixes[0] + name + " or .gz, found none");
  }

  /**
   * One part of such a set, from streams of IDX data, compressed or not.
   *
   * @param classes the names of the classes, by index
   * @param name what to call the source in errors
   * @throws DataFormatException if they aren't as many images as labels
   * @throws IOException if one can't be read
   */
  public static Dataset read(
      InputStream images, InputStream labels, List<String> classes, String name)
      throws IOException {
    byte[] x = images.readAllBytes();
    byte[] y = labels.readAllBytes();
    return of(
        Idx.read(new ByteArrayInputStream(x), x.length, name + " images"),
        Idx.read(new ByteArrayInputStream(y), y.length, name + " labels"),
        classes,
        name);
  }

  private static Dataset of(RawArray images, RawArray labels, List<String> classes, String name)
      throws DataFormatException {
    int[] dims = images.dims();
    if (dims.length != 3 || labels.dims().length != 1 || labels.dims()[0] != dims[0]) {
      throw new DataFormatException(
          name,
          -1,
          "expected images [n, height, width] and labels [n], found " + images + " and " + labels);
    }
    double most = Arrays.stream(labels.toDoubles()).max().orElse(0);
    if (most >= classes.size()) {
      throw new DataFormatException(
          name, -1, "expected labels below " + classes.size() + ", found " + most);
    }
    return RawDataset.of(images.reshape(dims[0], 1, dims[1], dims[2]), labels, classes)
        .map(Standardizer.scale(1 / 255f));
  }
}
