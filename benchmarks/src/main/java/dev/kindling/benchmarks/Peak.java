package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The two limits of one core: multiply-adds in registers, and copying in memory. */
final class Peak {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Independent chains, more than the processor's latency times the units that work side by side. */
  private static final int CHAINS = 12;

  private static final int ROUNDS = 20_000;
  private static final int COPIED = 16 << 20; // floats: 64 MB, beyond the caches

  /** Different for every chain: equal ones would be computed once. */
  private static final float[] START =
      Rng.seeded(1).fillUniform(Tensor.zeros(CHAINS * SPECIES.length()), 0, 1).data();

  private final float[] from = new float[COPIED];
  private final float[] to = new float[COPIED];

  /** What {@link #multiplyAdd} computes. */
  static long flops() {
    return 2L * ROUNDS * CHAINS * SPECIES.length();
  }

  /** What {@link #copy} reads and writes. */
  static long bytes() {
    return 2L * Float.BYTES * COPIED;
  }

  /** Multiply-adds that wait for nothing but themselves. */
  static float multiplyAdd() {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
    int n = SPECIES.length();
    FloatVector a = FloatVector.fromArray(SPECIES, START, 0);
    FloatVector b = FloatVector.fromArray(SPECIES, START, n);
    FloatVector c = FloatVector.fromArray(SPECIES, START, 2 * n);
    FloatVector d = FloatVector.fromArray(SPECIES, START, 3 * n);
    FloatVector e = FloatVector.fromArray(SPECIES, START, 4 * n);
    FloatVector f = FloatVector.fromArray(SPECIES, START, 5 * n);
    FloatVector g = FloatVector.fromArray(SPECIES, START, 6 * n);
    FloatVector h = FloatVector.fromArray(SPECIES, START, 7 * n);
    FloatVector i = FloatVector.fromArray(SPECIES, START, 8 * n);
    FloatVector j = FloatVector.fromArray(SPECIES, START, 9 * n);
    FloatVector k = FloatVector.fromArray(SPECIES, START, 10 * n);
    FloatVector l = FloatVector.fromArray(SPECIES, START, 11 * n);
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.lane(0);
  }

  /** One array over another. */
  float copy() {
    System.arraycopy(from, 0, to, 0, COPIED);
    return to[COPIED - 1];
  }
}
