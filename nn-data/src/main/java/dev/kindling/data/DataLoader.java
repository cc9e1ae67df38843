package dev.kindling.data;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Mini-batches of a {@link Dataset}. Immutable: each setting gives a new loader.
 *
 * <pre>{@code
 * data.loader(64).shuffled(42).augment(Augment.flip()).workers(2)
 * }</pre>
 *
 * <p>The order of the examples and every augmentation are functions of (seed, epoch, example) alone: they don't depend
 * on the number of workers, on the epochs before, or on where an epoch is entered.
 */
public final class DataLoader implements Loader {

  // Which of the seed's streams serves what.
  private static final int ORDER = 0;
  private static final int EXAMPLE = 1;
  private static final int BATCH = 2;

  private final Settings s;
  private final BatchBuffers.Spare spare = new BatchBuffers.Spare();

  /** All settings, so that a change of one is one line. */
  private record Settings(
      Dataset data,
      int batchSize,
      long seed,
      boolean shuffle,
      boolean dropLast,
      @Nullable Transform transform,
      @Nullable BatchTransform batchTransform) {}

  private DataLoader(Settings s) {
    this.s = s;
  }

  static DataLoader of(Dataset data, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
    }
    return new DataLoader(new Settings(data, batchSize, 0, false, false, null, null));
  }

  // ---------------------------------------------------------------- settings

  /** Another order each epoch, drawn from the seed. Default: the dataset's order. */
  public DataLoader shuffled(long seed) {
    return new DataLoader(
        new Settings(s.data, s.batchSize, seed, true, s.dropLast, s.transform, s.batchTransform));
  }

  /** Draws augmentation from the seed, without shuffling. Default: 0, or what {@link #shuffled} was given. */
  public DataLoader seeded(long seed) {
    return new DataLoader(
        new Settings(
            s.data, s.batchSize, seed, s.shuffle, s.dropLast, s.transform, s.batchTransform));
  }

  /** Leaves out a last batch that would be short. Default: it comes, short. */
  public DataLoader dropLast() {
    return new DataLoader(
        new Settings(s.data, s.batchSize, s.seed, s.shuffle, true, s.transform, s.batchTransform));
  }

  /** Applies a transform to each input, after those given before. Default: none. */
  public DataLoader augment(Transform transform) {
    Transform all = s.transform == null ? transform : s.transform.then(transform);
    return new DataLoader(
        new Settings(s.data, s.batchSize, s.seed, s.shuffle, s.dropLast, all, s.batchTransform));
  }

  /** Applies a transform to each batch, after the examples' own. Default: none; a second one replaces the first. */
  public DataLoader mix(BatchTransform transform) {
    return new DataLoader(
        new Settings(s.data, s.batchSize, s.seed, s.shuffle, s.dropLast, s.transform, transform));
  }

  // ---------------------------------------------------------------- what it is

  /** The examples behind the batches. */
  public Dataset dataset() {
    return s.data;
  }

  @Override
  public int size() {
    return s.dropLast ? s.data.size() / s.batchSize * s.batchSize : s.data.size();
  }

  @Override
  public int batchSize() {
    return s.batchSize;
  }

  @Override
  public int batches() {
    return (size() + s.batchSize - 1) / s.batchSize;
  }

  @Override
  public Shape inputShape() {
    return s.data.inputShape();
  }

  @Override
  public Shape targetShape() {
    return s.data.targetShape();
  }

  // ---------------------------------------------------------------- batches

  @Override
  public Batches epoch(int epoch) {
    return epoch(epoch, 0);
  }

  @Override
  public Batches epoch(int epoch, int firstBatch) {
    if (epoch < 0 || firstBatch < 0) {
      throw new IllegalArgumentException(
          "epoch and firstBatch must be at least 0, got " + epoch + " and " + firstBatch);
    }
    Filler filler = new Filler(epoch);
    return new SerialBatches(filler, firstBatch);
  }

  /** Fills batches of one epoch, any batch at any time. */
  private final class Filler {
    private final int[] order;
    private final Rng examples;
    private final Rng mixes;

    Filler(int epoch) {
      Rng seed = Rng.seeded(s.seed);
      int n = s.data.size();
      order = s.shuffle ? seed.split(ORDER).split(epoch).permutation(n) : Views.range(0, n);
      examples = seed.split(EXAMPLE).split(epoch);
      mixes = seed.split(BATCH).split(epoch);
    }

    Batch fill(BatchBuffers buffers, int number) {
      int from = number * s.batchSize;
      int n = Math.min(s.batchSize, size() - from);
      Batch batch = buffers.batch(n);
      for (int i = 0; i < n; i++) {
        int index = order[from + i];
        batch.indices()[i] = index;
        s.data.read(index, buffers.x(i), buffers.y(i));
        if (s.transform != null) {
          s.transform.apply(buffers.x(i), examples.split(index));
        }
      }
      if (s.batchTransform != null) {
        s.batchTransform.apply(batch.x(), batch.y(), mixes.split(number));
      }
      return batch;
    }
  }

  /** Fills each batch when it is asked for, in the caller's thread. */
  private final class SerialBatches implements Batches {
    private final Filler filler;
    private final BatchBuffers buffers;
    private int number;
    private boolean closed;

    SerialBatches(Filler filler, int firstBatch) {
      this.filler = filler;
      this.number = firstBatch;
      this.buffers = spare.take(DataLoader.this);
    }

    @Override
    public @Nullable Batch next() {
      if (closed) {
        throw new IllegalStateException("These batches are closed");
      }
      return number < batches() ? filler.fill(buffers, number++) : null;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        spare.give(buffers);
      }
    }
  }
}
