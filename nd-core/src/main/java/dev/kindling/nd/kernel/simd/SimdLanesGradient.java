package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Scratch;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a convolution by its kernels, with channels in the lanes: sums of outer products of what pixels or tiles see and
 * their gradients, [in, out] for each element of a kernel.
 *
 * <p>Threads share images in parts, each with sums of its own, and input channels where there are fewer parts than threads. How
 * many parts there are depends on the shape alone, and they are added in order, so the bits don't depend on the threads.
 */
abstract class SimdLanesGradient implements Parallel.Chunks {

  private enum Phase {
    MULTIPLY,
    FINISH
  }

  private static final int MOST_PARTS = 8;

  /** Input channels that are written together, since their kernels are neighbours. */
  private static final int CHANNELS = 8;

  /** So much more has to be read than is added in the end, or parts don't pay. */
  private static final int WORTH = 4;

  static final float[] NOTHING = new float[0];

  final Scratch scratch;
  int k; // input channels
  float[] x = NOTHING;
  int m; // output channels
  float[] dy = NOTHING;
  int elements; // of a kernel's sums
  int stride; // output channels, in whole vectors
  int sumFloats; // of one element
  float[] sums =
      NOTHING; // those of all parts; behind the multiplication the first part's are those of all

  private float beta;
  private float[] dw = NOTHING;
  private int dwOff;
  private int taps; // of a kernel
  private int images;
  private int xOff;
  private int dyOff;
  private Phase phase = Phase.MULTIPLY;
  private int vectors; // of input channels
  private int vectorParts;
  private int imageParts;

  SimdLanesGradient(Scratch scratch) {
    this.scratch = scratch;
  }

  /**
   * Multiplies all, as {@link dev.kindling.nd.kernel.Kernels#tileGradient} says.
   *
   * @param elements sums of which a kernel is made
   * @param taps of a kernel
   * @param inputElements vectors that the multiplication reads of an image for each vector of its input channels
   * @param gradientElements the same of the output's gradients
   */
  final void run(
      int elements,
      int taps,
      int inputElements,
      int gradientElements,
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
    this.elements = elements;
    this.taps = taps;
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
    vectors = (k + N - 1) / N;
    stride = (m + N - 1) / N * N;
    sumFloats = vectors * N * stride + N;
    boolean serial = !Parallel.available();
    int read = vectors * N * inputElements + stride * gradientElements;
    share((long) images * read, serial ? 1 : Parallel.threads());
    sums = scratch.borrow(Scratch.ALIGNED + imageParts * elements * sumFloats);
    phase = Phase.MULTIPLY;
    Parallel.run(imageParts * vectorParts, serial, this);
    phase = Phase.FINISH;
    Parallel.run((k + CHANNELS - 1) / CHANNELS, serial, this);
    scratch.give(sums);
    sums = NOTHING;
    this.x = NOTHING;
    this.dy = NOTHING;
    this.dw = NOTHING;
  }

  private void share(long read, int threads) {
    imageParts = 1;
    long added = (long) elements * sumFloats * WORTH;
    while (imageParts < MOST_PARTS && 2 * imageParts <= images && 2L * imageParts * added <= read) {
      imageParts *= 2;
    }
    int wanted = (threads + imageParts - 1) / imageParts;
    vectorParts = vectors % wanted == 0 || vectors >= 2 * wanted ? wanted : 1;
  }

  @Override
  public final void run(int index) {
    if (phase == Phase.FINISH) {
      finish(index * CHANNELS, Math.min(k, (index + 1) * CHANNELS));
      return;
    }
    int part = index / vectorParts;
    int image = images * part / imageParts;
    int vectorPart = index % vectorParts;
    multiply(
        image,
        images * (part + 1) / imageParts - image,
        xOff,
        dyOff,
        vectors * vectorPart / vectorParts,
        vectors * (vectorPart + 1) / vectorParts,
        Scratch.ALIGNED + part * elements * sumFloats);
  }

  /** The kernels of some input channels, from their sums into dw. */
  private void finish(int from, int to) {
    int row = (to - from) * taps;
    int turned = Scratch.ALIGNED + row * N;
    int spare = turned + row * N;
    float[] own = scratch.borrow(spare + elements * N);
    for (int c = from; c < to; c++) {
      collect(c);
    }
    for (int o = 0; o < m; o += N) {
      for (int c = from; c < to; c++) {
        kernels(c, o, own, Scratch.ALIGNED + (c - from) * taps * N, spare);
      }
      int count = Math.min(N, m - o);
      int at = dwOff + (o * k + from) * taps;
      if (beta == 0) {
        SimdGemmTranspose.run(own, Scratch.ALIGNED, N, row, count, dw, at, k * taps);
      } else {
        SimdGemmTranspose.run(own, Scratch.ALIGNED, N, row, count, own, turned, row);
        add(own, turned, count, row, at);
      }
    }
    scratch.give(own);
  }

  private void add(float[] own, int turned, int count, int row, int at) {
    for (int i = 0; i < count; i++) {
      int to = at + i * k * taps;
      int from = turned + i * row;
      for (int j = 0; j < row; j++) {
        dw[to + j] = Math.fma(beta, dw[to + j], own[from + j]);
      }
    }
  }

  /** Adds the sums of all parts for input channel c. */
  private void collect(int c) {
    for (int part = 1; part < imageParts; part++) {
      for (int e = 0; e < elements; e++) {
        int to = sum(e, c);
        int from = to + part * elements * sumFloats;
        for (int o = 0; o < stride; o += N) {
          FloatVector sum = FloatVector.fromArray(F, sums, to + o);
          sum.add(FloatVector.fromArray(F, sums, from + o)).intoArray(sums, to + o);
        }
      }
    }
  }

  /** Where the sums of an element and an input channel for all output channels begin. */
  final int sum(int e, int c) {
    return Scratch.ALIGNED + e * sumFloats + c * stride;
  }

  /**
   * Sums for some images and some input channels.
   *
   * @param image the first
   * @param count how many
   * @param from the first vector of input channels
   * @param to the one behind the last
   * @param sumsOff element e is [k, m], both in whole vectors, from {@code sums[sumsOff + e * sumFloats]} on
   */
  abstract void multiply(int image, int count, int xOff, int dyOff, int from, int to, int sumsOff);

  /**
   * Kernels of input channel c for a vector of output channels, from {@link #sum}.
   *
   * @param o the first output channel
   * @param own a vector for each tap goes to {@code own[at]} and behind
   * @param spare room for as many vectors as there are sums
   */
  abstract void kernels(int c, int o, float[] own, int at, int spare);
}
