package dev.kindling.nd.kernel.simd;

import dev.kindling.nd.kernel.PlainKernels;
import jdk.incubator.vector.FloatVector;

/** The kernels on the Vector API, at the widest vectors that the processor has. */
public final class SimdKernels extends PlainKernels {

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return "simd, " + bits + " bits (" + bits / Float.SIZE + " floats)";
  }
}
