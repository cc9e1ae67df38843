package dev.kindling.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What benchmarks count beside their calls, so that {@link Main} can compare them to the machine's limits. */
public final class Work {

  private Work() {}

  /** Floating-point operations, two a multiply-add. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Flops {
    /** Since the iteration began. */
    public long flops;
  }

  /** Bytes read and written that no cache could save. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Bytes {
    /** Since the iteration began. */
    public long bytes;
  }

  /** Examples that went through. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Examples {
    /** Since the iteration began. */
    public long examples;
  }
}
