package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;

/**
 * The gradient of a {@link SimdTiles} product by its kernels. The product is y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, so dg = Gᵀ[Σ over
 * tiles of (A dy Aᵀ) ⊙ (Bᵀ d B)]G: for each of the 36 elements a matrix product [in, tiles] · [tiles, out].
 */
final class SimdTilesGradient extends SimdLanesGradient {

  private static final int INPUT = Tiles.INPUT;
  private static final int KERNEL = 9;

  private final Pool<SimdTileSums> workers;
  private Tiles tiles = new Tiles(1, 1, 0, 0, 1, 1);

  SimdTilesGradient(Scratch scratch) {
    super(scratch);
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
    int read = Tiles.ELEMENTS * tiles.rows * tiles.columns;
    run(Tiles.ELEMENTS, KERNEL, read, read, images, k, x, xOff, m, dy, dyOff, beta, dw, dwOff);
  }

  @Override
  void multiply(int image, int count, int xOff, int dyOff, int from, int to, int sumsOff) {
    int xAt = xOff + image * k * tiles.inHeight * tiles.inWidth;
    int dyAt = dyOff + image * m * tiles.height * tiles.width;
    int rows = count * tiles.rows;
    SimdTileSums worker = workers.borrow();
    worker.run(tiles, rows, k, x, xAt, from, to, m, dy, dyAt, sums, sumsOff, sumFloats);
    workers.give(worker);
  }

  /** Gᵀ S G. */
  @Override
  void kernels(int c, int o, float[] own, int at, int spare) {
    int sum = sum(0, c) + o;
    // Columns, then rows: with one call for both there is less for the compiler to take in.
    for (int i = 0; i < INPUT + 3; i++) {
      boolean column = i < INPUT;
      int row = i - INPUT;
      SimdTileTransform.kernelGradients(
          column ? sums : own,
          column ? sum + i * sumFloats : spare + row * INPUT * N,
          column ? INPUT * sumFloats : N,
          own,
          column ? spare + i * N : at + row * 3 * N,
          column ? INPUT * N : N);
    }
  }
}
