package dev.kindling.nd;

import java.util.Arrays;
import java.util.Locale;

/**
 * Float32 numbers in row-major order: an array, an offset into it, and a shape. The elements are always contiguous, so
 * element {@code [i, j]} of a matrix is {@code data()[offset() + i * dim(1) + j]}, and operations run over plain
 * arrays.
 *
 * <p>{@link #reshape} and {@link #rows} give views: tensors over the same array. A tensor doesn't lock anything; share
 * it between threads only for reading.
 */
public final class Tensor {

  private final float[] data;
  private final int offset;
  private final Shape shape;

  private Tensor(float[] data, int offset, Shape shape) {
    this.data = data;
    this.offset = offset;
    this.shape = shape;
  }

  // ---------------------------------------------------------------- making one

  /** All zeros. */
  public static Tensor zeros(int... dims) {
    return zeros(Shape.of(dims));
  }

  /** All zeros. */
  public static Tensor zeros(Shape shape) {
    return new Tensor(new float[shape.size()], 0, shape);
  }

  /** Every element the same. */
  public static Tensor full(float value, int... dims) {
    Tensor t = zeros(dims);
    Arrays.fill(t.data, value);
    return t;
  }

  /** A scalar: no axes, one element. */
  public static Tensor scalar(float value) {
    return new Tensor(new float[] {value}, 0, Shape.of());
  }

  /**
   * Over the given array, which is shared and not copied.
   *
   * @throws ShapeException if the array's length isn't the product of dims
   */
  public static Tensor of(float[] data, int... dims) {
    Shape shape = Shape.of(dims);
    if (shape.size() != data.length) {
      throw ShapeException.of(
          "Tensor.of",
          shape.size() + " elements for shape " + shape,
          "an array of " + data.length,
          "");
    }
    return new Tensor(data, 0, shape);
  }

  /**
   * Over a part of the given array, which is shared and not copied.
   *
   * @throws ShapeException if the array ends before the tensor does
   */
  public static Tensor view(float[] data, int offset, Shape shape) {
    if (offset < 0 || offset > data.length - shape.size()) {
      throw ShapeException.of(
          "Tensor.view",
          "offset " + offset + " + " + shape.size() + " elements within the array",
          "an array of " + data.length,
          "");
    }
    return new Tensor(data, offset, shape);
  }

