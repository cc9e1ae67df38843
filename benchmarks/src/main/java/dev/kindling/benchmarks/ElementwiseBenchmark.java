package dev.kindling.benchmarks;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
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

/** Functions of every element, forward and backward, in the caches and beyond. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ElementwiseBenchmark {

  /** Which function. */
  @Param({"RELU", "EXP", "LOG", "TANH", "SIGMOID", "GELU", "SILU", "SOFTPLUS"})
  public Unary function;

  /** How many elements. */
  @Param({"4096", "4194304"})
  public int size;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Tensor x;
  private Tensor y;
  private Tensor dy;
  private Tensor dx;

  /** Makes the numbers. */
  @Setup
  public void setup() {
    x = Rng.seeded(1).fillUniform(Tensor.zeros(size), 0.01f, 3);
    dy = Rng.seeded(2).fillNormal(Tensor.zeros(size), 0, 1);
    y = Tensor.zeros(size);
    dx = Tensor.zeros(size);
    Parallel.setThreads(threads);
    Ops.map(function, 1, x, y);
  }

  /** One read, one write. */
  @Benchmark
  public Tensor forward(Work.Bytes work) {
    work.bytes += 2L * Float.BYTES * size;
    return Ops.map(function, 1, x, y);
  }

  /** Two reads, one write. */
  @Benchmark
  public Tensor backward(Work.Bytes work) {
    work.bytes += 3L * Float.BYTES * size;
    return Ops.mapGradient(function, 1, x, y, dy, dx);
  }

  /** Two reads, one write, one addition. */
  @Benchmark
  public Tensor axpy(Work.Bytes work) {
    work.bytes += 3L * Float.BYTES * size;
    return Ops.axpy(1e-9f, x, y);
  }
}
