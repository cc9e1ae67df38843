package dev.kindling.nn.loss;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;

/** The cosine of the angle between two vectors, a·b / √((a·a + ε)(b·b + ε)) with PyTorch's ε = 10⁻¹². */
final class Cosine {

  private static final double EPSILON = 1e-12;

  private Cosine() {}

  static double of(float[] a, int aOff, float[] b, int bOff, int n) {
    Kernels k = KernelProvider.get();
    double aa = k.dot(a, aOff, a, aOff, n) + EPSILON;
    double bb = k.dot(b, bOff, b, bOff, n) + EPSILON;
    return k.dot(a, aOff, b, bOff, n) / Math.sqrt(aa * bb);
  }

  /** g = scale · d cos / da = scale · (b / √(aa·bb) - cos · a / aa). */
  static void gradient(
      float[] a,
      int aOff,
      float[] b,
      int bOff,
      int n,
      double cos,
      double scale,
      float[] g,
      int gOff) {
    Kernels k = KernelProvider.get();
    double aa = k.dot(a, aOff, a, aOff, n) + EPSILON;
    double bb = k.dot(b, bOff, b, bOff, n) + EPSILON;
    double toB = scale / Math.sqrt(aa * bb);
    double toA = -scale * cos / aa;
    for (int i = 0; i < n; i++) {
      g[gOff + i] = (float) (toB * b[bOff + i] + toA * a[aOff + i]);
    }
  }
}
