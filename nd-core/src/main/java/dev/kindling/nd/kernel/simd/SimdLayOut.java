package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.APART;
import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.LOW;
import static dev.kindling.nd.kernel.simd.Lanes.MEET;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Tiles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Deals pixels out to where a convolution wants them: even and odd columns apart. Whole vectors are written, so that a row goes
 * beyond its end; what lies there belongs to rows that are written later. Where it doesn't, a row is written number by
 * number.
 */
final class SimdLayOut {

  /** Numbers that are moved one by one sooner than as a vector. */
  private static final int FEW = 2;

  private SimdLayOut() {}

  /** See {@link dev.kindling.nd.kernel.Kernels#takeTurns}. */
  static void takeTurns(int n, float[] a, int aOff, float[] b, int bOff, float[] y, int yOff) {
    int i = 0;
    for (; i <= n - N; i += N) {
      LongVector even = FloatVector.fromArray(F, a, aOff + i).rearrange(MEET).reinterpretAsLongs();
      LongVector odd = FloatVector.fromArray(F, b, bOff + i).rearrange(MEET).reinterpretAsLongs();
      LongVector first = even.and(LOW).or(odd.lanewise(VectorOperators.LSHL, 32));
      LongVector last = even.lanewise(VectorOperators.LSHR, 32).or(odd.and(~LOW));
      first.reinterpretAsFloats().intoArray(y, yOff + 2 * i);
      last.reinterpretAsFloats().intoArray(y, yOff + 2 * i + N);
    }
    for (; i < n; i++) {
      y[yOff + 2 * i] = a[aOff + i];
      y[yOff + 2 * i + 1] = b[bOff + i];
    }
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#everyOther}. */
  static void everyOther(int count, float[] x, int xOff, float[] y, int yOff, int room) {
    int most = Math.min(room, (x.length - xOff) / 2);
    int i = 0;
    for (; i + FEW < count && i + N <= most; i += N) {
      FloatVector a = FloatVector.fromArray(F, x, xOff + 2 * i);
      FloatVector b = FloatVector.fromArray(F, x, xOff + 2 * i + N);
      LongVector low = a.reinterpretAsLongs().and(LOW);
      LongVector high = b.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 32);
      low.or(high).reinterpretAsFloats().rearrange(APART).intoArray(y, yOff + i);
    }
    for (; i < count; i++) {
      y[yOff + i] = x[xOff + 2 * i];
    }
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileInputs}. */
  static void tiles(Tiles t, float[] x, int xOff, int channels, float[] laid, int at) {
    for (int c = 0; c < channels; c++) {
      int from = xOff + c * t.inHeight * t.inWidth;
      if (t.columns < N / 2) {
        oneByOne(t, x, from, laid, at + c * t.size);
      } else {
        rows(t, x, from - t.left, laid, at + c * t.size);
      }
    }
  }

  /** A channel of short rows. */
  private static void oneByOne(Tiles t, float[] x, int from, float[] laid, int to) {
    Arrays.fill(laid, to, to + t.size, 0);
    int[] places = t.places;
    int[] pixels = t.pixels;
    for (int i = 0; i < places.length; i++) {
      laid[to + places[i]] = x[from + pixels[i]];
    }
  }

  private static void rows(Tiles t, float[] x, int source, float[] laid, int at) {
    int vectors = (t.columns + N - 1) / N;
    int reach = 2 * vectors * N + 2;
    int lastWhole = at + t.columnDistance - vectors * N - 1;
    for (int remainder = 0; remainder < 2; remainder++) {
      for (int r = 0; r <= t.rows; r++) {
        int y = 2 * r + remainder - t.top;
        int to = at + remainder * t.rowDistance + r * t.columns;
        int from = source + y * t.inWidth;
        if (y < 0 || y >= t.inHeight) {
          empty(t, laid, to);
        } else if (from < 0 || from + reach > x.length || to > lastWhole) {
          exact(t, x, from, laid, to);
        } else {
          row(x, from, laid, to, t.columnDistance, vectors);
          for (int zero : t.border) {
            laid[to + zero] = 0;
          }
        }
      }
    }
  }

  private static void empty(Tiles t, float[] laid, int to) {
    for (int e = 0; e < 4; e++) {
      int row = to + e * t.columnDistance;
      Arrays.fill(laid, row, row + t.columns, 0);
    }
  }

  private static void exact(Tiles t, float[] x, int from, float[] laid, int to) {
    for (int e = 0; e < 4; e++) {
      int row = to + e * t.columnDistance;
      for (int j = 0; j < t.columns; j++) {
        int pixel = 2 * j + e - t.left;
        laid[row + j] = pixel >= 0 && pixel < t.inWidth ? x[from + t.left + pixel] : 0;
      }
    }
  }

  /**
   * A row of pixels to the four columns of its tiles. Columns 2 and 3 of a tile are columns 0 and 1 of the next one.
   *
   * @param from the pixel of column 0 of the first tile
   */
  private static void row(float[] x, int from, float[] laid, int to, int right, int vectors) {
    for (int j = 0; j < vectors * N; j += N) {
      deal(x, from + 2 + 2 * j, laid, to + j, right);
    }
    laid[to] = x[from];
    laid[to + right] = x[from + 1];
  }

  /**
   * Even pixels to column 2 of a vector of tiles, odd ones to column 3. Pairs of numbers are moved as one of 64 bits: on JDK 17,
   * a rearrangement of lanes costs as much as ten of these.
   */
  private static void deal(float[] x, int from, float[] laid, int to, int right) {
    LongVector a = FloatVector.fromArray(F, x, from).reinterpretAsLongs();
    LongVector b = FloatVector.fromArray(F, x, from + N).reinterpretAsLongs();
    FloatVector even =
        a.and(LOW).or(b.lanewise(VectorOperators.LSHL, 32)).reinterpretAsFloats().rearrange(APART);
    FloatVector odd =
        a.lanewise(VectorOperators.LSHR, 32).or(b.and(~LOW)).reinterpretAsFloats().rearrange(APART);
    even.intoArray(laid, to + 2 * right);
    odd.intoArray(laid, to + 3 * right);
    even.intoArray(laid, to + 1);
    odd.intoArray(laid, to + 1 + right);
  }
}
