package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;

import jdk.incubator.vector.FloatVector;

/**
 * The transforms of {@link dev.kindling.nd.kernel.Tiles} along one side of a tile, for a vector of channels at a time: y = Aᵀ[(G g) ⊙ (Bᵀ d)]
 * are 4 outputs of a kernel g of 3 elements over 6 inputs d. Applied to rows and then to columns, they are those of two dimensions.
 *
 * <p>A, B and G come from evaluating polynomials at 0, ±a, ±b and infinity, a = 2/3 and b = 3/2. Sums of powers of the usual ±1
 * and ±2 differ more in size: with them, the result is 4.6 times as far from the exact one as if it were computed directly; so,
 * 1.8 times. Since ab = 1, most factors are a square or 1. (Barabasz, Anderson, Soodhalter and Gregg, "Error analysis and
 * improving the accuracy of Winograd convolution for deep neural networks", 2020, on why points matter.)
 */
final class SimdTileTransform {

  private static final float A = 2 / 3f;
  private static final float B = 3 / 2f;
  private static final float A2 = 4 / 9f;
  private static final float B2 = 9 / 4f;
  private static final float A3 = 8 / 27f;
  private static final float B3 = 27 / 8f;
  private static final float SUM = (float) (4 / 9.0 + 9 / 4.0);

  /** What G divides by at ±a and ±b: 2a²(a² - b²) and 2b²(b² - a²). */
  private static final float G_A = (float) (1 / (2 * (4 / 9.0) * (4 / 9.0 - 9 / 4.0)));

  private static final float G_B = (float) (1 / (2 * (9 / 4.0) * (9 / 4.0 - 4 / 9.0)));

  private SimdTileTransform() {}

  /** Bᵀ d: six vectors that are {@code step} apart to six that are {@code distance} apart. */
  static void inputs(float[] x, int at, int step, float[] y, int to, int distance) {
    FloatVector d0 = FloatVector.fromArray(F, x, at);
    FloatVector d1 = FloatVector.fromArray(F, x, at + step);
    FloatVector d2 = FloatVector.fromArray(F, x, at + 2 * step);
    FloatVector d3 = FloatVector.fromArray(F, x, at + 3 * step);
    FloatVector d4 = FloatVector.fromArray(F, x, at + 4 * step);
    FloatVector d5 = FloatVector.fromArray(F, x, at + 5 * step);
    FloatVector a = FloatVector.broadcast(F, A);
    FloatVector b = FloatVector.broadcast(F, B);
    FloatVector a2 = FloatVector.broadcast(F, -A2);
    FloatVector b2 = FloatVector.broadcast(F, -B2);
    FloatVector sum = FloatVector.broadcast(F, -SUM);
    sum.fma(d2, d0.add(d4)).intoArray(y, to);
    FloatVector even = b2.fma(d2, d4);
    FloatVector odd = b2.fma(d1, d3).mul(a);
    even.add(odd).intoArray(y, to + distance);
    even.sub(odd).intoArray(y, to + 2 * distance);
    even = a2.fma(d2, d4);
    odd = a2.fma(d1, d3).mul(b);
    even.add(odd).intoArray(y, to + 3 * distance);
    even.sub(odd).intoArray(y, to + 4 * distance);
    sum.fma(d3, d1.add(d5)).intoArray(y, to + 5 * distance);
  }

