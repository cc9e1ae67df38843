package dev.kindling.examples;

import dev.kindling.data.Dataset;
import dev.kindling.data.RawDataset;
import dev.kindling.data.Split;
import dev.kindling.data.Standardizer;
import dev.kindling.data.format.Npy;
import dev.kindling.data.format.RawArray;
import dev.kindling.data.image.ImageFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Pictures of cats and dogs, or of any other classes, [3, size, size] with numbers from 0 to 1, and where they come from.
 *
 * @param train to learn from
 * @param test to measure on; the network never learns from it
 * @param name for people
 */
public record Photos(Dataset train, Dataset test, String name) {

  private static final String SHIPPED = "/dev/kindling/examples/cats-dogs/";
  private static final double TEST_SHARE = 0.2;

  /** The 1,000 cats and 1,000 dogs, 32×32, that ship with the project: 800 of each to learn from, 200 to measure. */
  public static Photos shipped() throws IOException {
    List<String> classes = List.of("cat", "dog");
    Dataset train = RawDataset.of(array("train-x.npy"), array("train-y.npy"), classes);
    Dataset test = RawDataset.of(array("test-x.npy"), array("test-y.npy"), classes);
    Standardizer bytes = Standardizer.scale(1 / 255f);
    return new Photos(train.map(bytes), test.map(bytes), "CIFAR-10 cats and dogs, 2,000 that ship");
  }

  /**
   * A folder of photographs, decoded and resized once and cached.
   *
   * @param cache the folder for the cache
   * @throws IllegalArgumentException if there is nothing to measure on, or it is of other classes
   */
  public static Photos folder(DataOptions folders, int size, Path cache, long seed)
      throws IOException {
    Path data = folders.data().orElseThrow();
    Dataset train = open(data, folders, size, cache);
    if (folders.test().isPresent()) {
      Path test = folders.test().get();
      Dataset measured = open(test, folders, size, cache);
      if (!measured.classNames().equals(train.classNames())) {
        throw new IllegalArgumentException(
            "--test must hold the classes of --data, "
                + train.classNames()
                + ", but '"
                + test
                + "' holds "
                + measured.classNames());
      }
      return new Photos(train, measured, data.toString());
    }
    Split split = train.stratifiedSplit(TEST_SHARE, seed);
    if (split.test().size() == 0) {
      throw new IllegalArgumentException(
          folders.limit().isPresent()
              ? "--limit "
                  + folders.limit().getAsInt()
                  + " leaves too few photographs to keep some back: raise it, or give --test DIR too"
              : "--data '"
                  + data
                  + "' holds too few photographs to keep some back: give --test DIR too");
    }
    return new Photos(split.train(), split.test(), data.toString());
  }

  private static Dataset open(Path folder, DataOptions folders, int size, Path cache)
      throws IOException {
    ImageFolder images = ImageFolder.open(folder, size);
    if (images.classNames().size() < 2) {
      throw new IllegalArgumentException(
          "'"
              + folder
              + "' holds only the class '"
              + images.classNames().get(0)
              + "': expected at least two, as a folder each, or as cat.1.jpg, dog.1.jpg");
    }
    if (folders.limit().isPresent()) {
      images = images.limitPerClass(folders.limit().getAsInt());
    }
    return images.cached(cache, Runtime.getRuntime().availableProcessors());
  }

  private static RawArray array(String name) throws IOException {
    try (InputStream in = Photos.class.getResourceAsStream(SHIPPED + name)) {
      if (in == null) {
        throw new FileNotFoundException(SHIPPED + name);
      }
      return Npy.read(in, name);
    }
  }
}
