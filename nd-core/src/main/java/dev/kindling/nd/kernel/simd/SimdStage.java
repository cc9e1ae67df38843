package dev.kindling.nd.kernel.simd;

/**
 * A part of some work on vectors. All stages of all work are called from one place: the JIT compiler sees many kinds there, inlines
 * none, and compiles each by itself. Together they would be more than it can take, and then it makes objects of vectors. Work
 * should have three stages or more, since two are still inlined.
 */
interface SimdStage {

  /** Does this stage's part of the piece of work with this number. */
  void run(int index);

  /** All stages in turn, for a piece of work. */
  static void run(SimdStage[] stages, int index) {
    for (SimdStage stage : stages) {
      stage.run(index);
    }
  }
}
