package dev.kindling.benchmarks.peers;

/** One side of a comparison. */
interface Contestant extends AutoCloseable {

  /** One training step, or one prediction. Returns something that depends on the result. */
  float run();

  @Override
  void close();
}
