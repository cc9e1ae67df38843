package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;

/**
 * The gradient of a {@link SimdTiles} product by its kernels. The product is y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, so dg = Gᵀ[Σ over
 * tiles of (A dy Aᵀ) ⊙ (Bᵀ d B)]G: for each of the 36 elements a matrix product [in, tiles] · [tiles, out].
 *
 * <p>Threads share input channels, or else rows of elements. Every element is one chain over tiles, whatever their number.
 */
final class SimdTilesGradient implements Parallel.Chunks {

  private static final int ELEMENTS = Tiles.ELEMENTS;
  private static final int INPUT = Tiles.INPUT;
  private static final int KERNEL = 9;

  private enum Phase {
    MULTIPLY,
    FINISH
  }

  private static final float[] NOTHING = new float[0];

  private final Scratch scratch;
  private final Pool<SimdTileSums> workers;

  private Tiles tiles = new Tiles(1, 1, 0, 0, 1, 1);
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
  private int vectors; // of input channels
  private int parts; // of these
  private int rowParts; // of the elements' rows
  private int stride; // output channels, in whole vectors
  private int sumFloats; // of one element
  private float[] sums = NOTHING;

  SimdTilesGradient(Scratch scratch) {
    this.scratch = scratch;
    this.workers = new Pool<>(() -> new SimdTileSums(scratch));
  }

  /** See {@link dev.kindling.nd.kernel.Kernels#tileGradient}. */
  void run(
      Tiles tiles,
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
    this.tiles = tiles;
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
    share(serial ? 1 : Parallel.threads());
    sums = scratch.borrow(Scratch.ALIGNED + ELEMENTS * sumFloats);
    phase = Phase.MULTIPLY;
    Parallel.run(parts * rowParts, serial, this);
    phase = Phase.FINISH;
    Parallel.run(k, serial, this);
    scratch.give(sums);
    sums = NOTHING;
    this.x = NOTHING;
    this.dy = NOTHING;
    this.dw = NOTHING;
  }

  /** Input channels if they come out even, since nothing of theirs is transformed twice; then rows, in equal parts. */
  private void share(int threads) {
    parts = vectors % threads == 0 || vectors >= 2 * threads ? threads : 1;
    int wanted = Math.min(INPUT, (threads + parts - 1) / parts);
    rowParts = wanted > 3 ? INPUT : wanted;
  }

  @Override
  public void run(int index) {
    if (phase == Phase.FINISH) {
      finish(index);
      return;
    }
    int part = index / rowParts;
    int rows = INPUT / rowParts;
    int row = index % rowParts * rows;
    int from = (int) ((long) vectors * part / parts);
    int to = (int) ((long) vectors * (part + 1) / parts);
    SimdTileSums worker = workers.borrow();
    worker.run(
        tiles,
        images * tiles.rows,
        k,
        x,
        xOff,
        from,
        to,
        m,
        dy,
        dyOff,
        row,
        row + rows,
        sums,
        Scratch.ALIGNED,
        sumFloats);
    workers.give(worker);
  }

  /** Gᵀ S G for the kernels of input channel c, into dw. */
  private void finish(int c) {
    int combined = Scratch.ALIGNED;
    int kernels = combined + 3 * INPUT * N;
    float[] own = scratch.borrow(kernels + KERNEL * N);
    for (int o = 0; o < m; o += N) {
      int sum = Scratch.ALIGNED + c * stride + o;
      // Columns, then rows: with one call for both there is less for the compiler to take in.
      for (int i = 0; i < INPUT + 3; i++) {
        boolean column = i < INPUT;
        int row = i - INPUT;
        SimdTileTransform.kernelGradients(
            column ? sums : own,
            column ? sum + i * sumFloats : combined + row * INPUT * N,
            column ? INPUT * sumFloats : N,
            own,
            column ? combined + i * N : kernels + row * 3 * N,
            column ? INPUT * N : N);
      }
      for (int i = 0; i < Math.min(N, m - o); i++) {
        int to = dwOff + ((o + i) * k + c) * KERNEL;
        for (int e = 0; e < KERNEL; e++) {
          float one = own[kernels + e * N + i];
          dw[to + e] = beta == 0 ? one : Math.fma(beta, dw[to + e], one);
        }
      }
    }
    scratch.give(own);
  }
}
