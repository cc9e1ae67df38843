package dev.kindling.nn.layers;

import static dev.kindling.nn.layers.BatchNorm.DOT;
import static dev.kindling.nn.layers.BatchNorm.INVERSE;
import static dev.kindling.nn.layers.BatchNorm.NEG_MEAN;
import static dev.kindling.nn.layers.BatchNorm.NEG_REST;
import static dev.kindling.nn.layers.BatchNorm.SCALE;
import static dev.kindling.nn.layers.BatchNorm.SHIFT;
import static dev.kindling.nn.layers.BatchNorm.SUM;

import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import java.util.Arrays;

/**
 * {@link BatchNorm} of a channel that is a row of elements in each example. Everything is done to a channel before the next
 * one: from memory it comes once, and then it is in the cache.
 */
final class BatchNormRows {

  private static final Kernels K = KernelProvider.get();

  /** Deviations from 0 up to which a mean is {@link #near}. */
  private static final float NEAR = 4;

  private static final Scratch SCRATCH = new Scratch();
  private static final Pool<double[]> SUMS = new Pool<>(() -> new double[2]);

  private BatchNormRows() {}

  static void forward(BatchNorm norm, Tensor x, Tensor y, float[] s, boolean training, int c) {
    if (training) {
      measure(norm, x, s, c);
    } else {
      norm.recall(s, c);
    }
    int space = norm.space();
    for (int at = c * space; at < x.size(); at += norm.channels() * space) {
      int yAt = y.offset() + at;
      normalize(norm, s, c, x.data(), x.offset() + at, y.data(), yAt);
      if (norm.rectified()) {
        K.map(Unary.RELU, 0, y.data(), yAt, y.data(), yAt, space);
      }
    }
  }

  private static void measure(BatchNorm norm, Tensor x, float[] s, int c) {
    int space = norm.space();
    int stride = norm.channels() * space;
    double n = (double) x.dim(0) * space;
    double sum = 0;
    for (int at = c * space; at < x.size(); at += stride) {
      sum += K.sum(x.data(), x.offset() + at, space);
    }
    double mean = sum / n;
    float center = (float) mean;
    double squares = 0;
    for (int at = c * space; at < x.size(); at += stride) {
      squares += K.sumOfSquares(x.data(), x.offset() + at, center, space);
    }
    double rest = mean - center;
    norm.learn(s, c, mean, Math.max(0, squares / n - rest * rest), n);
  }

  /** y = γ·x̂ + β of one row. */
  private static void normalize(
      BatchNorm norm, float[] s, int c, float[] x, int xAt, float[] y, int yAt) {
    int channels = norm.channels();
    int space = norm.space();
    float scale = s[SCALE * channels + c];
    float shift = s[SHIFT * channels + c];
    float negMean = s[NEG_MEAN * channels + c];
    if (near(norm, s, c)) {
      K.affine(scale, nearShift(norm, s, c), x, xAt, y, yAt, space);
    } else {
      K.affine(1, negMean, x, xAt, y, yAt, space);
      K.affine(scale, shift, y, yAt, y, yAt, space);
    }
  }

  /** Whether the mean is so small beside the deviation that no digits are lost by subtracting it together with the rest. */
  private static boolean near(BatchNorm norm, float[] s, int c) {
    int channels = norm.channels();
    return Math.abs(s[NEG_MEAN * channels + c] * s[INVERSE * channels + c]) <= NEAR;
  }

  /** What is added to scale·x where the mean is {@link #near}. */
  private static float nearShift(BatchNorm norm, float[] s, int c) {
    int channels = norm.channels();
    double scale = s[SCALE * channels + c];
    return (float) (scale * s[NEG_MEAN * channels + c] + s[SHIFT * channels + c]);
  }

  static void backward(
      BatchNorm norm, Tensor x, Tensor dy, Tensor dx, float[] s, boolean training, int c) {
    Tensor d = norm.rectified() ? dx : dy;
    double[] sums = SUMS.borrow();
    Arrays.fill(sums, 0);
    if (!norm.rectified()) {
      sums(norm, x, dy, s, c, sums);
    } else if (near(norm, s, c)) {
      rectifiedSums(norm, x, dy, dx, s, c, sums);
    } else {
      behindRectifier(norm, x, dy, dx, s, c);
      sums(norm, x, dx, s, c, sums);
    }
    keep(norm, s, c, sums[0], sums[1]);
    SUMS.give(sums);
    if (!training) {
      constant(norm, d, dx, s, c);
    } else if (near(norm, s, c)) {
      near(norm, x, d, dx, s, c);
    } else {
      far(norm, x, d, dx, s, c);
    }
  }

