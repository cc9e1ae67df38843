package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.ChannelWindows;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a {@link SimdChannels} product by its kernels: for each tap a matrix product [in, pixels] · [pixels, out].
 *
 * <p>Threads share input channels, or else taps. Every element is one chain over pixels, whatever their number.
 */
final class SimdChannelsGradient implements Parallel.Chunks {

  private enum Phase {
    MULTIPLY,
    FINISH
  }

  private static final float[] NOTHING = new float[0];

  private final Scratch scratch;
  private final Pool<SimdChannelSums> workers;

  private @Nullable ChannelWindows windows;
  private int images;
  private int k;
  private float[] x = NOTHING;
  private int xOff;
  private int m;
  private float[] dy = NOTHING;
  private int dyOff;
  private float beta;
  private float[] dw = NOTHING;
  private int dwOff;

  private Phase phase = Phase.MULTIPLY;
  private int taps;
  private int vectors; // of input channels
  private int parts; // of these
  private int tapParts;
  private int stride; // output channels, in whole vectors
  private int sumFloats; // of one tap
  private float[] sums = NOTHING;

  SimdChannelsGradient(Scratch scratch) {
    this.scratch = scratch;
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
    this.images = images;
    this.k = k;
    this.x = x;
    this.xOff = xOff;
    this.m = m;
    this.dy = dy;
    this.dyOff = dyOff;
    this.beta = beta;
    this.dw = dw;
    this.dwOff = dwOff;
    taps = windows.kernel;
    vectors = (k + N - 1) / N;
    stride = (m + N - 1) / N * N;
    sumFloats = vectors * N * stride;
    boolean serial = !Parallel.available();
    int threads = serial ? 1 : Parallel.threads();
    parts = vectors % threads == 0 || vectors >= 2 * threads ? threads : 1;
    tapParts = Math.min(taps, (threads + parts - 1) / parts);
    sums = scratch.borrow(Scratch.ALIGNED + taps * sumFloats);
    phase = Phase.MULTIPLY;
    Parallel.run(parts * tapParts, serial, this);
    phase = Phase.FINISH;
    Parallel.run(k, serial, this);
    scratch.give(sums);
    sums = NOTHING;
    this.windows = null;
    this.x = NOTHING;
    this.dy = NOTHING;
    this.dw = NOTHING;
  }

  @Override
  public void run(int index) {
    if (phase == Phase.FINISH) {
      finish(index);
      return;
    }
    int part = index / tapParts;
    int tapPart = index % tapParts;
    SimdChannelSums worker = workers.borrow();
    worker.run(
        Objects.requireNonNull(windows),
        images,
        k,
        x,
        xOff,
        (int) ((long) vectors * part / parts),
        (int) ((long) vectors * (part + 1) / parts),
        m,
        dy,
        dyOff,
        taps * tapPart / tapParts,
        taps * (tapPart + 1) / tapParts,
        sums,
        Scratch.ALIGNED,
        sumFloats);
    workers.give(worker);
  }

  /** The kernels of input channel c, into dw. */
  private void finish(int c) {
    for (int e = 0; e < taps; e++) {
      int from = Scratch.ALIGNED + e * sumFloats + c * stride;
      for (int o = 0; o < m; o++) {
        int to = dwOff + (o * k + c) * taps + e;
        dw[to] = beta == 0 ? sums[from + o] : Math.fma(beta, dw[to], sums[from + o]);
      }
    }
  }
}
