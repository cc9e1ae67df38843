package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Windows;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a {@link SimdWindows} product by its matrix: {@code dW = beta * dW + sum over images of dY * Wᵀ}, dY
 * [m, pixels] and W [taps, pixels] the elements under the kernel.
 *
 * <p>It is computed as dWᵀ [taps, m]. The rows of its left side, a tap's elements at all pixels, then lie in the planes
 * as they are, and need no packing: the gaps between rows of pixels are multiplied too, by zeros that are written into
 * dYᵀ. The tiles of dWᵀ stay in one array while the images go by. Every element is one chain over images and pixels.
 */
final class SimdWindowsGradient implements Parallel.Chunks {

  /** Pixels that are multiplied before the next tile has its turn: their panel of dYᵀ stays in a near cache. */
  private static final int BLOCK = 256;

  private enum Phase {
    TURN,
    MULTIPLY
  }

  private static final float[] NOTHING = new float[0];

  private final SimdGemmTile tile;
  private final Scratch scratch;
  private final int width;
  private final int tileFloats;

  private Windows w = Windows.NONE;
  private int images;
  private float[] planes = NOTHING;
  private int at;
  private int distance;
  private int m;
  private float[] dy = NOTHING;
  private int dyOff;
  private int dyDistance;
  private float beta;
  private float[] dw = NOTHING;
  private int dwOff;

  private Phase phase = Phase.TURN;
  private int panels;
  private int strips;
  private int stripChunks;
  private int span;
  private int turnedFloats; // of one image
  private float[] turned = NOTHING;
  private float[] sums = NOTHING;

  SimdWindowsGradient(SimdGemmTile tile, Scratch scratch) {
    this.tile = tile;
    this.scratch = scratch;
    this.width = tile.vectors * N;
    this.tileFloats = tile.rows * width;
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#windowGradient}. */
  void run(
      Windows w,
      int images,
      float[] planes,
      int at,
      int distance,
      int m,
      float[] dy,
      int dyOff,
      int dyDistance,
      float beta,
      float[] dw,
      int dwOff) {
    this.w = w;
    this.images = images;
    this.planes = planes;
    this.at = at;
    this.distance = distance;
    this.m = m;
    this.dy = dy;
    this.dyOff = dyOff;
    this.dyDistance = dyDistance;
    this.beta = beta;
    this.dw = dw;
    this.dwOff = dwOff;
    panels = (m + width - 1) / width;
    strips = (w.taps + tile.rows - 1) / tile.rows;
    span = w.span();
    turnedFloats = span * ((m + N - 1) / N * N);
    int threads = Parallel.available() ? Parallel.threads() : 1;
    stripChunks =
        threads == 1 ? 1 : Math.min(strips, Math.max(1, (4 * threads + panels - 1) / panels));
    turned = scratch.borrow(Scratch.ALIGNED + images * turnedFloats);
    sums = scratch.borrow(Scratch.ALIGNED + panels * strips * tileFloats);
    phase = Phase.TURN;
    Parallel.run(images, threads == 1, this);
    phase = Phase.MULTIPLY;
    Parallel.run(panels * stripChunks, threads == 1, this);
    scratch.give(turned);
    scratch.give(sums);
    turned = NOTHING;
    sums = NOTHING;
    this.planes = NOTHING;
    this.dy = NOTHING;
    this.dw = NOTHING;
  }

  @Override
  public void run(int index) {
    if (phase == Phase.TURN) {
      turn(index);
    } else {
      multiply(index);
    }
  }

  /** Where an image's panel of dYᵀ, [span, vectors of the panel], begins. */
  private int turnedAt(int image, int panel) {
    return Scratch.ALIGNED + image * turnedFloats + panel * width * span;
  }

  /** dYᵀ of one image, with rows of zeros for the gaps. */
  private void turn(int image) {
    SimdTurned.write(
        scratch,
        dy,
        dyOff + image * dyDistance,
        m,
        w.height,
        w.width,
        width,
        w.stride,
        span,
        turned,
        turnedAt(image, 0));
  }

  /** Some strips of taps, one panel of rows of dY: over all images. */
  private void multiply(int index) {
    int p = index % panels;
    int chunk = index / panels;
    int s0 = (int) ((long) strips * chunk / stripChunks);
    int s1 = (int) ((long) strips * (chunk + 1) / stripChunks);
    int stride = SimdTurned.stride(p, width, m);
    int vectors = stride / N;
    int own = Scratch.ALIGNED + p * strips * tileFloats;
    FloatVector zero = FloatVector.zero(F);
    for (int i = own + s0 * tileFloats; i < own + s1 * tileFloats; i += N) {
      zero.intoArray(sums, i);
    }
    int strip = Scratch.ALIGNED + tileFloats;
    float[] product = scratch.borrow(strip + tile.stripFloats(1, BLOCK));
    int[] places = w.places();
    for (int image = 0; image < images; image++) {
      int left = at + image * distance;
      int right = turnedAt(image, p);
      for (int l = 0; l < span; l += BLOCK) {
        int depth = Math.min(BLOCK, span - l);
        for (int s = s0; s < s1; s++) {
          int first = s * tile.rows;
          int height = Math.min(tile.rows, w.taps - first);
          tile.strip(height, depth, planes, left + l, places, first, product, strip);
          tile.tileAdd(
              vectors,
              depth,
              product,
              strip,
              turned,
              right + l * stride,
              sums,
              own + s * tileFloats,
              product,
              Scratch.ALIGNED);
        }
      }
    }
    scratch.give(product);
    for (int s = s0; s < s1; s++) {
      finish(s, p, stride, own + s * tileFloats);
    }
  }

  /** A tile [taps, rows of dY] into dW, transposed. */
  private void finish(int strip, int panel, int stride, int from) {
    int count = Math.min(width, m - panel * width);
    int first = strip * tile.rows;
    int height = Math.min(tile.rows, w.taps - first);
    for (int j = 0; j < count; j++) {
      int to = dwOff + (panel * width + j) * w.taps + first;
      for (int r = 0; r < height; r++) {
        float sum = sums[from + r * stride + j];
        dw[to + r] = beta == 0 ? sum : Math.fma(beta, dw[to + r], sum);
      }
    }
  }
}
