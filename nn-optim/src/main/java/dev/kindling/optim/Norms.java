package dev.kindling.optim;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;

/** Norms of many elements, accumulated in double, chunk by chunk. */
final class Norms {

  private static final Kernels K = KernelProvider.get();

  private Norms() {}

  /** What a range adds to the sum so far. */
  static double add(Clip.Kind kind, double sum, float[] g, int from, int to) {
    return switch (kind) {
      case NORM -> sum + K.dot(g, from, g, from, to - from);
      case NORM_1 -> sum + sumOfAbsolutes(g, from, to);
      case NORM_MAX -> Math.max(sum, largestAbsolute(g, from, to));
      case VALUE -> throw new IllegalArgumentException("VALUE is no norm");
    };
  }

  /** The sum of two ranges. */
  static double combine(Clip.Kind kind, double a, double b) {
    return kind == Clip.Kind.NORM_MAX ? Math.max(a, b) : a + b;
  }

  /** The norm, from the sum over all ranges. */
  static double finish(Clip.Kind kind, double sum) {
    return kind == Clip.Kind.NORM ? Math.sqrt(sum) : sum;
  }

  private static double sumOfAbsolutes(float[] g, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.abs(g[i]);
    }
    return sum;
  }

  private static float largestAbsolute(float[] g, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(g[i]));
    }
    return largest;
  }
}
