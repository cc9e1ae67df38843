package dev.kindling.nd;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;

/**
 * The operations on tensors: matrix product, elementwise arithmetic and functions. The output comes last; it may be
 * one of the inputs wherever all shapes are equal. Nothing is allocated, so that loops can reuse their tensors.
 * Reductions, softmax and what else looks along an axis are in {@link Reduce}.
 *
 * <p>All of them throw {@link ShapeException} when shapes don't fit. Large ones are split over the library's threads,
 * into chunks that don't depend on how many there are: the same bits come out at any number.
 */
public final class Ops {

  /** Elements in one chunk of an elementwise operation that runs on several threads. */
  private static final int CHUNK = 1 << 15;

  private static final Kernels K = KernelProvider.get();

  private Ops() {}

  // ---------------------------------------------------------------- matrix product

  /**
   * {@code out = a · b}: [m, k] · [k, n] = [m, n].
   *
   * @return out
   */
  public static Tensor matmul(Tensor a, Tensor b, Tensor out) {
    return gemm(1, a, false, b, false, 0, out);
  }

  /**
   * {@code c = alpha · op(a) · op(b) + beta · c} over matrices, where op transposes if the flag says so. With beta 0,
   * what c held before has no say.
   *
   * @return c
   */
  public static Tensor gemm(
      float alpha, Tensor a, boolean transA, Tensor b, boolean transB, float beta, Tensor c) {
    if (a.rank() != 2 || b.rank() != 2 || c.rank() != 2) {
      throw ShapeException.of(
          "gemm", "three matrices", a.shape() + ", " + b.shape() + " and " + c.shape(), "");
    }
    int m = a.dim(transA ? 1 : 0);
    int k = a.dim(transA ? 0 : 1);
    int n = b.dim(transB ? 0 : 1);
    if (b.dim(transB ? 1 : 0) != k || c.dim(0) != m || c.dim(1) != n) {
      throw new ShapeException(
          String.format(
              "gemm: %s%s · %s%s = %s doesn't fit: expected inner sizes to be equal and the result to be [%d, %d]",
              a.shape(), transA ? "ᵀ" : "", b.shape(), transB ? "ᵀ" : "", c.shape(), m, n));
    }
    K.gemm(
        transA,
        transB,
        m,
        n,
        k,
        alpha,
        a.data(),
        a.offset(),
        a.dim(1),
        b.data(),
        b.offset(),
        b.dim(1),
        beta,
        c.data(),
        c.offset(),
        c.dim(1));
    return c;
  }

  /**
   * {@code out = xᵀ} for a matrix; out must not share elements with x.
   *
   * @return out
   */
  public static Tensor transpose(Tensor x, Tensor out) {
    if (x.rank() != 2 || out.rank() != 2 || out.dim(0) != x.dim(1) || out.dim(1) != x.dim(0)) {
      throw ShapeException.of(
          "transpose", "[m, n] and [n, m]", x.shape() + " and " + out.shape(), "");
    }
    int m = x.dim(0);
    int n = x.dim(1);
    float[] xd = x.data();
    float[] yd = out.data();
    int tile = 16; // one cache line of each side at a time
    for (int i0 = 0; i0 < m; i0 += tile) {
      for (int j0 = 0; j0 < n; j0 += tile) {
        for (int i = i0; i < Math.min(i0 + tile, m); i++) {
          for (int j = j0; j < Math.min(j0 + tile, n); j++) {
            yd[out.offset() + j * m + i] = xd[x.offset() + i * n + j];
          }
        }
      }
    }
    return out;
  }

  // ---------------------------------------------------------------- arithmetic

  /** {@code out = a + b}; b is of a's shape, or of its trailing axes and then added to every row. */
  public static Tensor add(Tensor a, Tensor b, Tensor out) {
    return binary(Binary.ADD, a, b, out);
  }

  /** {@code out = max(a + b, 0)} for equal shapes, in one sweep; the same bits as one after the other. */
  public static Tensor addRelu(Tensor a, Tensor b, Tensor out) {
    same("addRelu", a, b);
    same("addRelu", a, out);
    int n = a.size();
    if (serial(n)) {
      addRelu(a, b, out, 0, n);
    } else {
      Parallel.run(chunks(n), c -> addRelu(a, b, out, c * CHUNK, length(n, c)));
    }
    return out;
  }

  private static void addRelu(Tensor a, Tensor b, Tensor out, int at, int n) {
    float[] y = out.data();
    int yOff = out.offset() + at;
    K.add(a.data(), a.offset() + at, b.data(), b.offset() + at, y, yOff, n);
    K.map(Unary.RELU, 0, y, yOff, y, yOff, n); // the chunk is in the cache
  }

