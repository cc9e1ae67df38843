package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.EIGHTH;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.HALF;
import static dev.kindling.nd.kernel.simd.Lanes.N;
import static dev.kindling.nd.kernel.simd.Lanes.QUARTER;
import static dev.kindling.nd.kernel.simd.Lanes.SIXTEENTH;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Scratch;
import jdk.incubator.vector.FloatVector;

/**
 * Matrix times a few vectors, where both lie along k: each element is the dot product of two contiguous rows. This is
 * the forward pass of a batch of one, and of a layer with one output. The matrix is read once, and that is the cost.
 */
final class SimdGemmVector {

  /** Rows that share the loads of x. */
  private static final int ROWS = 4;

  /** Where a thread's own memory holds the sums of four rows. */
  private static final int SUMS = Scratch.ALIGNED;

  /** Multiply-adds below which a parallel region costs more than it saves. */
  private static final int SERIAL = 1 << 19;

  private SimdGemmVector() {}

  /**
   * {@code y[i, j] = alpha * dot(w[i], x[j]) + beta * y[i, j]}, where y[i, j] is {@code y[yOff + i * ys + j * yt]}.
   *
   * @param w [m, k], row stride ldw
   * @param x [n, k], row stride ldx; n is small
   */
  static void run(
      int m,
      int n,
      int k,
      float alpha,
      float[] w,
      int wOff,
      int ldw,
      float[] x,
      int xOff,
      int ldx,
      float beta,
      float[] y,
      int yOff,
      int ys,
      int yt,
      Scratch scratch) {
    long work = (long) m * n * k;
    if (work >= SERIAL && m >= 2 * ROWS && Parallel.available()) {
      int blocks = (m + ROWS - 1) / ROWS;
      int chunks = (int) Math.min(Math.min(blocks, work / (SERIAL / 4)), 4L * Parallel.threads());
      Parallel.run(
          chunks,
          chunk -> {
            int from = (int) ((long) blocks * chunk / chunks) * ROWS;
            int to = Math.min(m, (int) ((long) blocks * (chunk + 1) / chunks) * ROWS);
            rows(from, to, n, k, alpha, w, wOff, ldw, x, xOff, ldx, beta, y, yOff, ys, yt, scratch);
          });
    } else {
      rows(0, m, n, k, alpha, w, wOff, ldw, x, xOff, ldx, beta, y, yOff, ys, yt, scratch);
    }
  }

  private static void rows(
      int from,
      int to,
      int n,
      int k,
      float alpha,
      float[] w,
      int wOff,
      int ldw,
      float[] x,
      int xOff,
      int ldx,
      float beta,
      float[] y,
      int yOff,
      int ys,
      int yt,
      Scratch scratch) {
    float[] own = scratch.borrow(SUMS + ROWS * N);
    for (int i = from; i < to; i += ROWS) {
      int count = Math.min(ROWS, to - i);
      for (int j = 0; j < n; j++) {
        int x0 = xOff + j * ldx;
        if (count == ROWS) {
          dot4(k, w, wOff + i * ldw, ldw, x, x0, own);
        } else {
          for (int r = 0; r < count; r++) {
            dot1(k, w, wOff + (i + r) * ldw, x, x0, own, SUMS + r * N);
          }
        }
        for (int r = 0; r < count; r++) {
          float dot = sum(own, SUMS + r * N, k, w, wOff + (i + r) * ldw, x, x0);
          int at = yOff + (i + r) * ys + j * yt;
          y[at] = beta == 0 ? alpha * dot : Math.fma(beta, y[at], alpha * dot);
        }
      }
    }
    scratch.give(own);
  }

  /** The lanes of four rows' sums, two vectors of each: eight independent sums. */
  private static void dot4(int k, float[] w, int w0, int ldw, float[] x, int x0, float[] own) {
    int w1 = w0 + ldw;
    int w2 = w1 + ldw;
    int w3 = w2 + ldw;
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    FloatVector t0 = FloatVector.zero(F);
    FloatVector t1 = FloatVector.zero(F);
    FloatVector t2 = FloatVector.zero(F);
    FloatVector t3 = FloatVector.zero(F);
    int l = 0;
    for (; l <= k - 2 * N; l += 2 * N) {
      FloatVector v = FloatVector.fromArray(F, x, x0 + l);
      FloatVector u = FloatVector.fromArray(F, x, x0 + l + N);
      s0 = FloatVector.fromArray(F, w, w0 + l).fma(v, s0);
      s1 = FloatVector.fromArray(F, w, w1 + l).fma(v, s1);
      s2 = FloatVector.fromArray(F, w, w2 + l).fma(v, s2);
      s3 = FloatVector.fromArray(F, w, w3 + l).fma(v, s3);
      t0 = FloatVector.fromArray(F, w, w0 + l + N).fma(u, t0);
      t1 = FloatVector.fromArray(F, w, w1 + l + N).fma(u, t1);
      t2 = FloatVector.fromArray(F, w, w2 + l + N).fma(u, t2);
      t3 = FloatVector.fromArray(F, w, w3 + l + N).fma(u, t3);
    }
    if (l <= k - N) {
      FloatVector v = FloatVector.fromArray(F, x, x0 + l);
      s0 = FloatVector.fromArray(F, w, w0 + l).fma(v, s0);
      s1 = FloatVector.fromArray(F, w, w1 + l).fma(v, s1);
      s2 = FloatVector.fromArray(F, w, w2 + l).fma(v, s2);
      s3 = FloatVector.fromArray(F, w, w3 + l).fma(v, s3);
    }
    s0.add(t0).intoArray(own, SUMS);
    s1.add(t1).intoArray(own, SUMS + N);
    s2.add(t2).intoArray(own, SUMS + 2 * N);
    s3.add(t3).intoArray(own, SUMS + 3 * N);
  }

  /** The lanes of one row, by the same sums as in {@link #dot4}, so that a row's bits don't depend on its neighbours. */
  private static void dot1(int k, float[] w, int w0, float[] x, int x0, float[] own, int at) {
    FloatVector s = FloatVector.zero(F);
    FloatVector t = FloatVector.zero(F);
    int l = 0;
    for (; l <= k - 2 * N; l += 2 * N) {
      s = FloatVector.fromArray(F, w, w0 + l).fma(FloatVector.fromArray(F, x, x0 + l), s);
      t = FloatVector.fromArray(F, w, w0 + l + N).fma(FloatVector.fromArray(F, x, x0 + l + N), t);
    }
    if (l <= k - N) {
      s = FloatVector.fromArray(F, w, w0 + l).fma(FloatVector.fromArray(F, x, x0 + l), s);
    }
    s.add(t).intoArray(own, at);
  }

  /**
   * The sum of a row's lanes, always in the same order, and of what is left of the row. The lanes come by way of memory: with
   * all this in the methods above, the JIT compiler gives up inlining in the middle, and makes objects of vectors.
   */
  private static float sum(float[] own, int lanes, int k, float[] w, int w0, float[] x, int x0) {
    FloatVector s = FloatVector.fromArray(F, own, lanes);
    s = s.add(s.rearrange(HALF));
    s = s.add(s.rearrange(QUARTER));
    if (N >= 8) {
      s = s.add(s.rearrange(EIGHTH));
    }
    if (N >= 16) {
      s = s.add(s.rearrange(SIXTEENTH));
    }
    float dot = s.lane(0);
    for (int l = k - k % N; l < k; l++) {
      dot = Math.fma(w[w0 + l], x[x0 + l], dot);
    }
    return dot;
  }
}
