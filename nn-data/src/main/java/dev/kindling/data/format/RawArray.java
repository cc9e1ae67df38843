package dev.kindling.data.format;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers as a file holds them: of any type and byte order, in C or Fortran order, in memory or mapped from a file.
 * Converted when they are read, which is fast for a row of an array in C order. Immutable, and safe to read from
 * several threads.
 */
public final class RawArray {

  /** A buffer holds 2^30 bytes: a whole number of elements of every type. */
  static final int SEGMENT_BITS = 30;

  private static final int SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;

  private final NumberType type;
  private final int[] dims;
  private final boolean fortran;
  private final ByteBuffer[] segments;
  private final long size;

  /**
   * Over buffers of 2^30 bytes each but the last.
   *
   * @param fortran whether the first axis is the one that runs fastest
   */
  RawArray(NumberType type, int[] dims, boolean fortran, ByteBuffer[] segments) {
    this.type = type;
    this.dims = dims;
    this.fortran = fortran;
    this.segments = segments;
    this.size = count(dims);
  }

  /**
   * Over the given bytes, which are shared and not copied.
   *
   * @throws ShapeException if there aren't as many bytes as the shape asks for
   */
  public static RawArray of(NumberType type, ByteOrder order, byte[] data, int... dims) {
    if (count(dims) * type.bytes() != data.length) {
      throw ShapeException.of(
          "RawArray.of",
          count(dims) * type.bytes() + " bytes for " + Arrays.toString(dims) + " of " + type,
          data.length + " bytes",
          "");
    }
    ByteBuffer buffer = ByteBuffer.wrap(data).order(order);
    return new RawArray(type, dims.clone(), false, new ByteBuffer[] {buffer});
  }

  /** A copy of a tensor as float32. */
  public static RawArray of(Tensor t) {
    return of(t, NumberType.FLOAT32);
  }

