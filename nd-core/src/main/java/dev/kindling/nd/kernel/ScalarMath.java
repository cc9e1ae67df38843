package dev.kindling.nd.kernel;

/** Scalar forms of the transcendental functions. */
final class ScalarMath {
  private ScalarMath() {}

  static float exp(float x) {
    return (float) Math.exp(x);
  }
}
