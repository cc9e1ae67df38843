package dev.kindling.benchmarks;

import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Loader;
import dev.kindling.data.Standardizer;
import dev.kindling.data.augment.RandomCrop;
import dev.kindling.data.augment.RandomFlip;
import dev.kindling.data.image.ImageDecoder;
import dev.kindling.data.image.ImageFolder;
import dev.kindling.nd.Rng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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

/**
 * An epoch of 64×64 JPEGs from files, on two threads: decoded, flipped, cropped, normalized and put into batches of 64;
 * beside it the same files in the same order, only decoded.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ImageStreamingBenchmark {

  private static final int THREADS = 2;
  private static final int SIZE = 64;
  private static final int BATCH = 64;

  /** A folder as {@link ImageFolder} reads it, {@code -p folder=…}; without one, pictures are made. */
  @Param({""})
  public String folder;

  /** How many pictures are made. */
  @Param({"4096"})
  public int made;

  private @Nullable Path directory;
  private ImageFolder images;
  private Loader loader;
  private ExecutorService threads;
  private int epoch;

  /** Makes the pictures. */
  @Setup
  public void setup() throws IOException {
    Path source;
    if (folder.isEmpty()) {
      source = Files.createTempDirectory("kindling-benchmark");
      directory = source;
      Pictures.write(source, made, SIZE);
    } else {
      source = Path.of(folder);
    }
    images = ImageFolder.open(source, SIZE);
    loader =
        images
            .loader(BATCH)
            .shuffled(1)
            .augment(RandomFlip.horizontal(0.5))
            .augment(new RandomCrop(4))
            .augment(
                Standardizer.of(
                    new float[] {0.49f, 0.45f, 0.42f}, new float[] {0.26f, 0.25f, 0.26f}))
            .workers(THREADS);
    threads = Executors.newFixedThreadPool(THREADS);
  }

  /** Deletes them. */
  @TearDown
  public void tearDown() throws IOException {
    threads.shutdown();
    if (directory != null) {
      for (int i = 0; i < images.size(); i++) {
        Files.delete(images.files().path(i));
      }
      Files.delete(directory);
    }
  }

  /** Files to batches. */
  @Benchmark
  public float stream(Work.Examples work) {
    float sum = 0;
    try (Batches batches = loader.epoch(epoch++)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        sum += batch.x().data()[0];
        work.examples += batch.size();
      }
    }
    return sum;
  }

  /** Files to pixels: the limit of the other. */
  @Benchmark
  public int decode(Work.Examples work) throws Exception {
    int[] order = Rng.seeded(epoch++).permutation(images.size());
    ImageDecoder decoder = new ImageDecoder();
    AtomicInteger next = new AtomicInteger();
    List<Callable<Integer>> parts = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      parts.add(
          () -> {
            int sum = 0;
            for (int i = next.getAndIncrement(); i < order.length; i = next.getAndIncrement()) {
              sum += decoder.decode(images.files().path(order[i])).rgb()[0];
            }
            return sum;
          });
    }
    int sum = 0;
    for (Future<Integer> part : threads.invokeAll(parts)) {
      sum += part.get();
    }
    work.examples += order.length;
    return sum;
  }
}
