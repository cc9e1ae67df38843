package dev.kindling.nd.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Products with {@link Windows} by any matrix product: one image's matrix [taps, pixels] is written out, then multiplied. */
final class PlainWindows {

  private final Scratch scratch = new Scratch();

  void product(
      Kernels kernels,
      Windows w,
      int from,
      int to,
      int m,
      float[] a,
      int aOff,
      float[] planes,
      int at,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff,
      int ldc) {
    int n = to - from;
    for (int i = 0; i < m; i++) {
      int row = cOff + i * ldc + from;
      Arrays.fill(c, row, row + n, bias == null ? 0 : bias[biasOff + i]);
    }
    if (w.taps == 0) {
      return;
    }
    float[] matrix = scratch.borrow(w.taps * n);
    unroll(w, from, to, planes, at, matrix);
    kernels.gemm(
        false, false, m, n, w.taps, 1, a, aOff, w.taps, matrix, 0, n, 1, c, cOff + from, ldc);
    scratch.give(matrix);
  }

  void gradient(
      Kernels kernels,
      Windows w,
      int images,
      float[] planes,
      int at,
      int distance,
      int m,
      float[] dy,
      int dyOff,
      int dyDistance,
      float beta,
      float[] dw,
      int dwOff) {
    int n = w.pixels;
    float[] matrix = scratch.borrow(w.taps * n);
    for (int i = 0; i < images; i++) {
      unroll(w, 0, n, planes, at + i * distance, matrix);
      kernels.gemm(
          false,
          true,
          m,
          w.taps,
          n,
          1,
          dy,
          dyOff + i * dyDistance,
          n,
          matrix,
          0,
          n,
          i == 0 ? beta : 1,
          dw,
          dwOff,
          w.taps);
    }
    scratch.give(matrix);
  }

  /** Columns [from, to) of the matrix [taps, pixels]. */
  private static void unroll(Windows w, int from, int to, float[] planes, int at, float[] matrix) {
    int n = to - from;
    for (int k = 0; k < w.taps; k++) {
      int tap = at + w.place(k);
      for (int q = from; q < to; ) {
        int row = q / w.width;
        int end = Math.min(to, (row + 1) * w.width);
        System.arraycopy(
            planes, tap + row * w.stride + q % w.width, matrix, k * n + q - from, end - q);
        q = end;
      }
    }
  }
}
