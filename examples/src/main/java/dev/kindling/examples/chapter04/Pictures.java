package dev.kindling.examples.chapter04;

import dev.kindling.data.Dataset;
import dev.kindling.data.Mnist;
import dev.kindling.data.Split;
import dev.kindling.data.Standardizer;
import dev.kindling.examples.DataOptions;
import dev.kindling.examples.Photos;
import dev.kindling.nd.Shape;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What there is to learn from, [channels, height, width] with numbers from 0 to 1.
 *
 * @param train to learn from
 * @param test to measure on; the network never learns from it
 * @param name for people
 * @param kind what sort of pictures they are
 * @param epochs how often each should be seen, if nobody says otherwise: the fewer the more there are
 */
record Pictures(Dataset train, Dataset test, String name, Kind kind, int epochs) {

  /** A sort of pictures, which decides how they may be changed. */
  enum Kind {
    /** Clothes, 28×28 and gray. A shoe that looks to the other side is a shoe. */
    CLOTHES(true, 0.036, 0),
    /** Digits, 28×28 and gray: mirrored they would be no digits. */
    DIGITS(false, 0.07, 0),
    /** Photographs in colour, from a folder. */
    PHOTOGRAPHS(true, 0.125, 0.0625);

    /** Whether the mirrored picture is as good as the picture. */
    final boolean mirrored;

    /** How far a picture may be moved, as a share of its size. */
    final double shift;

    /** How far it is moved for further looks when it counts, as a share of its size; 0 for no such looks. */
    final double testShift;

    Kind(boolean mirrored, double shift, double testShift) {
      this.mirrored = mirrored;
      this.shift = shift;
      this.testShift = testShift;
    }
  }

  private static final String SHIPPED = "/dev/kindling/examples/fashion-mnist/";

  /** How the labels of Fashion-MNIST begin: its files are called as MNIST's. */
  private static final int[] CLOTHES = {9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9};

  /** The part of Fashion-MNIST that ships with the project: 10,000 to learn from, 2,000 to measure on. */
  static Pictures shipped() throws IOException {
    return new Pictures(
        shipped("train"), shipped("test"), "Fashion-MNIST, 12,000 that ship", Kind.CLOTHES, 8);
  }

  private static Dataset shipped(String part) throws IOException {
    try (InputStream images = resource(part + "-images-idx3-ubyte.gz");
        InputStream labels = resource(part + "-labels-idx1-ubyte.gz")) {
      return Mnist.read(images, labels, Mnist.FASHION, part);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = Pictures.class.getResourceAsStream(SHIPPED + name);
    if (in == null) {
      throw new FileNotFoundException(SHIPPED + name);
    }
    return in;
  }

  /** A folder with four IDX files: Fashion-MNIST's, MNIST's or others of ten classes, taken for digits. */
  static Pictures idx(Path folder) throws IOException {
    Split digits = Mnist.load(folder);
    int[] labels = digits.train().labels();
    if (Arrays.equals(Arrays.copyOf(labels, CLOTHES.length), CLOTHES)) {
      Split clothes = Mnist.loadFashion(folder);
      return new Pictures(clothes.train(), clothes.test(), folder.toString(), Kind.CLOTHES, 10);
    }
    return new Pictures(digits.train(), digits.test(), folder.toString(), Kind.DIGITS, 5);
  }

  /** A folder of photographs, brought to one size and cached. */
  static Pictures folder(DataOptions folders, int size, Path cache, long seed) throws IOException {
    Photos photos = Photos.folder(folders, size, cache, seed);
    return new Pictures(photos.train(), photos.test(), photos.name(), Kind.PHOTOGRAPHS, 26);
  }

  Shape shape() {
    return train.inputShape();
  }

  List<String> classes() {
    return train.classNames();
  }

  /** Each channel gets mean 0 and deviation 1 over the training pictures. */
  Standardizer standardizer() {
    return Standardizer.fit(train);
  }
}