  /**
   * A matrix from rows of equal length, copied.
   *
   * @throws ShapeException if the rows differ in length
   */
  public static Tensor matrix(float[][] rows) {
    int cols = rows.length == 0 ? 0 : rows[0].length;
    Tensor t = zeros(rows.length, cols);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != cols) {
        throw ShapeException.of(
            "Tensor.matrix", "rows of " + cols + " elements", rows[i].length + " in row " + i, "");
      }
      System.arraycopy(rows[i], 0, t.data, i * cols, cols);
    }
    return t;
  }

  // ---------------------------------------------------------------- looking at it

  /** The array that holds the elements, shared with all views of it; they begin at {@link #offset}. */
  public float[] data() {
    return data;
  }

  /** Where the first element is in {@link #data}. */
  public int offset() {
    return offset;
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return shape;
  }

  /** The number of axes. */
  public int rank() {
    return shape.rank();
  }

  /** The size of one axis; -1 is the last. */
  public int dim(int axis) {
    return shape.dim(axis);
  }

  /** The number of elements. */
  public int size() {
    return shape.size();
  }

  /**
   * One element. For looking and for tests; loops run over {@link #data}.
   *
   * @throws ShapeException if the number of indices isn't the rank, or one is out of its axis
   */
  public float get(int... index) {
    return data[position(index)];
  }

  /** Sets one element; see {@link #get}. */
  public void set(float value, int... index) {
    data[position(index)] = value;
  }

  /**
   * The only element.
   *
   * @throws ShapeException if there isn't exactly one
   */
  public float item() {
    if (size() != 1) {
      throw ShapeException.of("Tensor.item", "exactly one element", "shape " + shape, "");
    }
    return data[offset];
  }

  /** The elements in order, as a new array. */
  public float[] toArray() {
    return Arrays.copyOfRange(data, offset, offset + size());
  }

  private int position(int... index) {
    if (index.length != rank()) {
      throw ShapeException.of(
          "Tensor.get", rank() + " indices for shape " + shape, "" + index.length, "");
    }
    int p = 0;
    for (int axis = 0; axis < index.length; axis++) {
      int i = index[axis];
      int dim = shape.dim(axis);
      if (i < 0 || i >= dim) {
        throw ShapeException.of(
            "Tensor.get", "0 to " + (dim - 1) + " on axis " + axis + " of " + shape, "" + i, "");
      }
      p = p * dim + i;
    }
    return offset + p;
  }

  // ---------------------------------------------------------------- views and copies

  /**
   * The same elements under another shape, not copied. One axis may be -1: it becomes what is left.
   *
   * @throws ShapeException if the number of elements differs
   */
  public Tensor reshape(int... dims) {
    int[] full = dims.clone();
    int open = -1;
    long known = 1;
    for (int i = 0; i < full.length; i++) {
      if (full[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= full[i];
      }
    }
    if (open >= 0 && known > 0 && size() % known == 0) {
      full[open] = (int) (size() / known);
    } else if (open >= 0) {
      throw ShapeException.of(
          "reshape",
          "a shape with " + size() + " elements, as " + shape + " has",
          Arrays.toString(dims),
          "");
    }
    return reshape(Shape.of(full));
  }

  /**
   * The same elements under another shape, not copied.
   *
   * @throws ShapeException if the number of elements differs
   */
  public Tensor reshape(Shape to) {
    if (to.equals(shape)) {
      return this;
    }
    if (to.size() != size()) {
      throw ShapeException.of(
          "reshape",
          "a shape with " + size() + " elements, as " + shape + " has",
          to.toString(),
          "");
    }
    return new Tensor(data, offset, to);
  }

  /**
   * Rows {@code from} (included) to {@code to} (excluded) of the first axis, not copied.
   *
   * @throws ShapeException if they aren't within the first axis
   */
  public Tensor rows(int from, int to) {
    if (rank() == 0 || from < 0 || to < from || to > dim(0)) {
      throw ShapeException.of(
          "rows", "a range within the first axis of " + shape, from + " to " + to, "");
    }
    Shape tail = shape.tail();
    return new Tensor(data, offset + from * tail.size(), tail.prepend(to - from));
  }

  /** Row i of the first axis, without that axis, not copied. */
  public Tensor row(int i) {
    return rows(i, i + 1).reshape(shape.tail());
  }

  /** A tensor of its own with the same elements. */
  public Tensor copy() {
    return new Tensor(toArray(), 0, shape);
  }

  /**
   * Takes over the elements of another tensor of equal shape.
   *
   * @throws ShapeException if the shapes differ
   */
  public Tensor copyFrom(Tensor source) {
    if (!shape.equals(source.shape)) {
      throw ShapeException.of("copyFrom", shape.toString(), source.shape.toString(), "");
    }
    System.arraycopy(source.data, source.offset, data, offset, size());
    return this;
  }

  /** Sets every element. */
  public Tensor fill(float value) {
    Arrays.fill(data, offset, offset + size(), value);
    return this;
  }

  /** Whether every element is neither NaN nor infinite. */
  public boolean isFinite() {
    for (int i = offset; i < offset + size(); i++) {
      if (!Float.isFinite(data[i])) {
        return false;
      }
    }
    return true;
  }

  // ---------------------------------------------------------------- for people

  /** The shape and the elements, in NumPy's layout; long axes are shortened to their first and last three. */
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder("Tensor").append(shape).append(' ');
    if (rank() == 0) {
      return s.append(format(data[offset])).toString();
    }
    append(s, 0, offset, size(), rank() > 1 ? "\n " : "");
    return s.toString();
  }

  private void append(StringBuilder s, int axis, int start, int span, String indent) {
    int dim = shape.dim(axis);
    int step = dim == 0 ? 0 : span / dim;
    boolean last = axis == rank() - 1;
    s.append(axis == 0 && !indent.isEmpty() ? "\n[" : "[");
    for (int i = 0; i < dim; i++) {
      if (i > 0) {
        s.append(last ? ", " : "," + indent);
      }
      if (dim > 8 && i == 3) {
        s.append("...");
        i = dim - 4;
      } else if (last) {
        s.append(format(data[start + i]));
      } else {
        append(s, axis + 1, start + i * step, step, indent + " ");
      }
    }
    s.append(']');
  }

  private static String format(float v) {
    double a = Math.abs(v);
    if (v == Math.rint(v) && a < 1e7) {
      return String.format(Locale.ROOT, "%.0f", v);
    }
    return String.format(Locale.ROOT, a >= 1e-3 && a < 1e6 ? "%.4f" : "%.3e", v);
  }
}
