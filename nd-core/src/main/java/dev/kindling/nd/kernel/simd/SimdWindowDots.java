package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.I;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Windows;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The gradient of {@link SimdWindows} for a matrix of few rows, where {@link SimdWindowsGradient} would leave lanes empty:
 * an element of dW is the dot product of a row of dY and the elements under a tap, both read as vectors of pixels. Where a vector
 * would go beyond a row of pixels, rows are filled up with zeros in a copy of dY, so that what lies behind one counts for nothing.
 *
 * <p>Every lane of every element is one chain over images and pixels; the lanes are added at the end.
 */
final class SimdWindowDots implements Parallel.Chunks {

  private static final int ROWS = 4;
  private static final int TAPS = 5;
  private static final int SUMS = ROWS * TAPS * N;

  /** Floats of the copies of dY that are made at a time, so that they are still in the cache when they are used. */
  private static final int COPIES = 1 << 17;

  /**
   * Vectors that are multiplied before the sums are put away and others have their turn: what they read, of {@value #ROWS}
   * channels of dY and a few of the images, stays in the nearest cache for all taps.
   */
  private static final int VISIT = 80;

  /** Floats of the sums up to which this is tried: they are sixteen times the gradient with the widest vectors. */
  private static final long MOST_SUMS = 1 << 21;

  /** Floats of the copy of one image's dY up to which this is tried. */
  private static final long MOST_COPY = 1 << 22;

  /** Cycles to begin with a tile of sums and to add it to what was there. */
  private static final int OVERHEAD = 60;

  private static final float[] NOTHING = new float[0];

  /** All ones, then as many zeros: what is kept of a vector that is read beyond a row's end. */
  private static final int[] ENDS = new int[2 * N];

  static {
    Arrays.fill(ENDS, 0, N, -1);
  }

  private enum Phase {
    COPY,
    MULTIPLY,
    FINISH
  }

  private final Scratch scratch;
  private Windows w = Windows.NONE;
  private int images; // that are copied at a time
  private int first; // of them
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

  private Phase phase = Phase.COPY;
  private int pieces;
  private int copyFloats; // of one image
  private int steps; // vectors of a channel
  private boolean inPlace; // dY is read where it is
  private int[] offsets = {}; // of the vectors, from the first on, over the images
  private int tapBlocks;
  private int blocks;
  private int parts;
  private float[] copies = NOTHING;
  private float[] sums = NOTHING;

