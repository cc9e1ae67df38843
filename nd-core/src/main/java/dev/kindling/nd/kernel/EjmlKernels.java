package dev.kindling.nd.kernel;

/** EJML's matrix product; everything else plain. */
public final class EjmlKernels extends PlainKernels {
  @Override
  public String name() {
    return "ejml";
  }
}
