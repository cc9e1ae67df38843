package dev.kindling.nd.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape that all loops here use; a class of its own, so that the JIT compiler sees constants. */
final class Lanes {

  /** The widest float vectors of the processor. */
  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  /** Floats a vector. */
  static final int N = F.length();

  /** Ints, as many. */
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

  /** Doubles, half as many. */
  static final VectorSpecies<Double> D = VectorSpecies.of(double.class, F.vectorShape());

  /**
   * Bring the other half, quarter, eighth of the lanes onto the first: to sum a vector in a fixed order. {@code
   * reduceLanes} leaves the order open, and on JDK 25 compiled code takes another one than code that isn't compiled yet.
   */
  static final VectorShuffle<Float> HALF = rotation(N / 2);

  static final VectorShuffle<Float> QUARTER = rotation(N / 4);
  static final VectorShuffle<Float> EIGHTH = rotation(N / 8);
  static final VectorShuffle<Float> SIXTEENTH = rotation(N / 16);

  private Lanes() {}

  private static VectorShuffle<Float> rotation(int lanes) {
    return VectorShuffle.iota(F, lanes, 1, true);
  }
}
