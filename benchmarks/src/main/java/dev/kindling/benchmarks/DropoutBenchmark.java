package dev.kindling.benchmarks;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Dropout: a random number for every element. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DropoutBenchmark {

  /** How many elements. */
  @Param({"16384", "4194304"})
  public int size;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Tensor x;
  private Tensor y;
  private long key;

  /** Makes the numbers. */
  @Setup
  public void setup() {
    x = Rng.seeded(1).fillNormal(Tensor.zeros(size), 0, 1);
    y = Tensor.zeros(size);
    Parallel.setThreads(threads);
  }

  /** One read, one write; backward is the same call. */
  @Benchmark
  public Tensor dropout(Work.Bytes work) {
    work.bytes += 2L * Float.BYTES * size;
    return Ops.dropout(key++, 0.8, x, y);
  }
}
