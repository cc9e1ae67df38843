package dev.kindling.nd.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the gradient of a convolution by its input is computed from that by its output. Inputs whose row and column leave
 * the same remainders by the stride are seen by the same elements of the kernel: those inputs are a phase, and their
 * gradient is a convolution of stride 1 over the output's gradient, with the kernel's elements that see them.
 */
final class ConvolutionPhases {

  /** One phase. */
  static final class Phase {
    /** Its first input row; the next ones are a stride apart. */
    final int firstY;

    /** Its first input column. */
    final int firstX;

    /** On the planes of the output's gradient: taps in order of output channel, kernelY, kernelX. */
    final Windows windows;

    /** Where its weights [in of a group, taps] begin in what {@link #turn} writes; groups follow each other. */
    final int weightsAt;

    private final int[] kernelY; // the kernel's rows that see it
    private final int[] kernelX;

    private Phase(
        int firstY, int firstX, int[] kernelY, int[] kernelX, Windows windows, int weightsAt) {
      this.firstY = firstY;
      this.firstX = firstX;
      this.kernelY = kernelY;
      this.kernelX = kernelX;
      this.windows = windows;
      this.weightsAt = weightsAt;
    }
  }

  private final ConvolutionShape s;

  /** Where the output's gradient lies. */
  final Planes planes;

  final Phase[] phases;
  private int weights;

  ConvolutionPhases(ConvolutionShape s) {
    this.s = s;
    // The output row that tap ky of input row i was seen by is i / strideY + shift(ky, i %
    // strideY).
    int low = 0;
    int reach = s.outHeight();
    for (int first = 0; first < Math.min(s.strideY(), s.height()); first++) {
      for (int k : taps(s.kernelY(), s.dilationY(), s.strideY(), s.top(), first)) {
        int shift = shift(first, s.top(), k, s.dilationY(), s.strideY());
        low = Math.min(low, shift);
        reach = Math.max(reach, count(s.height(), first, s.strideY()) + shift);
      }
    }
    int lowX = 0;
    int reachX = s.outWidth();
    for (int first = 0; first < Math.min(s.strideX(), s.width()); first++) {
      for (int k : taps(s.kernelX(), s.dilationX(), s.strideX(), s.left(), first)) {
        int shift = shift(first, s.left(), k, s.dilationX(), s.strideX());
        lowX = Math.min(lowX, shift);
        reachX = Math.max(reachX, count(s.width(), first, s.strideX()) + shift);
      }
    }
    planes = new Planes(s.outHeight(), s.outWidth(), -low, -lowX, reach - low, reachX - lowX, 1, 1);
    planes.place(0, 0);
    List<Phase> all = new ArrayList<>();
    for (int y = 0; y < Math.min(s.strideY(), s.height()); y++) {
      for (int x = 0; x < Math.min(s.strideX(), s.width()); x++) {
        Phase phase = phase(y, x, -low, -lowX);
        all.add(phase);
        weights += s.in() * phase.windows.taps;
      }
    }
    phases = all.toArray(new Phase[0]);
  }

  private Phase phase(int firstY, int firstX, int top, int left) {
    int[] ys = taps(s.kernelY(), s.dilationY(), s.strideY(), s.top(), firstY);
    int[] xs = taps(s.kernelX(), s.dilationX(), s.strideX(), s.left(), firstX);
    int[] places = new int[s.outOfGroup() * ys.length * xs.length];
    int i = 0;
    for (int o = 0; o < s.outOfGroup(); o++) {
      for (int ky : ys) {
        for (int kx : xs) {
          int row = top + shift(firstY, s.top(), ky, s.dilationY(), s.strideY());
          int column = left + shift(firstX, s.left(), kx, s.dilationX(), s.strideX());
          places[i++] = o * planes.size() + planes.place(row, column);
        }
      }
    }
    int height = count(s.height(), firstY, s.strideY());
    int width = count(s.width(), firstX, s.strideX());
    return new Phase(
        firstY, firstX, ys, xs, new Windows(places, height, width, planes.stride()), weights);
  }

  /** The elements of the kernel, along one axis, that see inputs at first, first + stride, and so on. */
  private static int[] taps(int kernel, int dilation, int stride, int border, int first) {
    int[] all = new int[kernel];
    int n = 0;
    for (int k = 0; k < kernel; k++) {
      if ((first + border - k * dilation) % stride == 0) {
        all[n++] = k;
      }
    }
    return Arrays.copyOf(all, n);
  }

  private static int shift(int first, int border, int k, int dilation, int stride) {
    return Math.floorDiv(first + border - k * dilation, stride);
  }

  private static int count(int size, int first, int stride) {
    return (size - first + stride - 1) / stride;
  }

  /** Floats that {@link #turn} writes. */
  int weights() {
    return Math.max(1, weights);
  }

  /** The weights of all phases, each [groups, in of a group, taps]. */
  void turn(float[] w, int wOff, float[] to) {
    int kernel = s.kernelY() * s.kernelX();
    for (Phase p : phases) {
      int at = p.weightsAt;
      for (int g = 0; g < s.groups(); g++) {
        for (int c = 0; c < s.inOfGroup(); c++) {
          for (int o = 0; o < s.outOfGroup(); o++) {
            int from = wOff + ((g * s.outOfGroup() + o) * s.inOfGroup() + c) * kernel;
            for (int ky : p.kernelY) {
              for (int kx : p.kernelX) {
                to[at++] = w[from + ky * s.kernelX() + kx];
              }
            }
          }
        }
      }
    }
  }
}
