package dev.kindling.data;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Mini-batches of a {@link Dataset}. Immutable: each setting gives a new loader.
 *
 * <pre>{@code
 * data.loader(64).shuffled(42).augment(RandomFlip.horizontal(0.5)).workers(2)
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

  /** All settings; a change of one is a copy with that one changed. */
  private static final class Settings {
    final Dataset data;
    final int batchSize;
    long seed;
    boolean shuffle;
    boolean dropLast;
    int @Nullable [] labels; // of a balanced loader
    @Nullable Transform transform;
    @Nullable BatchTransform batchTransform;
    int workers;

    Settings(Dataset data, int batchSize) {
      this.data = data;
      this.batchSize = batchSize;
    }

    Settings copy() {
      Settings c = new Settings(data, batchSize);
      c.seed = seed;
      c.shuffle = shuffle;
      c.dropLast = dropLast;
      c.labels = labels;
      c.transform = transform;
      c.batchTransform = batchTransform;
      c.workers = workers;
      return c;
    }
  }

  private DataLoader(Settings s) {
    this.s = s;
  }

  static DataLoader of(Dataset data, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, got " + batchSize);
    }
    return new DataLoader(new Settings(data, batchSize));
  }

  // ---------------------------------------------------------------- settings

  /** Another order each epoch, drawn from the seed. Default: the dataset's order. */
  public DataLoader shuffled(long seed) {
    Settings c = s.copy();
    c.seed = seed;
    c.shuffle = true;
    c.labels = null;
    return new DataLoader(c);
  }

  /**
   * As many examples of each class (one more of some, where it doesn't come out even) in a random order, in an epoch as
   * long as the dataset: of small classes each example comes several times, of large ones some don't come. Which ones is
   * drawn anew each epoch.
   *
   * @throws IllegalArgumentException if the targets are no classes
   */
  public DataLoader balanced(long seed) {
    Settings c = s.copy();
    c.seed = seed;
    c.shuffle = true;
    c.labels = s.data.labels();
    return new DataLoader(c);
  }

  /**
   * Draws augmentation from the seed, without shuffling. Default: 0, or what {@link #shuffled} was given.
   */
  public DataLoader seeded(long seed) {
    Settings c = s.copy();
    c.seed = seed;
    return new DataLoader(c);
  }

  /** Leaves out a last batch that would be short. Default: it comes, short. */
  public DataLoader dropLast() {
    Settings c = s.copy();
    c.dropLast = true;
    return new DataLoader(c);
  }

  /** Applies a transform to each input, after those given before. Default: none. */
  public DataLoader augment(Transform transform) {
    Settings c = s.copy();
    c.transform = s.transform == null ? transform : s.transform.then(transform);
    return new DataLoader(c);
  }

  /**
   * Applies a transform to each batch, after the examples' own. Default: none; a second one replaces the first.
   */
  public DataLoader mix(BatchTransform transform) {
    Settings c = s.copy();
    c.batchTransform = transform;
    return new DataLoader(c);
  }

  /**
   * How many threads read and augment batches in the background, ahead of the one who uses them by as many batches and
   * two. Default: 0, each batch is made when it is asked for. The batches are the same, to the bit.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 256
   */
  public DataLoader workers(int n) {
    if (n < 0 || n > 256) {
      throw new IllegalArgumentException("workers must be between 0 and 256, got " + n);
    }
    Settings c = s.copy();
    c.workers = n;
    return new DataLoader(c);
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
    return (int) (((long) size() + s.batchSize - 1) / s.batchSize);
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
    int first = Math.min(firstBatch, batches());
    return s.workers == 0
        ? new SerialBatches(filler, first)
        : new PrefetchedBatches(filler, first, batches(), s.workers, this, spare);
  }

  private int[] order(Rng rng) {
    int n = s.data.size();
    if (!s.shuffle) {
      return Views.range(0, n);
    }
    return s.labels == null ? rng.permutation(n) : Views.balanced(s.labels, rng);
  }

  /** Fills batches of one epoch, any batch at any time, from several threads at once. */
  final class Filler {
    private final int[] order;
    private final Rng examples;
    private final Rng mixes;

    Filler(int epoch) {
      Rng seed = Rng.seeded(s.seed);
      order = order(seed.split(ORDER).split(epoch));
      examples = seed.split(EXAMPLE).split(epoch);
      mixes = seed.split(BATCH).split(epoch);
    }

    /**
     * Fills a batch.
     *
     * @param stop ends the work early where it becomes true; the batch is then unfinished
     */
    Batch fill(BatchBuffers buffers, int number, Stop stop) {
      int from = number * s.batchSize;
      int n = Math.min(s.batchSize, size() - from);
      Batch batch = buffers.batch(n);
      for (int i = 0; i < n && !stop.asked(); i++) {
        int index = order[from + i];
        batch.indices()[i] = index;
        s.data.read(index, buffers.x(i), buffers.y(i));
        if (s.transform != null) {
          Rng rng = examples.split(index);
          // An example that comes twice is augmented in two ways.
          s.transform.apply(buffers.x(i), s.labels == null ? rng : rng.split(from + i));
        }
      }
      if (s.batchTransform != null && !stop.asked()) {
        s.batchTransform.apply(batch.x(), batch.y(), mixes.split(number));
      }
      return batch;
    }
  }

  /** Whether work should end. */
  interface Stop {
    boolean asked();
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
      return number < batches() ? filler.fill(buffers, number++, () -> false) : null;
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
