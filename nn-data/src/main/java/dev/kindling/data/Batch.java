package dev.kindling.data;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/**
 * A mini-batch: inputs and targets of some examples, stacked along a first axis. A loader uses the same batch again and
 * again: its contents are valid until the next call of {@link Batches#next}.
 */
public final class Batch {

  private final Tensor x;
  private final Tensor y;
  private final int[] indices;

  /**
   * A batch over the given tensors, which are not copied.
   *
   * @param x inputs, {@code [n, inputShape...]}
   * @param y targets, {@code [n, targetShape...]}
   * @param indices which examples of the dataset these are, n numbers
   * @throws ShapeException if the three don't agree on n
   */
  public Batch(Tensor x, Tensor y, int[] indices) {
    if (x.rank() == 0
        || y.rank() == 0
        || x.dim(0) != indices.length
        || y.dim(0) != indices.length) {
      throw ShapeException.of(
          "Batch",
          "a first axis of " + indices.length,
          "x " + x.shape() + " and y " + y.shape(),
          "");
    }
    this.x = x;
    this.y = y;
    this.indices = indices;
  }

  /** The inputs, {@code [n, inputShape...]}. */
  public Tensor x() {
    return x;
  }

  /** The targets, {@code [n, targetShape...]}. */
  public Tensor y() {
    return y;
  }

  /** The number of examples, n. */
  public int size() {
    return indices.length;
  }

  /** Which examples of the dataset these are, n numbers; shared with the loader, not to be changed. */
  public int[] indices() {
    return indices;
  }
}
