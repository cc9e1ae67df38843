package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** Copies parts of B into panels for {@link SimdGemmTile}, and finished tiles into C. */
final class SimdGemmPack {

  private SimdGemmPack() {}

  /**
   * Packs B [k, columns] into a panel [k, width], padded with zeros.
   *
   * @param transposed whether B lies as [columns, k]
   */
  static void panel(
      boolean transposed,
      int k,
      int columns,
      float[] b,
      int bOff,
      int ldb,
      float[] panel,
      int at,
      int width) {
    if (transposed) {
      if (columns < width) {
        Arrays.fill(panel, at, at + k * width, 0);
      }
      SimdGemmTranspose.run(b, bOff, ldb, columns, k, panel, at, width);
    } else if (columns == 4 * N) {
      for (int l = 0, from = bOff, to = at; l < k; l++, from += ldb, to += width) {
        FloatVector v0 = FloatVector.fromArray(F, b, from);
        FloatVector v1 = FloatVector.fromArray(F, b, from + N);
        FloatVector v2 = FloatVector.fromArray(F, b, from + 2 * N);
        FloatVector v3 = FloatVector.fromArray(F, b, from + 3 * N);
        v0.intoArray(panel, to);
        v1.intoArray(panel, to + N);
        v2.intoArray(panel, to + 2 * N);
        v3.intoArray(panel, to + 3 * N);
      }
    } else {
      for (int l = 0, from = bOff, to = at; l < k; l++, from += ldb, to += width) {
        int j = 0;
        for (; j <= columns - N; j += N) {
          FloatVector.fromArray(F, b, from + j).intoArray(panel, to + j);
        }
        for (; j < columns; j++) {
          panel[to + j] = b[from + j];
        }
        for (; j < width; j++) {
          panel[to + j] = 0;
        }
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
}
