package dev.kindling.benchmarks;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
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

/** The matrix product: squares, the networks' own shapes in the three forms of training, and narrow ones. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GemmBenchmark {

  /** Which sides are stored transposed, and m, k, n. */
  @Param({
    "nn-256x256x256",
    "nn-512x512x512",
    "nn-1024x1024x1024",
    "tn-512x512x512",
    "nt-512x512x512",
    "tt-512x512x512",
    "nt-64x784x128",
    "tn-128x64x784",
    "nn-64x128x784",
    "nt-64x12288x256",
    "tn-256x64x12288",
    "nn-64x256x12288",
    "nt-64x64x10",
    "nt-64x64x1",
    "nt-1x784x128",
    "nt-400x2x4"
  })
  public String product;

  /** The kernels' provider. */
  @Param("simd")
  public String provider;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Product gemm;
  private Kernels kernels;

  /** Makes the numbers. */
  @Setup
  public void setup() {
    gemm = Product.of(product);
    kernels = KernelProvider.named(provider);
    Parallel.setThreads(threads);
  }

  /** Ours. */
  @Benchmark
  public float kindling(Work.Flops work) {
    work.flops += gemm.flops();
    return gemm.run(kernels);
  }

  /** EJML's, which has one thread and no providers. */
  @Benchmark
  public float ejml(Work.Flops work) {
    work.flops += gemm.flops();
    return gemm.ejml();
  }
}