  SimdWindowDots(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Whether it is faster than {@link SimdWindowsGradient}; decided by shapes alone. */
  static boolean pays(Windows w, int m, SimdGemmTile tile) {
    if (tile.vectors != 4 || w.pixels == 0) {
      return false;
    }
    int pieces = (w.width + N - 1) / N;
    if ((long) blocks(m, ROWS) * blocks(w.taps, TAPS) * SUMS > MOST_SUMS
        || (long) m * w.height * pieces * N > MOST_COPY) {
      return false;
    }
    double steps = (double) w.height * pieces;
    double visits = steps / VISIT;
    double here =
        (double) blocks(m, ROWS)
            * blocks(w.taps, TAPS)
            * (steps * ROWS * TAPS / 2 + visits * OVERHEAD);
    double vectors = blocks(m, N);
    double each = Math.max(4, vectors * tile.rows / 2) + 1; // a chain of sums takes 4 cycles
    double there = (double) blocks(w.taps, tile.rows) * w.span() * each + w.span() * vectors * N;
    return here < there;
  }

  private static int blocks(int n, int size) {
    return (n + size - 1) / size;
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#windowGradient}. */
  void run(
      Windows w,
      int count,
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
    pieces = (w.width + N - 1) / N;
    copyFloats = m * w.height * pieces * N;
    steps = w.height * pieces;
    tapBlocks = blocks(w.taps, TAPS);
    blocks = blocks(m, ROWS) * tapBlocks;
    boolean serial = !Parallel.available();
    int threads = serial ? 1 : Parallel.threads();
    parts = Math.min(blocks, serial ? 1 : 2 * threads);
    inPlace = w.width % N == 0 && steps >= VISIT / 2;
    int together = inPlace ? count : Math.max(1, Math.min(count, COPIES / copyFloats));
    offsets = w.offsets(N, together, distance);
    copies = inPlace ? dy : scratch.borrow(Scratch.ALIGNED + together * copyFloats);
    sums = scratch.borrow(Scratch.ALIGNED + blocks * SUMS);
    Arrays.fill(sums, 0, Scratch.ALIGNED + blocks * SUMS, 0);
    for (first = 0; first < count; first += together) {
      images = Math.min(together, count - first);
      if (!inPlace) {
        phase = Phase.COPY;
        Parallel.run(images, serial, this);
      }
      phase = Phase.MULTIPLY;
      Parallel.run(parts, serial, this);
    }
    phase = Phase.FINISH;
    Parallel.run(parts, serial, this);
    if (!inPlace) {
      scratch.give(copies);
    }
    scratch.give(sums);
    copies = NOTHING;
    sums = NOTHING;
    this.planes = NOTHING;
    this.dy = NOTHING;
    this.dw = NOTHING;
  }

  @Override
  public void run(int index) {
    if (phase == Phase.COPY) {
      copy(index);
      return;
    }
    int from = (int) ((long) blocks * index / parts);
    int to = (int) ((long) blocks * (index + 1) / parts);
    if (phase == Phase.MULTIPLY) {
      float[] product = scratch.borrow(Scratch.ALIGNED + SUMS);
      int chain = inPlace ? steps : images * steps; // vectors that follow each other
      int visits = blocks(chain, VISIT);
      for (int image = 0; image < (inPlace ? images : 1); image++) {
        int own = inPlace ? dyOff + (first + image) * dyDistance : Scratch.ALIGNED;
        for (int v = 0; v < visits; v++) {
          int step = (int) ((long) chain * v / visits);
          int count = (int) ((long) chain * (v + 1) / visits) - step;
          multiply(image * steps + step, count, own + step * N, chain * N, from, to, product);
        }
      }
      scratch.give(product);
    } else {
      for (int b = from; b < to; b++) {
        finish(b);
      }
    }
  }

  /** dY of an image with zeros behind its rows. A channel's images follow each other. */
  private void copy(int image) {
    for (int c = 0; c < m; c++) {
      int from = dyOff + (first + image) * dyDistance + c * w.pixels;
      int to = Scratch.ALIGNED + (c * images + image) * steps * N;
      copy(dy, from, w.height, w.width, copies, to, pieces * N);
    }
  }

  private static void copy(
      float[] x, int xOff, int rows, int width, float[] to, int toOff, int stride) {
    int whole = width / N * N;
    int end = width - whole;
    for (int i = 0; i < rows; i++) {
      int row = xOff + i * width;
      int place = toOff + i * stride;
      for (int j = 0; j < whole; j += N) {
        FloatVector.fromArray(F, x, row + j).intoArray(to, place + j);
      }
      if (end > 0 && row + whole + N <= x.length) {
        copyEnd(end, x, row + whole, to, place + whole);
      } else if (end > 0) {
        System.arraycopy(x, row + whole, to, place + whole, end);
        Arrays.fill(to, place + width, place + stride, 0);
      }
    }
  }

  /** Less than a vector, and zeros up to a whole one. */
  private static void copyEnd(int n, float[] x, int from, float[] to, int at) {
    IntVector keep = IntVector.fromArray(I, ENDS, N - n);
    IntVector v = FloatVector.fromArray(F, x, from).reinterpretAsInts();
    v.and(keep).reinterpretAsFloats().intoArray(to, at);
  }

  /**
   * Some vectors of all channels, for blocks [from, to) of sums.
   *
   * @param own where the first channel's are
   * @param length how far a channel is from the next
   */
  private void multiply(
      int step, int count, int own, int length, int from, int to, float[] product) {
    int[] places = w.places();
    int under = at + first * distance;
    for (int b = from; b < to; b++) {
      int tap = b % tapBlocks * TAPS;
      int last = w.taps - 1;
      int i = b / tapBlocks * ROWS;
      dots(
          count,
          copies,
          own + i * length,
          own + Math.min(m - 1, i + 1) * length,
          own + Math.min(m - 1, i + 2) * length,
          own + Math.min(m - 1, i + 3) * length,
          planes,
          offsets,
          step,
          under + places[tap],
          under + places[Math.min(last, tap + 1)],
          under + places[Math.min(last, tap + 2)],
          under + places[Math.min(last, tap + 3)],
          under + places[Math.min(last, tap + 4)],
          product,
          Scratch.ALIGNED);
      add(product, Scratch.ALIGNED, sums, Scratch.ALIGNED + b * SUMS);
    }
  }

  /**
   * The products of 4 rows of dY and what lies under 5 taps, a vector of pixels at a time, as 20 vectors of sums.
   *
   * @param y0 where the first row's first pixel is; y1 to y3 the same of the other rows
   * @param x0 where the element under the first of the taps at the first pixel is; x1 to x4 the same of the other taps
   * @param under how far the elements under the vectors' first pixels are from there, from {@code under[step]} on
   */
  private static void dots(
      int vectors,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3,
      float[] x,
      int[] under,
      int step,
      int x0,
      int x1,
      int x2,
      int x3,
      int x4,
      float[] s,
      int at) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s04 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s14 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s24 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    FloatVector s34 = FloatVector.zero(F);
    for (int l = 0; l < vectors; l++) {
      int from = under[step + l];
      FloatVector a0 = FloatVector.fromArray(F, y, y0 + l * N);
      FloatVector a1 = FloatVector.fromArray(F, y, y1 + l * N);
      FloatVector a2 = FloatVector.fromArray(F, y, y2 + l * N);
      FloatVector a3 = FloatVector.fromArray(F, y, y3 + l * N);
      FloatVector b0 = FloatVector.fromArray(F, x, x0 + from);
      s00 = b0.fma(a0, s00);
      s10 = b0.fma(a1, s10);
      s20 = b0.fma(a2, s20);
      s30 = b0.fma(a3, s30);
      FloatVector b1 = FloatVector.fromArray(F, x, x1 + from);
      s01 = b1.fma(a0, s01);
      s11 = b1.fma(a1, s11);
      s21 = b1.fma(a2, s21);
      s31 = b1.fma(a3, s31);
      FloatVector b2 = FloatVector.fromArray(F, x, x2 + from);
      s02 = b2.fma(a0, s02);
      s12 = b2.fma(a1, s12);
      s22 = b2.fma(a2, s22);
      s32 = b2.fma(a3, s32);
      FloatVector b3 = FloatVector.fromArray(F, x, x3 + from);
      s03 = b3.fma(a0, s03);
      s13 = b3.fma(a1, s13);
      s23 = b3.fma(a2, s23);
      s33 = b3.fma(a3, s33);
      FloatVector b4 = FloatVector.fromArray(F, x, x4 + from);
      s04 = b4.fma(a0, s04);
      s14 = b4.fma(a1, s14);
      s24 = b4.fma(a2, s24);
      s34 = b4.fma(a3, s34);
    }
    s00.intoArray(s, at);
    s01.intoArray(s, at + N);
    s02.intoArray(s, at + 2 * N);
    s03.intoArray(s, at + 3 * N);
    s04.intoArray(s, at + 4 * N);
    s10.intoArray(s, at + 5 * N);
    s11.intoArray(s, at + 6 * N);
    s12.intoArray(s, at + 7 * N);
    s13.intoArray(s, at + 8 * N);
    s14.intoArray(s, at + 9 * N);
    s20.intoArray(s, at + 10 * N);
    s21.intoArray(s, at + 11 * N);
    s22.intoArray(s, at + 12 * N);
    s23.intoArray(s, at + 13 * N);
    s24.intoArray(s, at + 14 * N);
    s30.intoArray(s, at + 15 * N);
    s31.intoArray(s, at + 16 * N);
    s32.intoArray(s, at + 17 * N);
    s33.intoArray(s, at + 18 * N);
    s34.intoArray(s, at + 19 * N);
  }

  private static void add(float[] t, int from, float[] to, int at) {
    for (int i = 0; i < SUMS; i += N) {
      FloatVector sum =
          FloatVector.fromArray(F, to, at + i).add(FloatVector.fromArray(F, t, from + i));
      sum.intoArray(to, at + i);
    }
  }

  /** The sums of a block's lanes into dW. */
  private void finish(int block) {
    int tap = block % tapBlocks * TAPS;
    int i = block / tapBlocks * ROWS;
    for (int r = 0; r < Math.min(ROWS, m - i); r++) {
      for (int t = 0; t < Math.min(TAPS, w.taps - tap); t++) {
        int from = Scratch.ALIGNED + block * SUMS + (r * TAPS + t) * N;
        double sum = 0;
        for (int lane = 0; lane < N; lane++) {
          sum += sums[from + lane];
        }
        int to = dwOff + (i + r) * w.taps + tap + t;
        dw[to] = beta == 0 ? (float) sum : Math.fma(beta, dw[to], (float) sum);
      }
    }
  }
}
