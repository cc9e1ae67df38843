package dev.kindling.nd;

/**
 * The elementwise functions of one variable that every kernel provider has, each with its derivative. Some have a
 * parameter {@code p}; the others ignore it.
 */
public enum Unary {
  /** -x. */
  NEGATE,
  /** |x|; derivative sign(x), 0 at 0. */
  ABS,
  /** x². */
  SQUARE,
  /** Square root. */
  SQRT,
  /** 1 / x. */
  RECIPROCAL,
  /** e to the x. */
  EXP,
  /** Natural logarithm. */
  LOG,
  /** Hyperbolic tangent. */
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** max(x, 0); derivative 0 at 0. */
  RELU,
  /** x if x &gt; 0, else p·x. */
  LEAKY_RELU,
  /** x if x &gt; 0, else p·(exp(x) - 1). */
  ELU,
  /** scale·(x if x &gt; 0, else alpha·(exp(x) - 1)) with Klambauer's constants (2017). */
  SELU,
  /** x·Φ(x) with the exact normal distribution function, 0.5·x·(1 + erf(x/√2)). */
  GELU,
  /** The tanh approximation of {@link #GELU}: 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
  GELU_TANH,
  /** x·sigmoid(x), also called swish. */
  SILU,
  /** log(1 + exp(p·x)) / p, and x itself where p·x &gt; 20, as in PyTorch. */
  SOFTPLUS,
  /** x / (1 + |x|). */
  SOFTSIGN,
  /** 0 below -3, 1 above 3, x/6 + 1/2 between. */
  HARD_SIGMOID,
  /** x · hardSigmoid(x). */
  HARD_SWISH,
  /** x · tanh(softplus(x)). */
  MISH,
  /** -1 for negative, 1 for positive, 0 for 0; derivative 0. */
  SIGN
}
