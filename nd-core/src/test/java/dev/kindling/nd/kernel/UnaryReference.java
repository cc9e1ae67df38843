package dev.kindling.nd.kernel;

import dev.kindling.nd.Unary;

/** The functions of {@link Unary} and their derivatives by their definitions, in double. */
final class UnaryReference {

  private static final double SELU_SCALE = 1.0507009873554804934193349852946;
  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
  private static final double HUGE = 1e300;

  private UnaryReference() {}

  /** f(x); the limit, where x is infinite. */
  static double value(Unary f, double p, double arg) {
    double x = finite(f, arg);
    return switch (f) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : p * x;
      case ELU -> x > 0 ? x : p * Math.expm1(x);
      case SELU -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x));
      case GELU -> x * normal(x);
      case GELU_TANH -> x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
      case SILU -> x * sigmoid(x);
      case SOFTPLUS -> p * x > 20 ? x : softplus(p * x) / p;
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case HARD_SIGMOID -> hardSigmoid(x);
      case HARD_SWISH -> x * hardSigmoid(x);
      case MISH -> x * Math.tanh(softplus(x));
      case SIGN -> Math.signum(x);
    };
  }

  /** f'(x); the limit, where x is infinite. */
  static double derivative(Unary f, double p, double arg) {
    double x = finite(f, arg);
    return switch (f) {
      case NEGATE -> -1;
      case ABS -> Math.signum(x);
      case SQUARE -> 2 * x;
      case SQRT -> 0.5 / Math.sqrt(x);
      case RECIPROCAL -> -1 / (x * x);
      case EXP -> Math.exp(x);
      case LOG -> 1 / x;
      case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
      case SIGMOID -> sigmoid(x) * sigmoid(-x);
      case RELU -> x > 0 ? 1 : 0;
      case LEAKY_RELU -> x > 0 ? 1 : p;
      case ELU -> x > 0 ? 1 : p * Math.exp(x);
      case SELU -> SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x));
      case GELU -> normal(x) + x * density(x);
      case GELU_TANH -> {
        double c = 2 * Math.sqrt(2 / Math.PI);
        double s = sigmoid(c * (x + 0.044715 * x * x * x));
        double t = sigmoid(-c * (x + 0.044715 * x * x * x));
        yield s + (Math.abs(x) > 50 ? 0 : x * s * t * c * (1 + 3 * 0.044715 * x * x));
      }
      case SILU -> sigmoid(x) + x * sigmoid(x) * sigmoid(-x);
      case SOFTPLUS -> p * x > 20 ? 1 : sigmoid(p * x);
      case SOFTSIGN -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x)));
      case HARD_SIGMOID -> x > -3 && x < 3 ? 1 / 6.0 : 0;
      case HARD_SWISH -> x < -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5;
      case MISH -> {
        double t = Math.tanh(softplus(x));
        yield t + x * (1 - t * t) * sigmoid(x);
      }
      case SIGN -> 0;
    };
  }

  /** The functions that multiply x with something that vanishes have their limit at a huge number instead. */
  private static double finite(Unary f, double x) {
    return switch (f) {
      case GELU, GELU_TANH, SILU, MISH, SOFTSIGN, HARD_SWISH ->
          Double.isInfinite(x) ? Math.copySign(HUGE, x) : x;
      default -> x;
    };
  }

  private static double sigmoid(double x) {
    return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double hardSigmoid(double x) {
    return Math.min(Math.max(x / 6 + 0.5, 0), 1);
  }

  private static double density(double x) {
    return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  /** The normal distribution function: its series around 0, and for the tails the continued fraction of Laplace. */
  private static double normal(double x) {
    double u = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (u < 3) {
      double term = x;
      double sum = x;
      for (int k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
        term *= x * x / k;
        sum += term;
      }
      return 0.5 + sum * density(x);
    }
    double fraction = u;
    for (int k = 200; k > 0; k--) {
      fraction = u + k / fraction;
    }
    double tail = density(u) / fraction;
    return x < 0 ? tail : 1 - tail;
  }
}
