package dev.kindling.data;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** The views behind {@link Dataset}'s default methods. */
final class Views {

  private Views() {}

  /** A view that passes everything through; the others override what they change. */
  private abstract static class View implements Dataset {
    final Dataset source;

    View(Dataset source) {
      this.source = source;
    }

    @Override
    public int size() {
      return source.size();
    }

    @Override
    public Shape inputShape() {
      return source.inputShape();
    }

    @Override
    public Shape targetShape() {
      return source.targetShape();
    }

    @Override
    public void read(int index, Tensor x, Tensor y) {
      source.read(index, x, y);
    }

    @Override
    public List<String> classNames() {
      return source.classNames();
    }

    @Override
    public int[] labels() {
      return source.labels();
    }
  }

  /** Chosen examples in a chosen order. */
  static final class Subset extends View {
    private final int[] indices;

    Subset(Dataset source, int[] indices) {
      super(source);
      for (int index : indices) {
        Objects.checkIndex(index, source.size());
      }
      this.indices = indices;
    }

    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public void read(int index, Tensor x, Tensor y) {
      source.read(indices[index], x, y);
    }

    @Override
    public int[] labels() {
      int[] all = source.labels();
      int[] chosen = new int[indices.length];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = all[indices[i]];
      }
      return chosen;
    }
  }

  /** Inputs changed on their way. */
  static final class Mapped extends View {
    private final Transform transform;

    Mapped(Dataset source, Transform transform) {
      super(source);
      this.transform = transform;
    }

    @Override
    public void read(int index, Tensor x, Tensor y) {
      source.read(index, x, y);
      transform.apply(x, Rng.seeded(index));
    }
  }

  /** Class indices as one-hot vectors. */
  static final class OneHot extends View {
    private final Shape shape;

    OneHot(Dataset source, int classes) {
      super(source);
      if (source.targetShape().rank() != 0) {
        throw ShapeException.of(
            "oneHot",
            "a class index [] as target",
            source.targetShape().toString(),
            "Already one-hot?");
      }
      this.shape = Shape.of(classes);
    }

    @Override
    public Shape targetShape() {
      return shape;
    }

    @Override
    public void read(int index, Tensor x, Tensor y) {
      if (!y.shape().equals(shape)) {
        throw ShapeException.of("Dataset.read", shape.toString(), y.shape().toString(), "");
      }
      // The class index lands in the first element, which is overwritten.
      Tensor first = Tensor.view(y.data(), y.offset(), Shape.of());
      source.read(index, x, first);
      int label = labelOf(first.item());
      if (label >= shape.size()) {
        throw new IllegalArgumentException(
            "oneHot: classes must be more than the largest class index, got "
                + shape.size()
                + " and index "
                + label
                + " in example "
                + index);
      }
      y.fill(0);
      y.data()[y.offset() + label] = 1;
    }
  }

  /** One dataset after the other. */
  static final class Concat extends View {
    private final Dataset[] parts;
    private final int[] ends;

    Concat(Dataset[] parts) {
      super(parts[0]);
      this.parts = parts;
      this.ends = new int[parts.length];
      int end = 0;
      for (int i = 0; i < parts.length; i++) {
        Dataset part = parts[i];
        if (!part.inputShape().equals(source.inputShape())
            || !part.targetShape().equals(source.targetShape())) {
          throw ShapeException.of(
              "concat",
              source.inputShape() + " → " + source.targetShape(),
              part.inputShape() + " → " + part.targetShape() + " in part " + i,
              "");
        }
        end = Math.addExact(end, part.size());
        ends[i] = end;
      }
    }

    @Override
    public int size() {
      return ends[ends.length - 1];
    }

    @Override
    public void read(int index, Tensor x, Tensor y) {
      Objects.checkIndex(index, size());
      int part = 0;
      while (index >= ends[part]) {
        part++;
      }
      parts[part].read(part == 0 ? index : index - ends[part - 1], x, y);
    }

    @Override
    public int[] labels() {
      int[] all = new int[size()];
      for (int i = 0; i < parts.length; i++) {
        int[] labels = parts[i].labels();
        System.arraycopy(labels, 0, all, ends[i] - labels.length, labels.length);
      }
      return all;
    }
  }

  // ---------------------------------------------------------------- splits and labels

  static int[] range(int from, int to) {
    int[] range = new int[to - from];
    for (int i = 0; i < range.length; i++) {
      range[i] = from + i;
    }
    return range;
  }

  /** Takes the same share of every group at random. */
  static Split split(Dataset data, int[] groups, double testFraction, long seed) {
    if (!(testFraction >= 0 && testFraction <= 1)) {
      throw new IllegalArgumentException(
          "testFraction must be between 0 and 1, got " + testFraction);
    }
    int[] counts = new int[Arrays.stream(groups).max().orElse(0) + 1];
    for (int group : groups) {
      counts[group]++;
    }
    int[] wanted = new int[counts.length];
    for (int g = 0; g < counts.length; g++) {
      wanted[g] = (int) Math.round(counts[g] * testFraction);
    }
    boolean[] test = new boolean[groups.length];
    int taken = 0;
    for (int i : Rng.seeded(seed).permutation(groups.length)) {
      if (wanted[groups[i]] > 0) {
        wanted[groups[i]]--;
        test[i] = true;
        taken++;
      }
    }
    int[] testIndices = new int[taken];
    int[] trainIndices = new int[groups.length - taken];
    for (int i = 0, a = 0, b = 0; i < groups.length; i++) {
      if (test[i]) {
        testIndices[a++] = i;
      } else {
        trainIndices[b++] = i;
      }
    }
    return new Split(new Subset(data, trainIndices), new Subset(data, testIndices));
  }

  /** As many indices as there are labels, every class as often, in random order. */
  static int[] balanced(int[] labels, Rng rng) {
    int n = labels.length;
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    int[][] members = new int[classes][];
    for (int c = 0; c < classes; c++) {
      int label = c;
      members[c] = IntStream.range(0, n).filter(i -> labels[i] == label).toArray();
    }
    int[] present = IntStream.range(0, classes).filter(c -> members[c].length > 0).toArray();
    rng.shuffle(present); // chance, too, decides which classes come once more
    int[] chosen = new int[n];
    for (int i = 0; i < n; i++) {
      int[] own = members[present[i % present.length]];
      int turn = i / present.length % own.length;
      if (turn == 0) {
        rng.shuffle(own);
      }
      chosen[i] = own[turn];
    }
    rng.shuffle(chosen);
    return chosen;
  }

  static int[] readLabels(Dataset data) {
    int n = data.size();
    Tensor x = Tensor.zeros(data.inputShape());
    Tensor y = Tensor.zeros(data.targetShape().prepend(n));
    for (int i = 0; i < n; i++) {
      data.read(i, x, y.row(i));
    }
    return labelsOf(y);
  }

  /** The class of each row of targets, {@code [n]} or {@code [n, k]}. */
  static int[] labelsOf(Tensor y) {
    int n = y.dim(0);
    int k = n == 0 ? 1 : y.size() / n;
    int[] labels = new int[n];
    float[] d = y.data();
    for (int i = 0, p = y.offset(); i < n; i++, p += k) {
      if (y.rank() == 1) {
        labels[i] = labelOf(d[p]);
      } else {
        for (int j = 1; j < k; j++) {
          labels[i] = d[p + j] > d[p + labels[i]] ? j : labels[i];
        }
      }
    }
    return labels;
  }

  private static int labelOf(float target) {
    int label = (int) target;
    if (label != target || label < 0) {
      throw new IllegalArgumentException(
          "The targets are no classes: a class index is a whole number from 0, got " + target);
    }
    return label;
  }
}
