package dev.kindling.data;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.List;
import java.util.Objects;

/** Examples held in two tensors, one row each. */
public final class ArrayDataset implements Dataset {

  private final Tensor x;
  private final Tensor y;
  private final Shape inputShape;
  private final Shape targetShape;
  private final List<String> classNames;

  private ArrayDataset(Tensor x, Tensor y, List<String> classNames) {
    this.x = x;
    this.y = y;
    this.inputShape = x.shape().tail();
    this.targetShape = y.shape().tail();
    this.classNames = classNames;
  }

  /** As {@link #of(Tensor, Tensor, List)}, of classes without names or of no classes at all. */
  public static ArrayDataset of(Tensor x, Tensor y) {
    return of(x, y, List.of());
  }

  /**
   * Over the given tensors, which are shared and not copied.
   *
   * @param x inputs, {@code [n, inputShape...]}
   * @param y targets: {@code [n]} class indices or numbers, {@code [n, k]} one-hot or k numbers each
   * @param classNames the names of the classes, by index; empty for none
   * @throws ShapeException if x and y don't have the same number of rows
   */
  public static ArrayDataset of(Tensor x, Tensor y, List<String> classNames) {
    if (x.rank() == 0 || y.rank() == 0 || x.dim(0) != y.dim(0)) {
      throw ShapeException.of(
          "ArrayDataset", "as many rows in y as in x " + x.shape(), y.shape().toString(), "");
    }
    return new ArrayDataset(x, y, List.copyOf(classNames));
  }

  /** All inputs, {@code [n, inputShape...]}, shared. */
  public Tensor x() {
    return x;
  }

  /** All targets, {@code [n, targetShape...]}, shared. */
  public Tensor y() {
    return y;
  }

  @Override
  public int size() {
    return x.dim(0);
  }

  @Override
  public Shape inputShape() {
    return inputShape;
  }

  @Override
  public Shape targetShape() {
    return targetShape;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public void read(int index, Tensor toX, Tensor toY) {
    Objects.checkIndex(index, size());
    copyRow(x, index, inputShape, toX);
    copyRow(y, index, targetShape, toY);
  }

  private static void copyRow(Tensor from, int index, Shape shape, Tensor to) {
    if (!to.shape().equals(shape)) {
      throw ShapeException.of("Dataset.read", shape.toString(), to.shape().toString(), "");
    }
    int n = shape.size();
    System.arraycopy(from.data(), from.offset() + index * n, to.data(), to.offset(), n);
  }

  @Override
  public int[] labels() {
    return Views.labelsOf(y);
  }

  @Override
  public ArrayDataset inMemory() {
    return this;
  }
}
