package dev.kindling.optim;

/**
 * A limit for gradients, against steps that are too long: all elements are multiplied by one factor if their norm is
 * above the limit (Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", 2013), or each
 * one is cut.
 *
 * @param kind what is limited
 * @param max the limit, above 0
 */
public record Clip(Kind kind, double max) {

  /** What is limited. */
  public enum Kind {
    /** The root of the sum of squares of all gradients. */
    NORM,
    /** The sum of the absolute values of all gradients. */
    NORM_1,
    /** The largest absolute value of all gradients; direction is kept. */
    NORM_MAX,
    /** Each gradient for itself. */
    VALUE
  }

  /** Checks the limit. */
  public Clip {
    Checks.positive("max", max);
  }

  /** Limits the root of the sum of squares of all gradients. */
  public static Clip norm(double max) {
    return new Clip(Kind.NORM, max);
  }

  /** Limits the sum of the absolute values of all gradients. */
  public static Clip norm1(double max) {
    return new Clip(Kind.NORM_1, max);
  }

  /** Limits the largest absolute value of all gradients, by one factor for all. */
  public static Clip normMax(double max) {
    return new Clip(Kind.NORM_MAX, max);
  }

  /** Cuts each gradient to [-max, max]. */
  public static Clip value(double max) {
    return new Clip(Kind.VALUE, max);
  }

  /** By what gradients of this norm are multiplied; PyTorch's formula, so that a norm just over the limit isn't left. */
  double factor(double norm) {
    return Math.min(1, max / (norm + 1e-6));
  }
}
