package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.ChannelWindows;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Convolutions of any kernel and stride whose pixels are vectors of channels, and their gradients. */
final class SimdChannels {

  /** Floats that the pixels seen from a band of rows take, to stay in the second-level cache. */
  private static final int BAND = 1 << 17;

  private final int width;
  private final Pool<SimdChannelProduct> products;
  private final Pool<SimdChannelsGradient> gradients;

  SimdChannels(SimdGemmTile tile, Scratch scratch) {
    this.width = tile.vectors * N;
    this.products = new Pool<>(() -> new SimdChannelProduct(tile, scratch));
    this.gradients = new Pool<>(() -> new SimdChannelsGradient(scratch));
  }

  /** How many rows of the target are computed together. */
  static int band(ChannelWindows w, int k) {
    int row = w.width * w.kernel * ((k + N - 1) / N * N) / (w.targetStepY * w.targetStepX);
    return Math.max(w.targetStepY, BAND / Math.max(1, row) / w.targetStepY * w.targetStepY);
  }

  /** Floats of weights [m, k] of this kernel, in panels. */
  int weights(ChannelWindows w, int m, int k) {
    return w.kernel * ((k + N - 1) / N * N) * ((m + N - 1) / N * N);
  }

  /** Where the panel p of a phase's weights begins, [taps · depth, channels of the panel]. */
  static int panel(ChannelWindows.Phase phase, int p, int depth, int width, int m) {
    return depth * (phase.tapsBefore * ((m + N - 1) / N * N) + phase.taps.length * p * width);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#channelWeights}. */
  void weights(
      ChannelWindows w,
      int from,
      int to,
      int m,
      int k,
      float[] x,
      int xOff,
      int rowStride,
      int columnStride,
      float[] u) {
    int depth = (k + N - 1) / N * N;
    for (ChannelWindows.Phase phase : w.phases) {
      for (int p = 0; p * width < m; p++) {
        int stride = SimdTurned.stride(p, width, m);
        int panel = panel(phase, p, depth, width, m);
        int count = Math.min(width, m - p * width);
        for (int t = 0; t < phase.taps.length; t++) {
          for (int c = from; c < to; c++) {
            int put = panel + (t * depth + c) * stride;
            int at = xOff + p * width * rowStride + c * columnStride + phase.taps[t];
            for (int o = 0; o < count; o++) {
              u[put + o] = x[at + o * rowStride];
            }
            Arrays.fill(u, put + count, put + stride, 0);
          }
          if (to == k) {
            int put = panel + t * depth * stride;
            Arrays.fill(u, put + k * stride, put + depth * stride, 0);
          }
        }
      }
    }
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#channelProduct}. */
  void product(
      ChannelWindows w,
      int first,
      int last,
      int m,
      int k,
      float[] u,
      float[] x,
      int xOff,
      float @Nullable [] bias,
      int biasOff,
      float[] y,
      int yOff) {
    SimdChannelProduct job = products.borrow();
    int band = band(w, k);
    for (int row = first; row < last; ) {
      int image = row / w.height;
      int from = row % w.height;
      int to = Math.min(w.height, Math.min(from + band, from + last - row));
      int source = xOff + image * k * w.sourceHeight * w.sourceWidth;
      int target = yOff + image * m * w.height * w.width;
      job.run(w, from, to, m, k, u, x, source, bias, biasOff, y, target);
      row += to - from;
    }
    products.give(job);
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#channelGradient}. */
  void gradient(
      ChannelWindows w,
      int images,
      int k,
      float[] x,
      int xOff,
      int m,
      float[] dy,
      int dyOff,
      float beta,
      float[] dw,
      int dwOff) {
    SimdChannelsGradient job = gradients.borrow();
    job.run(w, images, k, x, xOff, m, dy, dyOff, beta, dw, dwOff);
    gradients.give(job);
  }
}
