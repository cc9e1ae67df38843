package dev.kindling.data;

import dev.kindling.data.format.Npy;
import dev.kindling.data.format.RawArray;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Examples in two arrays as files hold them, one row each, converted when they are read: bytes stay bytes, and of
 * mapped files only what is used is in memory.
 */
public final class RawDataset implements Dataset {

  private final RawArray x;
  private final Tensor y;
  private final Shape inputShape;
  private final Shape targetShape;
  private final List<String> classNames;

  private RawDataset(RawArray x, Tensor y, List<String> classNames) {
    this.x = x;
    this.y = y;
    this.inputShape = rowShape(x);
    this.targetShape = y.shape().tail();
    this.classNames = classNames;
  }

  /**
   * Over the given arrays.
   *
   * @param x inputs, {@code [n, inputShape...]}
   * @param y targets, {@code [n]} or {@code [n, k]}
   * @param classNames the names of the classes, by index; empty for none
   * @throws ShapeException if x and y don't have the same number of rows
   */
  public static RawDataset of(RawArray x, RawArray y, List<String> classNames) {
    int[] xs = x.dims();
    int[] ys = y.dims();
    if (xs.length == 0 || ys.length == 0 || xs[0] != ys[0]) {
      throw ShapeException.of("RawDataset", "as many rows in y as in x " + x, y.toString(), "");
    }
    return new RawDataset(x, y.toTensor(), List.copyOf(classNames));
  }

  /**
   * Over two {@code .npy} files, the inputs mapped.
   *
   * @throws dev.kindling.nd.DataFormatException if one is no such file
   * @throws IOException if one can't be read
   * @throws ShapeException if they don't have the same number of rows
   */
  public static RawDataset map(Path x, Path y) throws IOException {
    return of(Npy.map(x), Npy.read(y), List.of());
  }

  private static Shape rowShape(RawArray x) {
    int[] dims = x.dims();
    int[] row = new int[dims.length - 1];
    System.arraycopy(dims, 1, row, 0, row.length);
    return Shape.of(row);
  }

  @Override
  public int size() {
    return y.dim(0);
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
    x.row(index, toX);
    int n = targetShape.size();
    System.arraycopy(y.data(), y.offset() + index * n, toY.data(), toY.offset(), n);
  }

  @Override
  public int[] labels() {
    return Views.labelsOf(y);
  }
}