  /** {@code out = a - b}; b is of a's shape, or of its trailing axes and then taken from every row. */
  public static Tensor sub(Tensor a, Tensor b, Tensor out) {
    return binary(Binary.SUB, a, b, out);
  }

  /** {@code out = a · b} element by element; b is of a's shape, or of its trailing axes and then used for every row. */
  public static Tensor mul(Tensor a, Tensor b, Tensor out) {
    return binary(Binary.MUL, a, b, out);
  }

  /** {@code out = a / b} element by element; b is of a's shape, or of its trailing axes and then used for every row. */
  public static Tensor div(Tensor a, Tensor b, Tensor out) {
    return binary(Binary.DIV, a, b, out);
  }

  /** {@code y += alpha · x}. */
  public static Tensor axpy(float alpha, Tensor x, Tensor y) {
    same("axpy", x, y);
    int n = x.size();
    if (serial(n)) {
      K.axpy(alpha, x.data(), x.offset(), y.data(), y.offset(), n);
    } else {
      Parallel.run(
          chunks(n),
          c ->
              K.axpy(
                  alpha,
                  x.data(),
                  x.offset() + c * CHUNK,
                  y.data(),
                  y.offset() + c * CHUNK,
                  length(n, c)));
    }
    return y;
  }

  /** {@code out = alpha · x}. */
  public static Tensor scale(float alpha, Tensor x, Tensor out) {
    return affine(alpha, x, 0, out);
  }

  /** {@code out = alpha · x + beta}. */
  public static Tensor affine(float alpha, Tensor x, float beta, Tensor out) {
    same("affine", x, out);
    int n = x.size();
    if (serial(n)) {
      K.affine(alpha, beta, x.data(), x.offset(), out.data(), out.offset(), n);
    } else {
      Parallel.run(
          chunks(n),
          c ->
              K.affine(
                  alpha,
                  beta,
                  x.data(),
                  x.offset() + c * CHUNK,
                  out.data(),
                  out.offset() + c * CHUNK,
                  length(n, c)));
    }
    return out;
  }

  /** Sets every row of {@code out} to {@code row}, whose size divides out's. */
  public static Tensor fillRows(Tensor row, Tensor out) {
    int cols = row.size();
    if (cols == 0 || out.size() % cols != 0) {
      throw ShapeException.of(
          "fillRows", "rows of " + cols + " elements", out.shape().toString(), "");
    }
    for (int at = 0; at < out.size(); at += cols) {
      System.arraycopy(row.data(), row.offset(), out.data(), out.offset() + at, cols);
    }
    return out;
  }

  // ---------------------------------------------------------------- functions

  /** {@code out = e^x}. */
  public static Tensor exp(Tensor x, Tensor out) {
    return map(Unary.EXP, 0, x, out);
  }

  /** {@code out = ln x}. */
  public static Tensor log(Tensor x, Tensor out) {
    return map(Unary.LOG, 0, x, out);
  }

  /** {@code out = √x}. */
  public static Tensor sqrt(Tensor x, Tensor out) {
    return map(Unary.SQRT, 0, x, out);
  }

  /** {@code out = tanh x}. */
  public static Tensor tanh(Tensor x, Tensor out) {
    return map(Unary.TANH, 0, x, out);
  }

  /** {@code out = 1 / (1 + e^-x)}. */
  public static Tensor sigmoid(Tensor x, Tensor out) {
    return map(Unary.SIGMOID, 0, x, out);
  }

  /** {@code out = max(x, 0)}. */
  public static Tensor relu(Tensor x, Tensor out) {
    return map(Unary.RELU, 0, x, out);
  }

  /** {@code out = f(x)} element by element; p is the function's parameter where it has one, see {@link Unary}. */
  public static Tensor map(Unary f, float p, Tensor x, Tensor out) {
    same(f.name(), x, out);
    int n = x.size();
    if (serial(n)) {
      K.map(f, p, x.data(), x.offset(), out.data(), out.offset(), n);
    } else {
      Parallel.run(
          chunks(n),
          c ->
              K.map(
                  f,
                  p,
                  x.data(),
                  x.offset() + c * CHUNK,
                  out.data(),
                  out.offset() + c * CHUNK,
                  length(n, c)));
    }
    return out;
  }

