package dev.kindling.benchmarks;

import dev.kindling.nd.Reduce;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
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

/** Softmax by rows, alone and in its loss: few classes, many, and a vocabulary. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SoftmaxBenchmark {

  /** Rows and columns. */
  @Param({"64x10", "64x1000", "32x32000"})
  public String shape;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private final SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
  private Tensor x;
  private Tensor y;
  private Tensor target;

  /** Makes the numbers. */
  @Setup
  public void setup() {
    String[] sizes = shape.split("x");
    int rows = Integer.parseInt(sizes[0]);
    int columns = Integer.parseInt(sizes[1]);
    x = Rng.seeded(1).fillNormal(Tensor.zeros(rows, columns), 0, 1);
    y = Tensor.zeros(rows, columns);
    target = Tensor.zeros(rows);
    Rng rng = Rng.seeded(2);
    for (int i = 0; i < rows; i++) {
      target.set(rng.nextInt(columns), i);
    }
    Parallel.setThreads(threads);
  }

  /** Every row's probabilities. */
  @Benchmark
  public Tensor softmax(Work.Bytes work) {
    work.bytes += 2L * Float.BYTES * x.size();
    return Reduce.softmax(x, y);
  }

  /** The loss of class indices and its gradient. */
  @Benchmark
  public double crossEntropy(Work.Bytes work) {
    work.bytes += 2L * Float.BYTES * x.size();
    return loss.gradient(x, target, y);
  }
}
