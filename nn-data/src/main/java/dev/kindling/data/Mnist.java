package dev.kindling.data;

import dev.kindling.data.download.Download;
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
import java.util.Map;
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

  // The hashes that TensorFlow Datasets publishes for these files.
  private static final String DIGITS_AT = "https://storage.googleapis.com/cvdf-datasets/mnist/";
  private static final Map<String, String> DIGITS_FILES =
      Map.of(
          "train-images-idx3-ubyte.gz",
          "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
          "train-labels-idx1-ubyte.gz",
          "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
          "t10k-images-idx3-ubyte.gz",
          "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
          "t10k-labels-idx1-ubyte.gz",
          "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6");
  private static final String FASHION_AT =
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";
  private static final Map<String, String> FASHION_FILES =
      Map.of(
          "train-images-idx3-ubyte.gz",
          "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
          "train-labels-idx1-ubyte.gz",
          "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
          "t10k-images-idx3-ubyte.gz",
          "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
          "t10k-labels-idx1-ubyte.gz",
          "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5");

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

  /**
   * Downloads MNIST's four files, 12 MB, into a directory, and loads them; those that are there already are only checked.
   *
   * @param directory made if it isn't there; {@code Caches.directory().resolve("mnist")} is a good place
   * @throws dev.kindling.data.download.DownloadException if one can't be had
   * @throws IOException if one can't be written or read
   */
  public static Split download(Path directory) throws IOException {
    return download(DIGITS_AT, DIGITS_FILES, directory, DIGITS);
  }

  /** Downloads and loads Fashion-MNIST, 31 MB; see {@link #download(Path)}. */
  public static Split downloadFashion(Path directory) throws IOException {
    return download(FASHION_AT, FASHION_FILES, directory, FASHION);
  }

  private static Split download(
      String address, Map<String, String> files, Path directory, List<String> classes)
      throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Download.of(address + file.getKey(), file.getValue()).maxBytes(64 << 20).into(directory);
    }
    return load(directory, classes);
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
