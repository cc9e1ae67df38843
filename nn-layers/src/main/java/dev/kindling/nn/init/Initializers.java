package dev.kindling.nn.init;

import dev.kindling.nd.Shape;

/** The usual initializers. */
public final class Initializers {

  private Initializers() {}

  /** All 0. */
  public static Initializer zeros() {
    return constant(0);
  }

  /** All the same. */
  public static Initializer constant(float value) {
    return (t, rng) -> t.fill(value);
  }

  /**
   * Normal with variance 2 / fan-in, for layers in front of ReLU (He, Zhang, Ren, Sun, "Delving deep into rectifiers",
   * 2015).
   */
  public static Initializer heNormal() {
    return (t, rng) -> rng.fillNormal(t, 0, (float) Math.sqrt(2.0 / fanIn(t.shape())));
  }

  /** Inputs of one output: all axes but the first. */
  static int fanIn(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(0)));
  }

  /** Outputs that one input goes to: all axes but the second. */
  static int fanOut(Shape s) {
    return s.rank() < 2 ? Math.max(1, s.size()) : Math.max(1, s.size() / Math.max(1, s.dim(1)));
  }
}
