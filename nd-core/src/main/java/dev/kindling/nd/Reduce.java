package dev.kindling.nd;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;

/**
 * Operations that look at many elements at once: sums, means, extremes, softmax. Sums accumulate in double, in an order
 * that doesn't depend on the number of threads.
 *
 * <p>Those with an axis write one element for each line along that axis: the output has the input's shape without it.
 * Negative axes count from the end. All throw {@link ShapeException} when shapes don't fit.
 */
public final class Reduce {

  private static final Kernels K = KernelProvider.get();

  private Reduce() {}

  // ---------------------------------------------------------------- to one number

  /** The sum of all elements. */
  public static double sum(Tensor x) {
    return K.sum(x.data(), x.offset(), x.size());
  }

  /** The mean of all elements; NaN if there are none. */
  public static double mean(Tensor x) {
    return sum(x) / x.size();
  }

  /** The sum of all products of elements at the same place. */
  public static double dot(Tensor a, Tensor b) {
    Ops.same("dot", a, b);
    return K.dot(a.data(), a.offset(), b.data(), b.offset(), a.size());
  }

  /** The Euclidean norm over all elements. */
  public static double norm(Tensor x) {
    return Math.sqrt(K.sumOfSquares(x.data(), x.offset(), 0, x.size()));
  }

  /** The largest element; NaN if any is, negative infinity if there are none. */
  public static float max(Tensor x) {
    return K.max(x.data(), x.offset(), x.size());
  }

  /** The place of the largest of n elements from offset on; the first of equals; -1 if there are none. */
  public static int argmax(float[] x, int offset, int n) {
    int best = n == 0 ? -1 : 0;
    for (int i = 1; i < n; i++) {
      if (x[offset + i] > x[offset + best]) {
        best = i;
      }
    }
    return best;
  }

  // ---------------------------------------------------------------- along an axis

  /** Sums along an axis. */
  public static Tensor sum(Tensor x, int axis, Tensor out) {
    return along(Kind.SUM, x, axis, out);
  }

  /** Means along an axis. */
  public static Tensor mean(Tensor x, int axis, Tensor out) {
    return along(Kind.MEAN, x, axis, out);
  }

  /** The largest along an axis. */
  public static Tensor max(Tensor x, int axis, Tensor out) {
    return along(Kind.MAX, x, axis, out);
  }

  /** Where the largest along an axis is, counted from 0; the first of equals. */
  public static Tensor argmax(Tensor x, int axis, Tensor out) {
    return along(Kind.ARGMAX, x, axis, out);
  }

  // ---------------------------------------------------------------- softmax

  /**
   * Softmax along the last axis: {@code out = exp(x - max) / sum exp(x - max)}, stable for any finite x.
   *
   * @return out, of x's shape; may be x itself
   */
  public static Tensor softmax(Tensor x, Tensor out) {
    Ops.same("softmax", x, out);
    int n = x.dim(-1);
    for (int i = 0, rows = n == 0 ? 0 : x.size() / n; i < rows; i++) {
      K.softmax(x.data(), x.offset() + i * n, out.data(), out.offset() + i * n, n);
    }
    return out;
  }

  /**
   * The log of {@link #softmax} along the last axis: {@code out = x - max - ln sum exp(x - max)}, in that order, so
   * that large scores cost no digits.
   *
   * @return out, of x's shape; may be x itself
   */
  public static Tensor logSoftmax(Tensor x, Tensor out) {
    Ops.same("logSoftmax", x, out);
    int n = x.dim(-1);
    for (int i = 0, rows = n == 0 ? 0 : x.size() / n; i < rows; i++) {
      K.logSoftmax(x.data(), x.offset() + i * n, out.data(), out.offset() + i * n, n);
    }
    return out;
  }

  /** Log of the sum of exponentials along the last axis: {@code out = max + ln sum exp(x - max)}. */
  public static Tensor logSumExp(Tensor x, Tensor out) {
    int n = x.dim(-1);
    int rows = n == 0 ? 0 : x.size() / n;
    if (out.size() != rows) {
      throw ShapeException.of("logSumExp", rows + " elements", out.shape().toString(), "");
    }
    for (int i = 0; i < rows; i++) {
      out.data()[out.offset() + i] = logSumExp(x.data(), x.offset() + i * n, n);
    }
    return out;
  }

  private static float logSumExp(float[] x, int offset, int n) {
    float max = K.max(x, offset, n);
    if (Float.isInfinite(max)) {
      return max;
    }
    double s = 0;
    for (int i = 0; i < n; i++) {
      s += Math.exp((double) x[offset + i] - max);
    }
    return (float) (max + Math.log(s));
  }

  // ---------------------------------------------------------------- how

  private enum Kind {
    SUM,
    MEAN,
    MAX,
    ARGMAX
  }

  /** x seen as [outer, n, inner], reduced over n. */
  private static Tensor along(Kind kind, Tensor x, int axis, Tensor out) {
    int n = x.dim(axis);
    int at = axis < 0 ? axis + x.rank() : axis;
    int inner = 1;
    for (int i = at + 1; i < x.rank(); i++) {
      inner *= x.dim(i);
    }
    int outer = 1;
    for (int i = 0; i < at; i++) {
      outer *= x.dim(i);
    }
    if (out.size() != outer * inner) {
      throw ShapeException.of(
          kind.name().toLowerCase(java.util.Locale.ROOT)
              + " along axis "
              + axis
              + " of "
              + x.shape(),
          outer * inner + " elements for the result",
          out.shape().toString(),
          "");
    }
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        out.data()[out.offset() + o * inner + i] =
            line(kind, x.data(), x.offset() + o * n * inner + i, inner, n);
      }
    }
    return out;
  }

  private static float line(Kind kind, float[] x, int start, int stride, int n) {
    if (kind == Kind.SUM || kind == Kind.MEAN) {
      double s = 0;
      for (int j = 0; j < n; j++) {
        s += x[start + j * stride];
      }
      return (float) (kind == Kind.SUM ? s : s / n);
    }
    int best = 0;
    for (int j = 1; j < n; j++) {
      if (x[start + j * stride] > x[start + best * stride]) {
        best = j;
      }
    }
    if (n == 0) {
      throw new ShapeException("The largest of an axis of 0 elements doesn't exist");
    }
    return kind == Kind.MAX ? x[start + best * stride] : best;
  }
}
