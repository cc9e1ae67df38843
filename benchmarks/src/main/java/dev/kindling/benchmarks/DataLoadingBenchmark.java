package dev.kindling.benchmarks;

import dev.kindling.data.ArrayDataset;
import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Loader;
import dev.kindling.data.RawDataset;
import dev.kindling.data.format.Npy;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Mini-batches of 64 out of 4096 rows of 784 numbers, in order and shuffled. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DataLoadingBenchmark {

  private static final int ROWS = 4096;
  private static final int COLUMNS = 784;
  private static final int BATCH = 64;

  /** Where the rows are: in arrays, or in files that are mapped into memory. */
  @Param({"memory", "npy"})
  public String source;

  /** In which order they come. */
  @Param({"false", "true"})
  public boolean shuffled;

  private Path directory;
  private Tensor x;
  private Loader loader;
  private int epoch;

  /** Makes the rows. */
  @Setup
  public void setup() throws IOException {
    directory = Files.createTempDirectory("kindling-benchmark");
    x = Rng.seeded(1).fillNormal(Tensor.zeros(ROWS, COLUMNS), 0, 1);
    Tensor y = Tensor.zeros(ROWS);
    Path xFile = directory.resolve("x.npy");
    Path yFile = directory.resolve("y.npy");
    Npy.write(xFile, x);
    Npy.write(yFile, y);
    var data = source.equals("npy") ? RawDataset.map(xFile, yFile) : ArrayDataset.of(x, y);
    loader = shuffled ? data.loader(BATCH).shuffled(1) : data.loader(BATCH);
  }

  /** Deletes the files. */
  @TearDown
  public void tearDown() throws IOException {
    for (String name : new String[] {"x.npy", "y.npy"}) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }

  /** All batches of an epoch. */
  @Benchmark
  public float epoch(Work.Bytes work) {
    float sum = 0;
    try (Batches batches = loader.epoch(epoch++)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        sum += batch.x().data()[0];
      }
    }
    work.bytes += 2L * Float.BYTES * ROWS * COLUMNS;
    return sum;
  }

  /** A whole file into a tensor. */
  @Benchmark
  public Tensor readNpy(Work.Bytes work) throws IOException {
    work.bytes += 2L * Float.BYTES * ROWS * COLUMNS;
    return Npy.readTensor(directory.resolve("x.npy"));
  }
}
