package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Model;
import dev.kindling.nn.layers.Dense;
import dev.kindling.optim.AdaDelta;
import dev.kindling.optim.AdaGrad;
import dev.kindling.optim.AdaMax;
import dev.kindling.optim.Adam;
import dev.kindling.optim.AdamW;
import dev.kindling.optim.Lion;
import dev.kindling.optim.NAdam;
import dev.kindling.optim.Optimizer;
import dev.kindling.optim.RAdam;
import dev.kindling.optim.RmsProp;
import dev.kindling.optim.Rprop;
import dev.kindling.optim.Sgd;
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

/** A step of every rule over 4 million parameters: its time is its memory traffic. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OptimizerBenchmark {

  private static final int WIDTH = 2048;

  /** Which rule. */
  @Param({
    "Sgd",
    "Adam",
    "AdamW",
    "AdaGrad",
    "AdaDelta",
    "AdaMax",
    "NAdam",
    "RAdam",
    "RmsProp",
    "Rprop",
    "Lion"
  })
  public String rule;

  /** The library's threads. */
  @Param("1")
  public int threads;

  private Updater updater;
  private long bytes;

  /** Makes the parameters and their gradients. */
  @Setup
  public void setup() {
    Parallel.setThreads(threads);
    Optimizer optimizer = rule(rule);
    Model model = Model.of(Shape.of(WIDTH), 1, new Dense(WIDTH).withoutBias());
    var weight = model.parameters().list().get(0);
    weight.gradBeta(); // from here on, the gradient counts as written
    Rng.seeded(2).fillNormal(weight.grad(), 0, 1e-3f);
    updater = Updater.of(model, optimizer);
    // Value and states are read and written, the gradient is read.
    bytes = Float.BYTES * model.parameters().size() * (3L + 2 * optimizer.stateNames().size());
  }

  private static Optimizer rule(String name) {
    double rate = 1e-4;
    return switch (name) {
      case "Sgd" -> Sgd.withRate(rate);
      case "Adam" -> Adam.withRate(rate);
      case "AdamW" -> AdamW.withRate(rate);
      case "AdaGrad" -> AdaGrad.withRate(rate);
      case "AdaDelta" -> AdaDelta.withRate(rate);
      case "AdaMax" -> AdaMax.withRate(rate);
      case "NAdam" -> NAdam.withRate(rate);
      case "RAdam" -> RAdam.withRate(rate);
      case "RmsProp" -> RmsProp.withRate(rate);
      case "Rprop" -> Rprop.withRate(rate);
      case "Lion" -> Lion.withRate(rate);
      default -> throw new IllegalArgumentException("No rule of the name " + name);
    };
  }

  /** For the guard. */
  static OptimizerBenchmark of(String rule) {
    OptimizerBenchmark benchmark = new OptimizerBenchmark();
    benchmark.rule = rule;
    benchmark.threads = 1;
    benchmark.setup();
    return benchmark;
  }

  long bytes() {
    return bytes;
  }

  float run() {
    updater.step();
    return 0;
  }

  /** One step. */
  @Benchmark
  public void step(Work.Bytes work) {
    work.bytes += bytes;
    updater.step();
  }
}