  /** Aᵀ m + bias, with the bias at {@code x[biasAt]}: six vectors that are {@code step} apart to four that are {@code distance} apart. */
  static void outputs(float[] x, int at, int step, int biasAt, float[] y, int to, int distance) {
    FloatVector bias = FloatVector.fromArray(F, x, biasAt);
    FloatVector m1 = FloatVector.fromArray(F, x, at + step);
    FloatVector m2 = FloatVector.fromArray(F, x, at + 2 * step);
    FloatVector m3 = FloatVector.fromArray(F, x, at + 3 * step);
    FloatVector m4 = FloatVector.fromArray(F, x, at + 4 * step);
    FloatVector even = m1.add(m2);
    FloatVector odd = m1.sub(m2);
    FloatVector even2 = m3.add(m4);
    FloatVector odd2 = m3.sub(m4);
    FloatVector.fromArray(F, x, at).add(bias).add(even).add(even2).intoArray(y, to);
    odd2.fma(FloatVector.broadcast(F, B), odd.fma(FloatVector.broadcast(F, A), bias))
        .intoArray(y, to + distance);
    even2
        .fma(FloatVector.broadcast(F, B2), even.fma(FloatVector.broadcast(F, A2), bias))
        .intoArray(y, to + 2 * distance);
    odd2.fma(FloatVector.broadcast(F, B3), odd.fma(FloatVector.broadcast(F, A3), bias))
        .add(FloatVector.fromArray(F, x, at + 5 * step))
        .intoArray(y, to + 3 * distance);
  }

  /** G g: three vectors that are {@code step} apart to six that are {@code distance} apart. */
  static void kernels(float[] x, int at, int step, float[] y, int to, int distance) {
    FloatVector g0 = FloatVector.fromArray(F, x, at);
    FloatVector g1 = FloatVector.fromArray(F, x, at + step);
    FloatVector g2 = FloatVector.fromArray(F, x, at + 2 * step);
    g0.intoArray(y, to);
    FloatVector even = g2.fma(FloatVector.broadcast(F, A2), g0).mul(G_A);
    FloatVector odd = g1.mul(A * G_A);
    even.add(odd).intoArray(y, to + distance);
    even.sub(odd).intoArray(y, to + 2 * distance);
    even = g2.fma(FloatVector.broadcast(F, B2), g0).mul(G_B);
    odd = g1.mul(B * G_B);
    even.add(odd).intoArray(y, to + 3 * distance);
    even.sub(odd).intoArray(y, to + 4 * distance);
    g2.intoArray(y, to + 5 * distance);
  }

  /** A dy, for the gradient by kernels: four vectors to six. */
  static void outputGradients(float[] x, int at, int step, float[] y, int to, int distance) {
    FloatVector y0 = FloatVector.fromArray(F, x, at);
    FloatVector y1 = FloatVector.fromArray(F, x, at + step);
    FloatVector y2 = FloatVector.fromArray(F, x, at + 2 * step);
    FloatVector y3 = FloatVector.fromArray(F, x, at + 3 * step);
    y0.intoArray(y, to);
    FloatVector even = y2.fma(FloatVector.broadcast(F, A2), y0);
    FloatVector odd = y3.fma(FloatVector.broadcast(F, A3), y1.mul(A));
    even.add(odd).intoArray(y, to + distance);
    even.sub(odd).intoArray(y, to + 2 * distance);
    even = y2.fma(FloatVector.broadcast(F, B2), y0);
    odd = y3.fma(FloatVector.broadcast(F, B3), y1.mul(B));
    even.add(odd).intoArray(y, to + 3 * distance);
    even.sub(odd).intoArray(y, to + 4 * distance);
    y3.intoArray(y, to + 5 * distance);
  }

  /** Gᵀ s, for the gradient by kernels: six vectors to three. */
  static void kernelGradients(float[] x, int at, int step, float[] y, int to, int distance) {
    FloatVector s1 = FloatVector.fromArray(F, x, at + step);
    FloatVector s2 = FloatVector.fromArray(F, x, at + 2 * step);
    FloatVector s3 = FloatVector.fromArray(F, x, at + 3 * step);
    FloatVector s4 = FloatVector.fromArray(F, x, at + 4 * step);
    FloatVector even = s1.add(s2).mul(G_A);
    FloatVector even2 = s3.add(s4).mul(G_B);
    FloatVector.fromArray(F, x, at).add(even).add(even2).intoArray(y, to);
    FloatVector odd = s1.sub(s2).mul(A * G_A);
    s3.sub(s4).mul(B * G_B).add(odd).intoArray(y, to + distance);
    FloatVector last =
        even.fma(FloatVector.broadcast(F, A2), FloatVector.fromArray(F, x, at + 5 * step));
    even2.fma(FloatVector.broadcast(F, B2), last).intoArray(y, to + 2 * distance);
  }
}
