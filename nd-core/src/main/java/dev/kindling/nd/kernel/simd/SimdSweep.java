package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.kernel.Scratch;

/**
 * One pass of several over a block that stays in the cache. Functions are lists of sweeps, all of them called from one
 * place: the JIT compiler sees many kinds there, inlines none, and compiles each by itself. Together they would be more
 * than it can take, and then it makes objects of vectors.
 */
interface SimdSweep {

  /** Floats a block: what a block takes of x, y, gradients and scratch fits in the smallest cache. */
  int BLOCK = 1024;

  /** Where a block's temporary begins in scratch memory. */
  int T = Scratch.ALIGNED;

  /** From a block of x, what other sweeps left in t, and of dy, to t or y; n fills vectors. */
  void run(
      float p, float[] x, int xOff, float[] t, float[] dy, int dyOff, float[] y, int yOff, int n);

  /** All sweeps on each block in turn; end fills vectors. */
  static void run(
      SimdSweep[] sweeps,
      Scratch scratch,
      float p,
      float[] x,
      int xOff,
      float[] dy,
      int dyOff,
      float[] y,
      int yOff,
      int end) {
    if (end == 0) {
      return;
    }
    float[] t = scratch.borrow(T + BLOCK);
    for (int i = 0; i < end; i += BLOCK) {
      int n = Math.min(BLOCK, end - i);
      for (SimdSweep sweep : sweeps) {
        sweep.run(p, x, xOff + i, t, dy, dyOff + i, y, yOff + i, n);
      }
    }
    scratch.give(t);
  }
}
