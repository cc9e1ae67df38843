package dev.kindling.nd.kernel;

/**
 * Transcendental functions of one float, as polynomials of fused multiply-adds. The vector provider runs the same
 * operations in the same order on whole vectors, so that a function has the same bits in a vector's lane, in the tail
 * of a loop and on the plain provider. Errors are largest ones over all finite floats, in units of the last place (ulp)
 * against {@link Math} in double.
 *
 * <p>The coefficients are minimax fits (Remez's exchange, 1934) made for these ranges and rounded to float.
 */
public final class FloatMath {

  /** exp is 0 here and below: less than half of the smallest denormal number. */
  public static final float EXP_MIN = -104;

  /** exp is infinite here and above. */
  public static final float EXP_MAX = 89;

  /** expm1 is -1 here and below. */
  public static final float EXPM1_MIN = -30;

  /** Adding 1.5·2²³ leaves a float rounded to an integer in the low bits of its mantissa. */
  public static final float ROUND = 0x1.8p23f;

  /** The bits of {@link #ROUND}. */
  public static final int ROUND_BITS = 0x4b400000;

  public static final float LOG2_E = 1.44269504f;

  /** ln 2 as a float, and what is missing from it. */
  public static final float LN2_HI = 0.693147182f;

  public static final float LN2_LO = -1.90465421e-9f;

  /** (exp(r) - 1 - r) / r² for |r| up to ln 2 / 2, from the constant term up; relative error of exp 3e-9. */
  public static final float EXP_0 = 0.5f;

  public static final float EXP_1 = 0.16666518f;
  public static final float EXP_2 = 0.041666206f;
  public static final float EXP_3 = 0.008368918f;
  public static final float EXP_4 = 0.0013950542f;

  /** The bits of √½: mantissas are split there, so that logarithms are taken of √½ to √2. */
  public static final int SQRT_HALF_BITS = 0x3f3504f3;

  public static final int MANTISSA = 0x007fffff;
  public static final float SQRT_2_MINUS_1 = 0.41421357f;

  /** (log(1 + f) - f + f²/2) / f³ for 1 + f between √½ and √2, from the constant term up; relative error 6e-9. */
  public static final float LOG_0 = 0.33333316f;

  public static final float LOG_1 = -0.2500081f;
  public static final float LOG_2 = 0.20002288f;
  public static final float LOG_3 = -0.16624534f;
  public static final float LOG_4 = 0.14181143f;
  public static final float LOG_5 = -0.13128923f;
  public static final float LOG_6 = 0.12882069f;
  public static final float LOG_7 = -0.07859648f;

  /** The normal tail is 0 here and above. */
  public static final float TAIL_MAX = 14.5f;

  /** t = 1 / (1 + 0.3u) is the variable of the polynomial below. */
  public static final float TAIL_SCALE = 0.3f;

  /** Φ(-u)·exp(u²/2) / t for u from 0 to 14.5, from the constant term up; relative error 4e-9. */
  public static final float TAIL_0 = 0.11968669f;

  public static final float TAIL_1 = 0.11957181f;
  public static final float TAIL_2 = 0.11023542f;
  public static final float TAIL_3 = 0.07838967f;
  public static final float TAIL_4 = 0.09615677f;
  public static final float TAIL_5 = -0.079423375f;
  public static final float TAIL_6 = 0.1917844f;
  public static final float TAIL_7 = -0.22821349f;
  public static final float TAIL_8 = 0.11243557f;
  public static final float TAIL_9 = -0.02062346f;

  /** 1 / √(2π), the normal density at 0. */
  public static final float NORMAL_DENSITY_0 = 0.3989423f;

  /** Klambauer et al., Self-Normalizing Neural Networks (2017): scale, and scale times alpha. */
  public static final float SELU_SCALE = 1.0507009873554805f;

  public static final float SELU_SCALE_ALPHA = 1.7580993408473766f;

  /** GELU's tanh form is x·sigmoid(x·(G1 + G3·x²)), with G1 = 2·√(2/π) and G3 = 0.044715·G1. */
  public static final float GELU_1 = 1.5957691216057308f;

  public static final float GELU_3 = 0.07135481627f;

  /** GELU's tanh form is 0 at -12 and below, x at 12 and above. */
  public static final float GELU_TANH_MAX = 12;

  /** Softplus is the identity where p·x is above; mish is too, to the last bit. */
  public static final float SOFTPLUS_MAX = 20;

  private FloatMath() {}

  /** e to the x; error below 1 ulp, denormal results included. */
  public static float exp(float x) {
    float z = x > EXP_MAX ? EXP_MAX : x;
    return expBounded(z < EXP_MIN ? EXP_MIN : z);
  }

  /** exp(-|x|). */
  static float expOfMinusAbs(float x) {
    float z = -Math.abs(x);
    return expBounded(z < EXP_MIN ? EXP_MIN : z);
  }

