package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.kernel.ChannelWindows;
import dev.kindling.nd.kernel.PlainKernels;
import dev.kindling.nd.kernel.Pool;
import dev.kindling.nd.kernel.Scratch;
import dev.kindling.nd.kernel.Tiles;
import dev.kindling.nd.kernel.Windows;
import org.jspecify.annotations.Nullable;

/** Convolution and pooling on the Vector API, a part of {@link SimdKernels}. */
abstract class SimdImageKernels extends PlainKernels {

  final SimdGemmTile tile = SimdGemmTile.forThisProcessor();
  final Scratch scratch = new Scratch();
  private final Pool<SimdPairs> pairs = new Pool<>(SimdPairs::new);
  private final SimdWindows windows = new SimdWindows(tile, scratch);
  private final SimdTiles tiles = new SimdTiles(tile, scratch);
  private final SimdChannels channels = new SimdChannels(tile, scratch);

  @Override
  public void windowProduct(
      Windows w,
      int from,
      int to,
      int m,
      float[] a,
      int aOff,
      float[] planes,
      int at,
      float @Nullable [] bias,
      int biasOff,
      float[] c,
      int cOff,
      int ldc) {
    windows.product(w, from, to, m, a, aOff, planes, at, bias, biasOff, c, cOff, ldc);
  }

  @Override
  public void windowGradient(
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
      float[] da,
      int daOff) {
    windows.gradient(w, images, planes, at, distance, m, dy, dyOff, dyDistance, beta, da, daOff);
  }

  @Override
  public boolean readsBehind(Windows w, int m) {
    return windows.readsBehind(w, m);
  }

  @Override
  public int pairPlaces(int n) {
    return SimdPairs.span(n);
  }

  @Override
  public void pairMax(
      int rows,
      int n,
      float[] x,
      int xAt,
      int width,
      float[] y,
      int yAt,
      float @Nullable [] where,
      int whereAt) {
    SimdPairs job = pairs.borrow();
    job.max(scratch, rows, n, x, xAt, width, y, yAt, where, whereAt);
    pairs.give(job);
  }

  @Override
  public void pairMaxGradient(
      int rows,
      int n,
      float[] where,
      int whereAt,
      float[] dy,
      int dyAt,
      float[] dx,
      int dxAt,
      int width) {
    SimdPairs job = pairs.borrow();
    job.gradient(scratch, rows, n, where, whereAt, dy, dyAt, dx, dxAt, width);
    pairs.give(job);
  }

  @Override
  public void takeTurns(
      int rows,
      int n,
      float[] a,
      int aOff,
      int lda,
      float[] b,
      int bOff,
      int ldb,
      float[] y,
      int yOff,
      int ldy) {
    SimdLayOut.takeTurns(rows, n, a, aOff, lda, b, bOff, ldb, y, yOff, ldy);
  }

  @Override
  public void everyOther(
      int rows, int n, float[] x, int xOff, int ldx, float[] y, int yOff, int ldy, int end) {
    SimdLayOut.everyOther(rows, n, x, xOff, ldx, y, yOff, ldy, end);
  }

  @Override
  public boolean lanes() {
    return true;
  }

  @Override
  public int tileBand(Tiles tiles, int m, int k) {
    return SimdTiles.band(tiles, m, k);
  }

  @Override
  public int tileWeights(int m, int k) {
    return Tiles.ELEMENTS * tiles.weights(m, k);
  }

  @Override
  public void tileWeights(
      int from,
      int to,
      int m,
      int k,
      float[] w,
      int wOff,
      int rowStride,
      int columnStride,
      boolean turned,
      float[] u) {
    tiles.weights(from, to, m, k, w, wOff, rowStride, columnStride, turned, u);
  }

  @Override
  public void tileProduct(
      Tiles tiles,
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
    this.tiles.product(tiles, first, last, m, k, u, x, xOff, bias, biasOff, y, yOff);
  }

  @Override
  public void tileGradient(
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
    this.tiles.gradient(tiles, images, k, x, xOff, m, dy, dyOff, beta, dw, dwOff);
  }

  @Override
  public int channelBand(ChannelWindows windows, int k) {
    return SimdChannels.band(windows, k);
  }

  @Override
  public int channelWeights(ChannelWindows windows, int m, int k) {
    return channels.weights(windows, m, k);
  }

  @Override
  public void channelWeights(
      ChannelWindows windows,
      int from,
      int to,
      int m,
      int k,
      float[] w,
      int wOff,
      int rowStride,
      int columnStride,
      float[] u) {
    channels.weights(windows, from, to, m, k, w, wOff, rowStride, columnStride, u);
  }

  @Override
  public void channelProduct(
      ChannelWindows windows,
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
    channels.product(windows, first, last, m, k, u, x, xOff, bias, biasOff, y, yOff);
  }

  @Override
  public void channelGradient(
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
    channels.gradient(windows, images, k, x, xOff, m, dy, dyOff, beta, dw, dwOff);
  }
}