  /** The gradient where the output was above 0, which is computed again: dx for now. */
  private static void behindRectifier(
      BatchNorm norm, Tensor x, Tensor dy, Tensor dx, float[] s, int c) {
    int space = norm.space();
    float[] d = dx.data();
    for (int at = c * space; at < x.size(); at += norm.channels() * space) {
      int dAt = dx.offset() + at;
      normalize(norm, s, c, x.data(), x.offset() + at, d, dAt);
      K.mapGradient(Unary.RELU, 0, d, dAt, d, dAt, dy.data(), dy.offset() + at, d, dAt, space);
    }
  }

  /** Σ dy and Σ dy·(x - mean) of a channel; the mean is a float, and lacks a rest. */
  private static void sums(BatchNorm norm, Tensor x, Tensor dy, float[] s, int c, double[] sums) {
    int space = norm.space();
    float negMean = s[NEG_MEAN * norm.channels() + c];
    for (int at = c * space; at < x.size(); at += norm.channels() * space) {
      int dyAt = dy.offset() + at;
      K.momentSums(dy.data(), dyAt, x.data(), x.offset() + at, negMean, space, sums);
    }
  }

  /** The same for the gradient where the output was above 0, which is dx for now: row by row, in the cache. */
  private static void rectifiedSums(
      BatchNorm norm, Tensor x, Tensor dy, Tensor dx, float[] s, int c, double[] sums) {
    int channels = norm.channels();
    int space = norm.space();
    float scale = s[SCALE * channels + c];
    float negMean = s[NEG_MEAN * channels + c];
    float shift = nearShift(norm, s, c);
    for (int at = c * space; at < x.size(); at += channels * space) {
      int xAt = x.offset() + at;
      int dxAt = dx.offset() + at;
      K.rectify(scale, shift, x.data(), xAt, dy.data(), dy.offset() + at, dx.data(), dxAt, space);
      K.momentSums(dx.data(), dxAt, x.data(), xAt, negMean, space, sums);
    }
  }

  /** Keeps Σ dy and Σ dy·x̂ out of Σ dy·(x - mean), with the rest that this mean lacks. */
  private static void keep(BatchNorm norm, float[] s, int c, double sum, double centered) {
    int channels = norm.channels();
    s[SUM * channels + c] = (float) sum;
    s[DOT * channels + c] =
        (float) (s[INVERSE * channels + c] * centered + s[NEG_REST * channels + c] * sum);
  }

  /** Statistics that don't depend on x. */
  private static void constant(BatchNorm norm, Tensor dy, Tensor dx, float[] s, int c) {
    int space = norm.space();
    float scale = s[SCALE * norm.channels() + c];
    for (int at = c * space; at < dy.size(); at += norm.channels() * space) {
      K.affine(scale, 0, dy.data(), dy.offset() + at, dx.data(), dx.offset() + at, space);
    }
  }

  /** dx = ofHat·x̂ + scale·dy + ofOne, with x̂ written out as a function of x. */
  private static void near(BatchNorm norm, Tensor x, Tensor dy, Tensor dx, float[] s, int c) {
    int channels = norm.channels();
    int space = norm.space();
    double n = (double) x.dim(0) * space;
    float scale = s[SCALE * channels + c];
    double inverse = s[INVERSE * channels + c];
    double ofHat = -scale * s[DOT * channels + c] / n;
    double ofOne = -scale * s[SUM * channels + c] / n;
    double center = s[NEG_MEAN * channels + c] * inverse + s[NEG_REST * channels + c];
    float ofX = (float) (ofHat * inverse);
    float rest = (float) (ofOne + ofHat * center);
    for (int at = c * space; at < x.size(); at += channels * space) {
      int dxAt = dx.offset() + at;
      int dyAt = dy.offset() + at;
      K.combine(
          ofX, x.data(), x.offset() + at, scale, dy.data(), dyAt, rest, dx.data(), dxAt, space);
    }
  }

  /** With a mean that would swallow digits: x̂ is computed first, of one row at a time. */
  private static void far(BatchNorm norm, Tensor x, Tensor dy, Tensor dx, float[] s, int c) {
    int channels = norm.channels();
    int space = norm.space();
    double n = (double) x.dim(0) * space;
    float negMean = s[NEG_MEAN * channels + c];
    float inverse = s[INVERSE * channels + c];
    float rest = s[NEG_REST * channels + c];
    float scale = s[SCALE * channels + c];
    float ofHat = (float) (-scale * (double) s[DOT * channels + c] / n);
    float ofOne = (float) (-scale * (double) s[SUM * channels + c] / n);
    float[] hat = SCRATCH.borrow(space);
    for (int at = c * space; at < x.size(); at += channels * space) {
      K.affine(1, negMean, x.data(), x.offset() + at, hat, 0, space);
      K.affine(inverse, rest, hat, 0, hat, 0, space);
      int dxAt = dx.offset() + at;
      int dyAt = dy.offset() + at;
      K.combine(ofHat, hat, 0, scale, dy.data(), dyAt, ofOne, dx.data(), dxAt, space);
    }
    SCRATCH.give(hat);
  }
}
