package dev.kindling.nd.kernel.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape that all loops here use; a class of its own, so that the JIT compiler sees constants. There is one
 * shape an element type: a second one, used anywhere, makes the call profiles inside the Vector API ambiguous, and then
 * long loops that have nothing to do with it stop being compiled to vector instructions.
 */
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

  /** The same for doubles; where vectors are too short for one, it is not to be used. */
  static final VectorShuffle<Double> D_HALF = VectorShuffle.iota(D, N / 4, 1, true);

  static final VectorShuffle<Double> D_QUARTER = VectorShuffle.iota(D, N / 8, 1, true);
  static final VectorShuffle<Double> D_EIGHTH = VectorShuffle.iota(D, N / 16, 1, true);

  /** The lower half of 64 bits. */
  static final long LOW = 0xffff_ffffL;

  /** The even lanes, then the odd ones: undoes what moving every second number by 32 bits does to the order. */
  static final VectorShuffle<Float> APART =
      VectorShuffle.fromOp(F, i -> i < N / 2 ? 2 * i : 2 * (i - N / 2) + 1);

  /** The first half of the lanes to the even places, the second half to the odd ones. */
  static final VectorShuffle<Float> MEET = VectorShuffle.fromOp(F, i -> i % 2 * (N / 2) + i / 2);

  private Lanes() {}

  private static VectorShuffle<Float> rotation(int lanes) {
    return VectorShuffle.iota(F, lanes, 1, true);
  }
}
