package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Model;
import dev.kindling.nn.layers.Dense;
import dev.kindling.optim.Muon;
import dev.kindling.optim.Updater;
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

/** A step of Muon over one weight: matrix products of the weight's own size. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MuonBenchmark {

  /** Rows and columns; [128, 1152] is a convolution 3×3, 128→128. */
  @Param({"64x288", "128x1152", "192x1152", "1024x256", "1024x1024"})
  public String weight;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Updater updater;
  private long flops;

  /** Makes the weight and its gradient. */
  @Setup
  public void setup() {
    Parallel.setThreads(threads);
    String[] sides = weight.split("x");
    int rows = Integer.parseInt(sides[0]);
    int columns = Integer.parseInt(sides[1]);
    Model model = Model.of(Shape.of(columns), 1, new Dense(rows).withoutBias());
    var parameter = model.parameters().list().get(0);
    parameter.gradBeta(); // from here on, the gradient counts as written
    Rng.seeded(2).fillNormal(parameter.grad(), 0, 1e-3f);
    updater = Updater.of(model, Muon.withRate(1e-4));
    // Two products of the whole matrix, seventeen of the smaller side's square.
    long small = Math.min(rows, columns);
    flops = 2 * small * small * (2L * Math.max(rows, columns) + 17 * small);
  }

  /** One step. */
  @Benchmark
  public void step(Work.Flops work) {
    work.flops += flops;
    updater.step();
  }
}
