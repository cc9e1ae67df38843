package dev.kindling.nd.kernel.simd;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A part of some work on vectors, which the JIT compiler compiles by itself: together with what calls it, it would be more than the
 * compiler can take, and then it makes objects of vectors. A handle is in between, since no compiler looks through one that isn't a
 * constant. An interface alone isn't enough: where one implementation is called far more often than all others, it is inlined.
 */
final class SimdStage {

  private static final MethodHandle RUN;

  static {
    try {
      RUN =
          MethodHandles.lookup()
              .findVirtual(Work.class, "run", MethodType.methodType(void.class, int.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MethodHandle work;

  /** Of this work. */
  SimdStage(Work work) {
    this.work = RUN.bindTo(work);
  }

  /** What a stage does. */
  @FunctionalInterface
  interface Work {
    /** Does this stage's part of the piece of work with this number. */
    void run(int index);
  }

  /** Does this stage's part of a piece of work. */
  void run(int index) {
    try {
      work.invokeExact(index);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // Work declares none
      throw new IllegalStateException(e);
    }
  }
}