  /**
   * A copy of a tensor in another type, each element rounded to the nearest.
   *
   * @throws IllegalArgumentException if an element is out of the type's range
   */
  public static RawArray of(Tensor t, NumberType type) {
    byte[] bytes = new byte[Math.multiplyExact(t.size(), type.bytes())];
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < t.size(); i++) {
      type.putDouble(b, i * type.bytes(), t.data()[t.offset() + i]);
    }
    return of(type, ByteOrder.LITTLE_ENDIAN, bytes, t.shape().dims());
  }

  /**
   * A copy of float64 numbers in some type, each rounded to the nearest.
   *
   * @throws IllegalArgumentException if an element is out of the type's range
   */
  public static RawArray of(double[] values, NumberType type, int... dims) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, type.bytes())];
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      type.putDouble(b, i * type.bytes(), values[i]);
    }
    return of(type, ByteOrder.LITTLE_ENDIAN, bytes, dims);
  }

  /**
   * A copy of whole numbers in some type; for UINT64 the 64 bits are taken as they are.
   *
   * @throws IllegalArgumentException if an element is out of the type's range
   */
  public static RawArray of(long[] values, NumberType type, int... dims) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, type.bytes())];
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      type.putLong(b, i * type.bytes(), values[i]);
    }
    return of(type, ByteOrder.LITTLE_ENDIAN, bytes, dims);
  }

  /** The product of axes, 1 for none. Axes must have been checked not to overflow. */
  static long count(int[] dims) {
    long n = 1;
    for (int dim : dims) {
      n *= dim;
    }
    return n;
  }

  // ---------------------------------------------------------------- what it is

  /** The type of the numbers. */
  public NumberType type() {
    return type;
  }

  /** The axes, as a copy. */
  public int[] dims() {
    return dims.clone();
  }

  /** The number of elements; may be more than a Java array can hold. */
  public long size() {
    return size;
  }

  /**
   * The axes as a shape.
   *
   * @throws ShapeException if there are more elements than a Java array can hold
   */
  public Shape shape() {
    return Shape.of(dims);
  }

  /** Whether the first axis runs fastest in memory. What the reading methods yield is in C order all the same. */
  public boolean fortranOrder() {
    return fortran;
  }

  /** The order of the bytes of each number. */
  public ByteOrder byteOrder() {
    return segments.length == 0 ? ByteOrder.LITTLE_ENDIAN : segments[0].order();
  }

  /** The bytes as they are in the file, in buffers of 2^30 bytes but the last. */
  ByteBuffer[] segments() {
    return segments;
  }

  /**
   * The same numbers under other axes, shared and not copied.
   *
   * @throws ShapeException if the number of elements differs, or this is in Fortran order
   */
  public RawArray reshape(int... axes) {
    if (fortran || count(axes) != size) {
      throw ShapeException.of(
          "RawArray.reshape",
          size + " elements in C order",
          Arrays.toString(axes) + " of " + this,
          "");
    }
    return new RawArray(type, axes.clone(), false, segments);
  }

  /**
   * A copy with the axes in another order, as NumPy's {@code transpose}: {@code permute(0, 3, 1, 2)} makes images with
   * the channels last to such with the channels first.
   *
   * @param order for each axis of the result which axis of this one it is
   * @throws IllegalArgumentException if it isn't each axis once
   * @throws ShapeException if there are more bytes than a Java array can hold
   */
  public RawArray permute(int... order) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < Math.max(dims.length, order.length); i++) {
      if (order.length != dims.length || sorted[i] != i) {
        throw new IllegalArgumentException(
            "order must have each axis of " + this + " once, got " + Arrays.toString(order));
      }
    }
    int[] axes = new int[dims.length];
    long[] strides = new long[dims.length];
    for (int k = 0; k < order.length; k++) {
      axes[k] = dims[order[k]];
      strides[k] = strides()[order[k]];
    }
    int width = type.bytes();
    byte[] bytes = new byte[Math.multiplyExact(shape().size(), width)];
    Cursor at = new Cursor(axes, strides, 0);
    for (int to = 0; to < bytes.length; to += width) {
      at.buffer().get(at.position(), bytes, to, width);
      at.next();
    }
    return of(type, byteOrder(), bytes, axes);
  }

  // ---------------------------------------------------------------- reading

  /**
   * All elements in C order, rounded to float32.
   *
   * @throws ShapeException if there are more elements than a Java array can hold
   */
  public Tensor toTensor() {
    Tensor t = Tensor.zeros(shape());
    copy(0, t.size(), t.data(), 0);
    return t;
  }

  /**
   * All elements in C order, rounded to float64.
   *
   * @throws ShapeException if there are more elements than a Java array can hold
   */
  public double[] toDoubles() {
    double[] out = new double[shape().size()];
    Cursor at = new Cursor(0);
    for (int i = 0; i < out.length; i++) {
      out[i] = type.getDouble(at.buffer(), at.position());
      at.next();
    }
    return out;
  }

  /**
   * All elements in C order as whole numbers: of UINT64 the 64 bits, of floats the part before the point.
   *
   * @throws ShapeException if there are more elements than a Java array can hold
   */
  public long[] toLongs() {
    long[] out = new long[shape().size()];
    Cursor at = new Cursor(0);
    for (int i = 0; i < out.length; i++) {
      out[i] = type.getLong(at.buffer(), at.position());
      at.next();
    }
    return out;
  }

  /**
   * Reads row i of the first axis, rounded to float32.
   *
   * @param to filled; has as many elements as a row
   */
  public void row(int i, Tensor to) {
    if (dims.length == 0 || i < 0 || i >= dims[0]) {
      throw new IndexOutOfBoundsException("row " + i + " of " + Arrays.toString(dims));
    }
    long n = size / dims[0];
    if (to.size() != n) {
      throw ShapeException.of(
          "RawArray.row",
          n + " elements, one row of " + Arrays.toString(dims),
          to.shape().toString(),
          "");
    }
    copy(i * n, to.size(), to.data(), to.offset());
  }

  /** Reads {@code count} elements in C order from element {@code from} on, rounded to float32. */
  private void copy(long from, int count, float[] out, int at) {
    if (fortran && dims.length > 1) {
      Cursor cursor = new Cursor(from);
      for (int i = 0; i < count; i++) {
        type.read(cursor.buffer(), cursor.position(), 1, out, at + i);
        cursor.next();
      }
      return;
    }
    int done = 0;
    while (done < count) {
      long p = (from + done) * type.bytes();
      ByteBuffer segment = segments[(int) (p >>> SEGMENT_BITS)];
      int start = (int) (p & SEGMENT_MASK);
      int n = Math.min(count - done, (segment.limit() - start) / type.bytes());
      type.read(segment, start, n, out, at + done);
      done += n;
    }
  }

  /** How many elements lie between neighbours on each axis. */
  private long[] strides() {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int k = 0; k < dims.length; k++) {
      int axis = fortran ? k : dims.length - 1 - k;
      strides[axis] = stride;
      stride *= dims[axis];
    }
    return strides;
  }

  /** Walks over the elements in C order of some axes, wherever they are in memory. */
  private final class Cursor {
    private final int[] axes;
    private final long[] strides; // of elements
    private final int[] index;
    private long element;

    Cursor(long start) {
      this(dims, strides(), start);
    }

    Cursor(int[] axes, long[] strides, long start) {
      this.axes = axes;
      this.strides = strides;
      this.index = new int[axes.length];
      long rest = start;
      for (int axis = axes.length - 1; axis >= 0 && size > 0; axis--) {
        index[axis] = (int) (rest % axes[axis]);
        rest /= axes[axis];
        element += index[axis] * strides[axis];
      }
    }

    ByteBuffer buffer() {
      return segments[(int) ((element * type.bytes()) >>> SEGMENT_BITS)];
    }

    int position() {
      return (int) ((element * type.bytes()) & SEGMENT_MASK);
    }

    void next() {
      for (int axis = axes.length - 1; axis >= 0; axis--) {
        element += strides[axis];
        if (++index[axis] < axes[axis]) {
          return;
        }
        element -= strides[axis] * axes[axis];
        index[axis] = 0;
      }
    }
  }

  @Override
  public String toString() {
    return type + Arrays.toString(dims);
  }
}
