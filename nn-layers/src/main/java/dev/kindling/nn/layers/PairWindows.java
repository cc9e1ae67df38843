package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Maximum pooling of planes by windows of 2 × 2 that don't overlap, which remembers where the largest elements were. The same
 * bits as {@link MaxWindows} gives.
 */
final class PairWindows {

  private static final Kernels K = KernelProvider.get();

  private final Windows rows;
  private final Windows cols;
  private final Shape where;

  PairWindows(int channels, Windows rows, Windows cols) {
    this.rows = rows;
    this.cols = cols;
    this.where = Shape.of(channels, places());
  }

  /** Whether these are such windows, and one array can remember all of an example. */
  static boolean fit(int channels, Windows rows, Windows cols) {
    return rows.pairs()
        && cols.pairs()
        && (double) channels * rows.out() * K.pairPlaces(cols.out()) < Integer.MAX_VALUE;
  }

  /** Elements of a plane. */
  int in() {
    return rows.in() * cols.in();
  }

  /** Windows of a plane. */
  int out() {
    return rows.out() * cols.out();
  }

  /** Floats that remember where a plane's largest elements were. */
  int places() {
    return rows.out() * K.pairPlaces(cols.out());
  }

  /** The shape of what remembers that for an example. */
  Shape where() {
    return where;
  }

  /** Whether planes follow each other without a row between them: they are one plane then. */
  private boolean tight() {
    return rows.in() == 2 * rows.out();
  }

  /** {@code y[p, i, j]} = the largest of x in window (i, j) of plane p; without {@code where} if backward won't follow. */
  void forward(
      int planes, float[] x, int xAt, float[] y, int yAt, float @Nullable [] where, int whereAt) {
    int runs = tight() ? 1 : planes;
    int all = planes / runs * rows.out();
    for (int p = 0; p < runs; p++) {
      K.pairMax(
          all,
          cols.out(),
          x,
          xAt + p * in(),
          cols.in(),
          y,
          yAt + p * out(),
          where,
          whereAt + p * places());
    }
  }

  /** Each dy to where the largest element of its window was; dx is 0 elsewhere. */
  void backward(
      int planes, float[] where, int whereAt, float[] dy, int dyAt, float[] dx, int dxAt) {
    int runs = tight() ? 1 : planes;
    int all = planes / runs * rows.out();
    int width = cols.in();
    for (int p = 0; p < runs; p++) {
      int to = dxAt + p * in();
      K.pairMaxGradient(
          all, cols.out(), where, whereAt + p * places(), dy, dyAt + p * out(), dx, to, width);
      for (int i = 0; i < 2 * all; i++) {
        for (int j = 2 * cols.out(); j < width; j++) {
          dx[to + i * width + j] = 0;
        }
      }
      Arrays.fill(dx, to + 2 * all * width, to + planes / runs * in(), 0);
    }
  }
}
