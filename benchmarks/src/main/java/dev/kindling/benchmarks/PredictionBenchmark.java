package dev.kindling.benchmarks;

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

/** What a service does: predictions of one example, and of a batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PredictionBenchmark {

  /** See {@link Network}. */
  @Param({"784-128-64-10", "LeNet-5", "CNN-32-64-128", "ResNet-8"})
  public String network;

  /** Examples at once. */
  @Param({"1", "64"})
  public int batch;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Network net;

  /** Makes the network. */
  @Setup
  public void setup() {
    Parallel.setThreads(threads);
    net = new Network(network, batch);
  }

  /** One prediction into the caller's tensor. */
  @Benchmark
  public Tensor predict(Work.Flops work) {
    work.flops += net.predictionFlops();
    return net.predict();
  }
}