  /**
   * e to the z for z from EXP_MIN to EXP_MAX: z = k·ln 2 + r, and exp(z) = 2^k·exp(r). The power is multiplied on in
   * two halves, each of which is a normal number, so that results overflow and become denormal as they should.
   */
  private static float expBounded(float z) {
    float t = Math.fma(z, LOG2_E, ROUND);
    int k = Float.floatToRawIntBits(t) - ROUND_BITS;
    int half = k >> 1;
    float e = 1 + expm1Reduced(z, t - ROUND);
    return e * powerOf2(half) * powerOf2(k - half);
  }

  /** exp(x) - 1 for x up to 88, relative to its own size; error below 1.5 ulp. */
  static float expm1(float x) {
    float z = x < EXPM1_MIN ? EXPM1_MIN : x;
    float t = Math.fma(z, LOG2_E, ROUND);
    float power = powerOf2(Float.floatToRawIntBits(t) - ROUND_BITS);
    return Math.fma(expm1Reduced(z, t - ROUND), power, power - 1);
  }

  /** exp(z - k·ln 2) - 1. */
  private static float expm1Reduced(float z, float k) {
    float r = Math.fma(k, -LN2_LO, Math.fma(k, -LN2_HI, z));
    float q = Math.fma(EXP_4, r, EXP_3);
    q = Math.fma(q, r, EXP_2);
    q = Math.fma(q, r, EXP_1);
    q = Math.fma(q, r, EXP_0);
    return Math.fma(q, r * r, r);
  }

  private static float powerOf2(int k) {
    return Float.intBitsToFloat((k + 127) << 23);
  }

  /** Natural logarithm; error below 1 ulp, denormal arguments included. */
  static float log(float x) {
    boolean denormal = x < Float.MIN_NORMAL;
    int i = Float.floatToRawIntBits(denormal ? x * 0x1p23f : x) - SQRT_HALF_BITS;
    float k = (i >> 23) - (denormal ? 23 : 0);
    float f = Float.intBitsToFloat((i & MANTISSA) + SQRT_HALF_BITS) - 1;
    float y = logReduced(f, k);
    y = x < Float.POSITIVE_INFINITY ? y : x;
    y = x == 0 ? Float.NEGATIVE_INFINITY : y;
    return x < 0 ? Float.NaN : y;
  }

  /** log(1 + u) for u from 0 to 1, relative to its own size. */
  private static float log1p(float u) {
    boolean big = u > SQRT_2_MINUS_1;
    return logReduced(big ? (u - 1) * 0.5f : u, big ? 1 : 0);
  }

  /** log(1 + f) + k·ln 2. */
  private static float logReduced(float f, float k) {
    float q = Math.fma(LOG_7, f, LOG_6);
    q = Math.fma(q, f, LOG_5);
    q = Math.fma(q, f, LOG_4);
    q = Math.fma(q, f, LOG_3);
    q = Math.fma(q, f, LOG_2);
    q = Math.fma(q, f, LOG_1);
    q = Math.fma(q, f, LOG_0);
    q = Math.fma(q, f, -0.5f);
    return Math.fma(k, LN2_HI, f + Math.fma(k, LN2_LO, q * (f * f)));
  }

  /** Hyperbolic tangent; error below 3 ulp. */
  static float tanh(float x) {
    float t = expm1(-2 * Math.abs(x));
    return Math.copySign(t / (t + 2), x);
  }

  /** 1 / (1 + exp(-x)); error below 2 ulp, for negative x too. */
  static float sigmoid(float x) {
    float e = expOfMinusAbs(x);
    return (x < 0 ? e : 1) / (1 + e);
  }

  /** x if x &gt; 0, else p·(exp(x) - 1). */
  static float elu(float x, float p) {
    return x > 0 ? x : p * expm1(x > 0 ? 0 : x);
  }

  static float eluGradient(float x, float p) {
    return x > 0 ? 1 : p * exp(x);
  }

  static float selu(float x) {
    return x > 0 ? SELU_SCALE * x : SELU_SCALE_ALPHA * expm1(x > 0 ? 0 : x);
  }

  static float seluGradient(float x) {
    return x > 0 ? SELU_SCALE : SELU_SCALE_ALPHA * exp(x);
  }

  /** exp(-u²/2) for u up to TAIL_MAX, with the rounding error of u² put back. */
  private static float gauss(float u) {
    float square = u * u;
    float lost = Math.fma(u, u, -square);
    float e = expBounded(-0.5f * square < EXP_MIN ? EXP_MIN : -0.5f * square);
    return Math.fma(e, -0.5f * lost, e);
  }

