package dev.kindling.nn.layers;

import static dev.kindling.nn.layers.BatchNorm.DOT;
import static dev.kindling.nn.layers.BatchNorm.INVERSE;
import static dev.kindling.nn.layers.BatchNorm.NEG_MEAN;
import static dev.kindling.nn.layers.BatchNorm.NEG_REST;
import static dev.kindling.nn.layers.BatchNorm.OF_HAT;
import static dev.kindling.nn.layers.BatchNorm.OF_ONE;
import static dev.kindling.nn.layers.BatchNorm.SCALE;
import static dev.kindling.nn.layers.BatchNorm.SHIFT;
import static dev.kindling.nn.layers.BatchNorm.SUM;

import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;

/** {@link BatchNorm} of vectors: a channel is a column of the batch, and many channels are done at a time. */
final class BatchNormColumns {

  private static final Kernels K = KernelProvider.get();

  private BatchNormColumns() {}

  static void forward(
      BatchNorm norm, Tensor x, Tensor y, float[] s, boolean training, int from, int to) {
    int channels = norm.channels();
    if (training) {
      measure(norm, x, y, s, from, to);
    } else {
      for (int c = from; c < to; c++) {
        norm.recall(s, c);
      }
    }
    for (int at = from; at < x.size(); at += channels) {
      int yAt = y.offset() + at;
      K.add(x.data(), x.offset() + at, s, NEG_MEAN * channels + from, y.data(), yAt, to - from);
      K.mulAdd(
          y.data(),
          yAt,
          s,
          SCALE * channels + from,
          s,
          SHIFT * channels + from,
          y.data(),
          yAt,
          to - from);
    }
  }

  /** The statistics of channels that are columns of the batch; y is scratch. */
  private static void measure(BatchNorm norm, Tensor x, Tensor y, float[] s, int from, int to) {
    int channels = norm.channels();
    int n = x.dim(0);
    int width = to - from;
    int yAt = y.offset() + from;
    K.columnSums(x.data(), x.offset() + from, channels, n, width, 0, s, SUM * channels + from);
    K.affine(-1f / n, 0, s, SUM * channels + from, s, NEG_MEAN * channels + from, width);
    for (int at = from; at < x.size(); at += channels) {
      K.add(
          x.data(),
          x.offset() + at,
          s,
          NEG_MEAN * channels + from,
          y.data(),
          y.offset() + at,
          width);
    }
    K.columnSums(y.data(), yAt, channels, n, width, 0, s, SUM * channels + from);
    K.columnDots(
        y.data(), yAt, channels, y.data(), yAt, channels, n, width, 0, s, DOT * channels + from);
    for (int c = from; c < to; c++) {
      double rest = (double) s[SUM * channels + c] / n;
      double variance = Math.max(0, (double) s[DOT * channels + c] / n - rest * rest);
      norm.learn(s, c, rest - s[NEG_MEAN * channels + c], variance, n);
    }
  }

  static void backward(
      BatchNorm norm,
      Tensor x,
      Tensor dy,
      Tensor dx,
      float[] s,
      boolean training,
      int from,
      int to) {
    int channels = norm.channels();
    int n = x.dim(0);
    int width = to - from;
    for (int at = from; at < x.size(); at += channels) { // dx = x̂
      int dxAt = dx.offset() + at;
      K.add(x.data(), x.offset() + at, s, NEG_MEAN * channels + from, dx.data(), dxAt, width);
      K.mulAdd(
          dx.data(),
          dxAt,
          s,
          INVERSE * channels + from,
          s,
          NEG_REST * channels + from,
          dx.data(),
          dxAt,
          width);
    }
    float[] d = dy.data();
    K.columnSums(d, dy.offset() + from, channels, n, width, 0, s, SUM * channels + from);
    K.columnDots(
        d,
        dy.offset() + from,
        channels,
        dx.data(),
        dx.offset() + from,
        channels,
        n,
        width,
        0,
        s,
        DOT * channels + from);
    for (int c = from; c < to; c++) {
      float scale = s[SCALE * channels + c];
      s[OF_ONE * channels + c] = training ? -scale * s[SUM * channels + c] / n : 0;
      s[OF_HAT * channels + c] = training ? -scale * s[DOT * channels + c] / n : 0;
    }
    int ofHat = OF_HAT * channels + from;
    int ofOne = OF_ONE * channels + from;
    for (int at = from; at < x.size(); at += channels) {
      int dxAt = dx.offset() + at;
      K.mulAdd(dx.data(), dxAt, s, ofHat, s, ofOne, dx.data(), dxAt, width);
      K.mulAdd(
          d, dy.offset() + at, s, SCALE * channels + from, dx.data(), dxAt, dx.data(), dxAt, width);
    }
  }
}
