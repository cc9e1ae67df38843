package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.ChannelWindows;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The gradient of a {@link SimdChannels} product by its kernels: for each tap a matrix product [in, pixels] · [pixels, out]. */
final class SimdChannelsGradient extends SimdLanesGradient {

  private final Pool<SimdChannelSums> workers;
  private @Nullable ChannelWindows windows;

  SimdChannelsGradient(Scratch scratch) {
    super(scratch);
    this.workers = new Pool<>(() -> new SimdChannelSums(scratch));
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#channelGradient}. */
  void run(
      ChannelWindows windows,
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
    this.windows = windows;
    int pixels = windows.height * windows.width;
    int taps = windows.kernel;
    run(taps, taps, taps * pixels, pixels, images, k, x, xOff, m, dy, dyOff, beta, dw, dwOff);
    this.windows = null;
  }

  @Override
  void multiply(int image, int count, int xOff, int dyOff, int from, int to, int sumsOff) {
    ChannelWindows w = Objects.requireNonNull(windows);
    int xAt = xOff + image * k * w.sourceHeight * w.sourceWidth;
    int dyAt = dyOff + image * m * w.height * w.width;
    SimdChannelSums worker = workers.borrow();
    worker.run(w, count, k, x, xAt, from, to, m, dy, dyAt, sums, sumsOff, sumFloats);
    workers.give(worker);
  }

  @Override
  void kernels(int c, int o, float[] own, int at, int spare) {
    for (int e = 0; e < elements; e++) {
      System.arraycopy(sums, sum(e, c) + o, own, at + e * N, N);
    }
  }
}
