package dev.kindling.data;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Numbered examples, each an input and a target of fixed shapes, readable in any order and from several threads at
 * once. Everything else (views, shuffling, batches, augmentation) builds on {@link #read}.
 */
public interface Dataset {

  /** The number of examples. */
  int size();

  /** The shape of one input, as in {@code [3, 64, 64]}. */
  Shape inputShape();

  /** The shape of one target: {@code []} for a class index or a single number, {@code [k]} for k numbers. */
  Shape targetShape();

  /**
   * Reads one example.
   *
   * @param index 0 to {@link #size} - 1
   * @param x filled with the input, of {@link #inputShape}
   * @param y filled with the target, of {@link #targetShape}
   * @throws java.io.UncheckedIOException if it can't be read; the cause is a {@link
   *     dev.kindling.nd.DataFormatException} where the file isn't what it claims to be
   * @throws IndexOutOfBoundsException if there is no such example
   */
  void read(int index, Tensor x, Tensor y);

  /** The names of the classes, by index; empty if they have none. */
  default List<String> classNames() {
    return List.of();
  }

  /**
   * The class of every example: the target itself where it is a single whole number, the largest of several (one-hot).
   * This default reads all examples; datasets that know better do better.
   *
   * @throws IllegalArgumentException if the targets are no classes
   */
  default int[] labels() {
    return Views.readLabels(this);
  }

  // ---------------------------------------------------------------- views

  /**
   * A view of the given examples, in the given order; an index may come more than once.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  default Dataset subset(int... indices) {
    return new Views.Subset(this, indices.clone());
  }

  /**
   * A view of examples {@code from} (included) to {@code to} (excluded).
   *
   * @throws IndexOutOfBoundsException if they aren't all there
   */
  default Dataset slice(int from, int to) {
    Objects.checkFromToIndex(from, to, size());
    return new Views.Subset(this, Views.range(from, to));
  }

  /**
   * Two parts at random. The test part has {@code size × testFraction} examples, rounded; both keep the order that the
   * examples have here.
   *
   * @param testFraction the share of the test part, between 0 and 1
   * @param seed which random split
   * @throws IllegalArgumentException if the fraction isn't between 0 and 1
   */
  default Split split(double testFraction, long seed) {
    return Views.split(this, new int[size()], testFraction, seed);
  }

  /**
   * Two parts at random with the same mixture of classes: every class gives {@code testFraction} of its examples,
   * rounded, to the test part.
   *
   * @param testFraction the share of the test part, between 0 and 1
   * @param seed which random split
   * @throws IllegalArgumentException if the fraction isn't between 0 and 1, or the targets are no classes
   */
  default Split stratifiedSplit(double testFraction, long seed) {
    return Views.split(this, labels(), testFraction, seed);
  }

  /**
   * A view whose inputs go through a transform, each time they are read. Example i always gets the stream of seed i;
   * for augmentation that changes from epoch to epoch see {@link DataLoader#augment}.
   */
  default Dataset map(Transform transform) {
    return new Views.Mapped(this, transform);
  }

  /**
   * A view of this dataset followed by others.
   *
   * @throws dev.kindling.nd.ShapeException if their shapes differ from this one's
   */
  default Dataset concat(Dataset... others) {
    Dataset[] all = new Dataset[others.length + 1];
    all[0] = this;
    System.arraycopy(others, 0, all, 1, others.length);
    return new Views.Concat(all);
  }

  /**
   * A view whose targets, class indices here, are one-hot: {@code [classes]} zeros with a one at the class.
   *
   * @throws dev.kindling.nd.ShapeException if the targets aren't single numbers
   */
  default Dataset oneHot(int classes) {
    return new Views.OneHot(this, classes);
  }

  /** Everything, read into arrays: for data that fit into memory and are slow to read. */
  default ArrayDataset inMemory() {
    int n = size();
    Tensor x = Tensor.zeros(inputShape().prepend(n));
    Tensor y = Tensor.zeros(targetShape().prepend(n));
    for (int i = 0; i < n; i++) {
      read(i, x.row(i), y.row(i));
    }
    return ArrayDataset.of(x, y, classNames());
  }

  /** How many examples each class has, by index; at least as long as {@link #classNames}. */
  default int[] classCounts() {
    int[] labels = labels();
    int classes = Math.max(classNames().size(), Arrays.stream(labels).max().orElse(-1) + 1);
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  // ---------------------------------------------------------------- batches

  /**
   * A loader of mini-batches, in order and without augmentation; its methods change that.
   *
   * @throws IllegalArgumentException if the batch size is below 1
   */
  default DataLoader loader(int batchSize) {
    return DataLoader.of(this, batchSize);
  }
}
