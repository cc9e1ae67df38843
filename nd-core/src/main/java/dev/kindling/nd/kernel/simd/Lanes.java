package dev.kindling.nd.kernel.simd;

import jdk.incubator.vector.FloatVector;
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

  private Lanes() {}
}
