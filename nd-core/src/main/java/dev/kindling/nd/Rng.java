package dev.kindling.nd;

/**
 * Random numbers from a seed: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014),
 * a counter that a strong mixing function turns into numbers. Two longs are the whole {@link #state}, so that training
 * can be resumed to the bit, and {@link #split(long)} gives a stream of its own to each worker, epoch or example, so
 * that results don't depend on who draws first.
 *
 * <p>The numbers are the same on every machine, JDK and kernel provider. Not for secrets, and not thread-safe: give
 * each thread a split.
 */
public final class Rng {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long key;
  private long counter;

  private Rng(long key, long counter) {
    this.key = key;
    this.counter = counter;
  }

  /** The stream that belongs to a seed. */
  public static Rng seeded(long seed) {
    return new Rng(mix(seed + GOLDEN), 0);
  }

  /** A stream that goes on where {@link #state} was taken. */
  public static Rng restored(State state) {
    return new Rng(state.key, state.counter);
  }

  /**
   * All that a stream is.
   *
   * @param key which stream
   * @param counter how many numbers were drawn
   */
  public record State(long key, long counter) {}

  /** What {@link #restored} and {@link #restore} take. */
  public State state() {
    return new State(key, counter);
  }

  /** Makes this stream go on where the state was taken. */
  public void restore(State state) {
    key = state.key;
    counter = state.counter;
  }

  /** A new independent stream; this one moves on by one number. */
  public Rng split() {
    return new Rng(mix(nextLong() ^ GOLDEN), 0);
  }

  /**
   * The independent stream of an index: the same index gives the same stream, however often it is asked for, and this
   * one does not move. For examples drawn in parallel: {@code rng.split(epoch).split(index)}.
   */
  public Rng split(long index) {
    return new Rng(mix(mix(key ^ (index * GOLDEN)) + index + counter * 0xd1342543de82ef95L), 0);
  }

  /** 64 random bits. */
  public long nextLong() {
    return mix(key + GOLDEN * ++counter);
  }

  /** 32 random bits. */
  public int nextInt() {
    return (int) (nextLong() >>> 32);
  }

  /**
   * Uniform over 0 to bound - 1, without bias.
   *
   * @throws IllegalArgumentException if bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, got " + bound);
    }
    long limit = (1L << 32) - (1L << 32) % bound;
    long bits;
    do {
      bits = nextLong() >>> 32;
    } while (bits >= limit);
    return (int) (bits % bound);
  }

  /** Uniform over [0, 1), in steps of 2^-24. */
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1p-24f;
  }

  /** Uniform over [0, 1), in steps of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** True with the given probability. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** Standard normal (mean 0, variance 1), by Marsaglia's polar method (1964). */
  public double nextGaussian() {
    double u;
    double v;
    double s;
    do {
      u = 2 * nextDouble() - 1;
      v = 2 * nextDouble() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s == 0);
    return u * Math.sqrt(-2 * StrictMath.log(s) / s);
  }

  /** Fills with uniform numbers over [low, high). */
  public Tensor fillUniform(Tensor t, float low, float high) {
    float[] d = t.data();
    float span = high - low;
    for (int i = t.offset(), end = i + t.size(); i < end; i++) {
      float value = low + span * nextFloat();
      d[i] = value < high ? value : Math.nextDown(high);
    }
    return t;
  }

  /** Fills with normal numbers. */
  public Tensor fillNormal(Tensor t, float mean, float std) {
    float[] d = t.data();
    for (int i = t.offset(), end = i + t.size(); i < end; i++) {
      d[i] = (float) (mean + std * nextGaussian());
    }
    return t;
  }

  /** Fills with 1 where an event of the given probability happens, 0 elsewhere. */
  public Tensor fillBernoulli(Tensor t, double probability) {
    float[] d = t.data();
    for (int i = t.offset(), end = i + t.size(); i < end; i++) {
      d[i] = nextBoolean(probability) ? 1 : 0;
    }
    return t;
  }

  /** The numbers 0 to n - 1 in random order, each order equally likely (Fisher and Yates). */
  public int[] permutation(int n) {
    int[] p = new int[n];
    for (int i = 0; i < n; i++) {
      p[i] = i;
    }
    shuffle(p);
    return p;
  }

  /** Shuffles in place, each order equally likely. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int t = values[i];
      values[i] = values[j];
      values[j] = t;
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
