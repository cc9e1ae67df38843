package dev.kindling.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the machine could do: every other figure is a share of one of these. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeakBenchmark {

  private final Peak peak = new Peak();

  /** The arithmetic of one core. */
  @Benchmark
  public float multiplyAdd(Work.Flops work) {
    work.flops += Peak.flops();
    return Peak.multiplyAdd();
  }

  /** The memory of one core. */
  @Benchmark
  public float copy(Work.Bytes work) {
    work.bytes += Peak.bytes();
    return peak.copy();
  }
}
