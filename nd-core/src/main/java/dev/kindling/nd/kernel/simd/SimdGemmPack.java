package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Copies parts of B into panels for {@link SimdGemmTile}, and finished tiles into C. */
final class SimdGemmPack {

  private SimdGemmPack() {}

  /**
   * Packs B [k, columns] into panels [k, width], one after the other; the last is as many vectors wide as it needs and
   * padded with zeros.
   *
   * @param transposed whether B lies as [columns, k]
   */
  static void panels(
      boolean transposed,
      int k,
      int columns,
      int width,
      float[] b,
      int bOff,
      int ldb,
      float[] panels,
      int at) {
    int whole = columns / width;
    int rest = columns - whole * width;
    int restAt = at + whole * width * k;
    int restWidth = (rest + N - 1) / N * N;
    if (rest < restWidth) {
      Arrays.fill(panels, restAt, restAt + k * restWidth, 0);
    }
    if (transposed) {
      for (int j = 0; j < columns; j += width) {
        int count = Math.min(width, columns - j);
        int stride = count < width ? restWidth : width;
        SimdGemmTranspose.run(b, bOff + j * ldb, ldb, count, k, panels, at + j * k, stride);
      }
    } else if (whole > 0) {
      copy(k, whole, width, b, bOff, ldb, panels, at);
    }
    if (!transposed && rest > 0) {
      copyRest(k, rest, b, bOff + whole * width, ldb, panels, restAt, restWidth);
    }
  }

  /** Row by row, so that B is read in long runs. */
  private static void copy(
      int k, int whole, int width, float[] b, int bOff, int ldb, float[] panels, int at) {
    for (int l = 0; l < k; l++) {
      int from = bOff + l * ldb;
      int to = at + l * width;
      for (int p = 0; p < whole; p++) {
        for (int j = 0; j < width; j += 2 * N) {
          FloatVector v = FloatVector.fromArray(F, b, from + j);
          FloatVector w = FloatVector.fromArray(F, b, from + j + N);
          v.intoArray(panels, to + j);
          w.intoArray(panels, to + j + N);
        }
        from += width;
        to += width * k;
      }
    }
  }

  private static void copyRest(
      int k, int rest, float[] b, int bOff, int ldb, float[] panel, int at, int width) {
    for (int l = 0, from = bOff, to = at; l < k; l++, from += ldb, to += width) {
      int j = 0;
      for (; j <= rest - N; j += N) {
        FloatVector.fromArray(F, b, from + j).intoArray(panel, to + j);
      }
      for (; j < rest; j++) {
        panel[to + j] = b[from + j];
      }
    }
  }

  /** {@code C = alpha * T + beta * C}: T [rows, columns] has row stride ldt, C has row stride ldc. */
  static void merge(
      float[] t,
      int tOff,
      int ldt,
      int rows,
      int columns,
      float alpha,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    if (columns == 4 * N) {
      merge4(t, tOff, ldt, rows, alpha, beta, c, cOff, ldc);
      return;
    }
    for (int i = 0, from = tOff, to = cOff; i < rows; i++, from += ldt, to += ldc) {
      int j = 0;
      if (beta == 0) {
        for (; j <= columns - N; j += N) {
          FloatVector.fromArray(F, t, from + j).mul(alpha).intoArray(c, to + j);
        }
        for (; j < columns; j++) {
          c[to + j] = t[from + j] * alpha;
        }
      } else {
        FloatVector factor = FloatVector.broadcast(F, beta);
        for (; j <= columns - N; j += N) {
          FloatVector v = FloatVector.fromArray(F, t, from + j).mul(alpha);
          FloatVector.fromArray(F, c, to + j).fma(factor, v).intoArray(c, to + j);
        }
        for (; j < columns; j++) {
          c[to + j] = Math.fma(c[to + j], beta, t[from + j] * alpha);
        }
      }
    }
  }

  private static void merge4(
      float[] t,
      int tOff,
      int ldt,
      int rows,
      float alpha,
      float beta,
      float[] c,
      int cOff,
      int ldc) {
    FloatVector factor = FloatVector.broadcast(F, beta);
    for (int i = 0, from = tOff, to = cOff; i < rows; i++, from += ldt, to += ldc) {
      FloatVector v0 = FloatVector.fromArray(F, t, from).mul(alpha);
      FloatVector v1 = FloatVector.fromArray(F, t, from + N).mul(alpha);
      FloatVector v2 = FloatVector.fromArray(F, t, from + 2 * N).mul(alpha);
      FloatVector v3 = FloatVector.fromArray(F, t, from + 3 * N).mul(alpha);
      if (beta != 0) {
        v0 = FloatVector.fromArray(F, c, to).fma(factor, v0);
        v1 = FloatVector.fromArray(F, c, to + N).fma(factor, v1);
        v2 = FloatVector.fromArray(F, c, to + 2 * N).fma(factor, v2);
        v3 = FloatVector.fromArray(F, c, to + 3 * N).fma(factor, v3);
      }
      v0.intoArray(c, to);
      v1.intoArray(c, to + N);
      v2.intoArray(c, to + 2 * N);
      v3.intoArray(c, to + 3 * N);
    }
  }
}
