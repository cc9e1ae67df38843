package dev.kindling.nd;

import java.util.Arrays;

/**
 * The sizes of a tensor's axes, outermost first. Immutable. Every axis is at least 0 and the product fits an int.
 *
 * <p>Layers speak of shapes without the batch axis: {@code [3, 64, 64]} for an image.
 */
public final class Shape {

  private static final Shape SCALAR = new Shape(new int[0], 1);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims, int size) {
    this.dims = dims;
    this.size = size;
  }

  /**
   * A shape with these axes; none for a scalar.
   *
   * @throws ShapeException if an axis is negative or there are more elements than a Java array can hold
   */
  public static Shape of(int... dims) {
    if (dims.length == 0) {
      return SCALAR;
    }
    int[] copy = dims.clone();
    boolean empty = false;
    for (int dim : copy) {
      if (dim < 0) {
        throw new ShapeException("Shape " + Arrays.toString(copy) + " has a negative axis");
      }
      empty |= dim == 0;
    }
    long size = empty ? 0 : 1;
    for (int dim : copy) {
      size *= dim;
      if (size > Integer.MAX_VALUE - 8) {
        throw new ShapeException(
            "Shape " + Arrays.toString(copy) + " has more elements than a Java array can hold");
      }
    }
    return new Shape(copy, (int) size);
  }

  /** The number of axes; 0 for a scalar. */
  public int rank() {
    return dims.length;
  }

  /**
   * The size of one axis; negative axes count from the end, -1 is the last.
   *
   * @throws ShapeException if there is no such axis
   */
  public int dim(int axis) {
    int i = axis < 0 ? axis + dims.length : axis;
    if (i < 0 || i >= dims.length) {
      throw new ShapeException("Shape " + this + " has no axis " + axis);
    }
    return dims[i];
  }

  /** The number of elements: the product of all axes. */
  public int size() {
    return size;
  }

  /** The axes, as a copy. */
  public int[] dims() {
    return dims.clone();
  }

  /** This shape with one more axis in front: an example's shape becomes a batch's. */
  public Shape prepend(int dim) {
    int[] more = new int[dims.length + 1];
    more[0] = dim;
    System.arraycopy(dims, 0, more, 1, dims.length);
    return of(more);
  }

  /**
   * This shape without its first axis: a batch's shape becomes an example's.
   *
   * @throws ShapeException for a scalar
   */
  public Shape tail() {
    if (dims.length == 0) {
      throw new ShapeException("A scalar has no axis to drop");
    }
    return of(Arrays.copyOfRange(dims, 1, dims.length));
  }

  /** Whether this is {@code [batch]} followed by the axes of {@code example}; allocates nothing. */
  public boolean isBatch(int batch, Shape example) {
    if (dims.length != example.dims.length + 1 || dims[0] != batch) {
      return false;
    }
    return isBatchOf(example);
  }

  /** Whether this is any batch axis followed by the axes of {@code example}; allocates nothing. */
  public boolean isBatchOf(Shape example) {
    return dims.length == example.dims.length + 1
        && Arrays.equals(dims, 1, dims.length, example.dims, 0, example.dims.length);
  }

  @Override
  public boolean equals(Object o) {
    return this == o || (o instanceof Shape other && Arrays.equals(dims, other.dims));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As in {@code [64, 784]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
