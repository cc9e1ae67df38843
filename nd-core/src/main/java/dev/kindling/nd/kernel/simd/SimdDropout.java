package dev.kindling.nd.kernel.simd;

import static dev.kindling.nd.kernel.simd.Lanes.F;
import static dev.kindling.nd.kernel.simd.Lanes.I;
import static dev.kindling.nd.kernel.simd.Lanes.N;

import dev.kindling.nd.kernel.DropoutHash;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Dropout on whole vectors: {@link DropoutHash} of a vector of counters decides what is kept. */
final class SimdDropout {

  /** 0, 1, 2 and so on. */
  private static final IntVector COUNT = IntVector.zero(I).addIndex(1);

  private SimdDropout() {}

  /** Returns how many elements it did; the tail is the plain loop's. */
  static int dropout(
      long key,
      int base,
      int threshold,
      float scale,
      float[] x,
      int xOff,
      float[] y,
      int yOff,
      int n) {
    int end = F.loopBound(n);
    int low = (int) key;
    int high = (int) (key >>> 32);
    int last = threshold + Integer.MIN_VALUE;
    for (int i = 0; i < end; i += N) {
      IntVector h =
          mix(
              mix(COUNT.add(base + i).lanewise(VectorOperators.XOR, low))
                  .lanewise(VectorOperators.XOR, high));
      var keep = h.add(Integer.MIN_VALUE).compare(VectorOperators.LE, last);
      IntVector scaled = FloatVector.fromArray(F, x, xOff + i).mul(scale).reinterpretAsInts();
      IntVector.zero(I).blend(scaled, keep).reinterpretAsFloats().intoArray(y, yOff + i);
    }
    return end;
  }

  private static IntVector mix(IntVector h) {
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(DropoutHash.M1);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15)).mul(DropoutHash.M2);
    return h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
  }
}
