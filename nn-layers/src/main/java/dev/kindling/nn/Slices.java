package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies between examples and the parts that lie in them one behind the other. */
final class Slices {

  /** Elements from which copying is shared by threads. */
  private static final int LARGE = 1 << 17;

  private Slices() {}

  /** Writes each example of {@code part} into the example of {@code whole}, from element {@code at} on. */
  static void put(Tensor part, Tensor whole, int at) {
    int n = whole.dim(0);
    if (serial(part)) {
      for (int i = 0; i < n; i++) {
        copy(part, i, whole, at, true);
      }
    } else {
      Parallel.run(n, i -> copy(part, i, whole, at, true));
    }
  }

  /** Reads each example of {@code part} out of the example of {@code whole}, from element {@code at} on. */
  static Tensor take(Tensor whole, int at, Tensor part) {
    int n = whole.dim(0);
    if (serial(part)) {
      for (int i = 0; i < n; i++) {
        copy(part, i, whole, at, false);
      }
    } else {
      Parallel.run(n, i -> copy(part, i, whole, at, false));
    }
    return part;
  }

  private static void copy(Tensor part, int example, Tensor whole, int at, boolean put) {
    int n = whole.dim(0);
    int size = part.size() / n;
    int partAt = part.offset() + example * size;
    int wholeAt = whole.offset() + example * (whole.size() / n) + at;
    if (put) {
      System.arraycopy(part.data(), partAt, whole.data(), wholeAt, size);
    } else {
      System.arraycopy(whole.data(), wholeAt, part.data(), partAt, size);
    }
  }

  private static boolean serial(Tensor part) {
    return part.size() < LARGE || !Parallel.available();
  }

  /** The shape of these joined along the first axis; null if the other axes differ. */
  static @Nullable Shape joined(List<Shape> shapes) {
    Shape first = shapes.get(0);
    if (first.rank() == 0) {
      return null;
    }
    int[] dims = first.dims();
    long along = 0;
    for (Shape shape : shapes) {
      if (shape.rank() != dims.length || !shape.tail().equals(first.tail())) {
        return null;
      }
      along += shape.dim(0);
    }
    if (along > Integer.MAX_VALUE) {
      throw new ShapeException("Joined, " + shapes + " have more elements than one array holds");
    }
    dims[0] = (int) along;
    return Shape.of(dims);
  }
}