  /** {@code dx = dy · f'(x)} element by element, where y = f(x) came from the forward pass. */
  public static Tensor mapGradient(Unary f, float p, Tensor x, Tensor y, Tensor dy, Tensor dx) {
    same(f.name(), x, y);
    same(f.name(), x, dy);
    same(f.name(), x, dx);
    int n = x.size();
    if (serial(n)) {
      K.mapGradient(
          f,
          p,
          x.data(),
          x.offset(),
          y.data(),
          y.offset(),
          dy.data(),
          dy.offset(),
          dx.data(),
          dx.offset(),
          n);
    } else {
      Parallel.run(
          chunks(n),
          c -> {
            int at = c * CHUNK;
            K.mapGradient(
                f,
                p,
                x.data(),
                x.offset() + at,
                y.data(),
                y.offset() + at,
                dy.data(),
                dy.offset() + at,
                dx.data(),
                dx.offset() + at,
                length(n, c));
          });
    }
    return dx;
  }

  /**
   * Dropout: each element is kept with probability {@code keep} and then divided by it, else 0. Which ones is a
   * function of key and position alone, so the backward pass is the same call on the gradient.
   */
  public static Tensor dropout(long key, double keep, Tensor x, Tensor out) {
    same("dropout", x, out);
    int n = x.size();
    int threshold = dev.kindling.nd.kernel.DropoutHash.threshold(keep);
    float scale = (float) (1 / keep);
    if (serial(n)) {
      K.dropout(key, 0, threshold, scale, x.data(), x.offset(), out.data(), out.offset(), n);
    } else {
      Parallel.run(
          chunks(n),
          c -> {
            int at = c * CHUNK;
            K.dropout(
                key,
                at,
                threshold,
                scale,
                x.data(),
                x.offset() + at,
                out.data(),
                out.offset() + at,
                length(n, c));
          });
    }
    return out;
  }

  // ---------------------------------------------------------------- how

  private enum Binary {
    ADD,
    SUB,
    MUL,
    DIV
  }

  private static Tensor binary(Binary op, Tensor a, Tensor b, Tensor out) {
    same(op.name(), a, out);
    if (a.shape().equals(b.shape())) {
      int n = a.size();
      if (serial(n)) {
        range(op, a, b, 0, out, 0, n);
      } else {
        Parallel.run(chunks(n), c -> range(op, a, b, c * CHUNK, out, c * CHUNK, length(n, c)));
      }
      return out;
    }
    int cols = b.size();
    if (!endsWith(a.shape(), b.shape())) {
      throw ShapeException.of(
          op.name(),
          "equal shapes, or a second one that is the end of " + a.shape(),
          b.shape().toString(),
          "");
    }
    if (cols == 0) {
      return out;
    }
    int rows = a.size() / cols;
    if (serial(a.size())) {
      for (int i = 0; i < rows; i++) {
        range(op, a, b, 0, out, i * cols, cols);
      }
    } else {
      int perChunk = Math.max(1, CHUNK / cols);
      Parallel.run(
          (rows + perChunk - 1) / perChunk,
          c -> {
            for (int i = c * perChunk; i < Math.min(rows, (c + 1) * perChunk); i++) {
              range(op, a, b, 0, out, i * cols, cols);
            }
          });
    }
    return out;
  }

  private static void range(Binary op, Tensor a, Tensor b, int bAt, Tensor out, int at, int n) {
    float[] ad = a.data();
    float[] bd = b.data();
    float[] yd = out.data();
    int ao = a.offset() + at;
    int bo = b.offset() + bAt;
    int yo = out.offset() + at;
    switch (op) {
      case ADD -> K.add(ad, ao, bd, bo, yd, yo, n);
      case SUB -> K.sub(ad, ao, bd, bo, yd, yo, n);
      case MUL -> K.mul(ad, ao, bd, bo, yd, yo, n);
      case DIV -> K.div(ad, ao, bd, bo, yd, yo, n);
    }
  }

  private static boolean endsWith(Shape shape, Shape end) {
    if (end.rank() > shape.rank()) {
      return false;
    }
    for (int i = 1; i <= end.rank(); i++) {
      if (shape.dim(-i) != end.dim(-i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean serial(int n) {
    return n < 2 * CHUNK || !Parallel.available();
  }

  private static int chunks(int n) {
    return (n + CHUNK - 1) / CHUNK;
  }

  private static int length(int n, int chunk) {
    return Math.min(CHUNK, n - chunk * CHUNK);
  }

  static void same(String operation, Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw ShapeException.of(operation, a.shape().toString(), b.shape().toString(), "");
    }
  }
}
