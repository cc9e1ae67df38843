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

/** Whole training steps with Adam: forward, loss, backward, update. `-prof gc` shows that they allocate nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrainingStepBenchmark {

  /** See {@link Network}, which also chooses the batch. */
  @Param({"2-4-1", "784-128-64-10", "12288-256-64-1", "LeNet-5", "CNN-32-64-128", "ResNet-8"})
  public String network;

  /** The library's threads. */
  @Param({"1", "2"})
  public int threads;

  private Network training;

  /** Makes the network. */
  @Setup
  public void setup() {
    Parallel.setThreads(threads);
    training = Network.named(network);
  }

  /** One step. */
  @Benchmark
  public double step(Work.Flops work) {
    work.flops += training.stepFlops();
    return training.step();
  }
}
