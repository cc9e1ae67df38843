package dev.kindling.benchmarks;

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

/**
 * Convolutions of networks for small images, forward and both gradients. Operations are counted by the definition, so that
 * minimal filtering can come out above the processor's peak.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {

  /** Input channels, output channels, height and width, kernel, stride, batch. */
  @Param({
    "64-64-32-3-1-32",
    "3-32-64-3-2-32",
    "32-64-32-3-1-64",
    "128-192-8-3-1-64",
    "64-128-32-3-2-32",
    "64-64-32-1-1-32",
    "16-16-32-5-1-32"
  })
  public String filter;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Filter convolution;

  /** Makes the numbers. */
  @Setup
  public void setup() {
    Parallel.setThreads(threads);
    convolution = Filter.of(filter);
  }

  /** y = w·x. */
  @Benchmark
  public float forward(Work.Flops work) {
    work.flops += convolution.flops();
    return convolution.forward();
  }

  /** The gradient by x. */
  @Benchmark
  public float inputGradient(Work.Flops work) {
    work.flops += convolution.flops();
    return convolution.inputGradient();
  }

  /** The gradient by w. */
  @Benchmark
  public float weightGradient(Work.Flops work) {
    work.flops += convolution.flops();
    return convolution.weightGradient();
  }
}