  /** Φ(-u) of the normal distribution over exp(-u²/2). */
  private static float normalTailOverGauss(float u) {
    float t = 1 / Math.fma(TAIL_SCALE, u, 1);
    float q = Math.fma(TAIL_9, t, TAIL_8);
    q = Math.fma(q, t, TAIL_7);
    q = Math.fma(q, t, TAIL_6);
    q = Math.fma(q, t, TAIL_5);
    q = Math.fma(q, t, TAIL_4);
    q = Math.fma(q, t, TAIL_3);
    q = Math.fma(q, t, TAIL_2);
    q = Math.fma(q, t, TAIL_1);
    q = Math.fma(q, t, TAIL_0);
    return q * t;
  }

  /** x·Φ(x) as max(x, 0) - |x|·Φ(-|x|), which keeps its digits for negative x. */
  static float gelu(float x) {
    float u = Math.abs(x);
    u = u > TAIL_MAX ? TAIL_MAX : u;
    return Math.fma(-u, normalTailOverGauss(u) * gauss(u), Math.max(x, 0));
  }

  /** Φ(x) + x·φ(x). */
  static float geluGradient(float x) {
    float u = Math.abs(x);
    u = u > TAIL_MAX ? TAIL_MAX : u;
    float e = gauss(u);
    float g = Math.fma(u * NORMAL_DENSITY_0, -e, normalTailOverGauss(u) * e); // the gradient at -u
    return x > 0 ? 1 - g : g;
  }

  static float geluTanh(float x) {
    float z = x < -GELU_TANH_MAX ? -GELU_TANH_MAX : x;
    return z * sigmoid(z * Math.fma(GELU_3, z * z, GELU_1));
  }

  static float geluTanhGradient(float x) {
    float z = x < -GELU_TANH_MAX ? -GELU_TANH_MAX : x;
    z = z > GELU_TANH_MAX ? GELU_TANH_MAX : z;
    float square = z * z;
    float v = z * Math.fma(GELU_3, square, GELU_1);
    float slope = z * Math.fma(3 * GELU_3, square, GELU_1); // x·v'
    return swishGradient(v, slope);
  }

  static float silu(float x) {
    float z = x < EXP_MIN ? EXP_MIN : x;
    return z * sigmoid(z);
  }

  static float siluGradient(float x) {
    float z = x < EXP_MIN ? EXP_MIN : x;
    z = z > -EXP_MIN ? -EXP_MIN : z;
    return swishGradient(z, z);
  }

  /** The derivative of x·s(v), s the sigmoid: s(v) + x·v'·s(v)·(1 - s(v)), given slope = x·v'. */
  private static float swishGradient(float v, float slope) {
    float e = expOfMinusAbs(v);
    float inverse = 1 / (1 + e);
    float small = e * inverse;
    float s = v < 0 ? small : inverse;
    return Math.fma(slope * small, inverse, s);
  }

  /** log(1 + exp(p·x)) / p, and x where p·x is above 20; {@code inverse} is 1 / p. */
  static float softplus(float x, float p, float inverse) {
    float z = p * x;
    float y = (Math.max(z, 0) + log1p(expOfMinusAbs(z))) * inverse;
    return z > SOFTPLUS_MAX ? x : y;
  }

  static float softsign(float x) {
    float z = x < -Float.MAX_VALUE ? -Float.MAX_VALUE : x;
    z = z > Float.MAX_VALUE ? Float.MAX_VALUE : z;
    return z / (1 + Math.abs(z));
  }

  static float softsignGradient(float x) {
    float inverse = 1 / (1 + Math.abs(x));
    return inverse * inverse;
  }

  static float hardSigmoid(float x) {
    return Math.min(Math.max(x + 3, 0), 6) * (1 / 6f);
  }

  static float hardSwish(float x) {
    float z = x < -3 ? -3 : x;
    return z * (Math.min(z + 3, 6) * (1 / 6f));
  }

  static float hardSwishGradient(float x) {
    float g = Math.fma(x, 1 / 3f, 0.5f);
    g = x > 3 ? 1 : g;
    return x < -3 ? 0 : g;
  }

  /** x·tanh(log(1 + e)) with e = exp(x), which is x·w / (w + 2) with w = e·(e + 2). */
  static float mish(float x) {
    float z = x < EXP_MIN ? EXP_MIN : x;
    float e = expBounded(z > SOFTPLUS_MAX ? SOFTPLUS_MAX : z);
    float w = e * (e + 2);
    return z * (w / (w + 2));
  }

  /** With w as above: w / (w + 2) + 4·x·e·(1 + e) / (w + 2)². */
  static float mishGradient(float x) {
    float z = x < EXP_MIN ? EXP_MIN : x;
    z = z > SOFTPLUS_MAX ? SOFTPLUS_MAX : z;
    float e = expBounded(z);
    float w = e * (e + 2);
    float inverse = 1 / (w + 2);
    float slope = 4 * z * Math.fma(e, e, e) * inverse;
    return (w + slope) * inverse;
  }

  /** -1, 1, or x itself where it is 0 or NaN. */
  static float sign(float x) {
    float s = x > 0 ? 1 : x;
    return x < 0 ? -1 : s;
  }
}
