package dev.kindling.nd.kernel;

/**
 * The 32-bit hash behind dropout masks: a counter goes in, a number that looks random comes out, so that the mask of a
 * position can be computed again instead of stored, by any thread and in any order. Two rounds of a xor-shift-multiply
 * finalizer with one half of the key before each.
 */
public final class DropoutHash {

  /** First multiplier of the finalizer. */
  public static final int M1 = 0x7feb352d;

  /** Second multiplier of the finalizer. */
  public static final int M2 = 0x846ca68b;

  private DropoutHash() {}

  /** The hash of one counter; its upper bits decide, as an unsigned number, whether an element is kept. */
  public static int hash(long key, int counter) {
    return mix(mix(counter ^ (int) key) ^ (int) (key >>> 32));
  }

  private static int mix(int h) {
    h ^= h >>> 16;
    h *= M1;
    h ^= h >>> 15;
    h *= M2;
    h ^= h >>> 16;
    return h;
  }

  /**
   * The threshold to pass for elements kept with the given probability, in (0, 1]: hashes up to it, as unsigned
   * numbers, are kept. For 1 that is all of them.
   */
  public static int threshold(double keep) {
    return (int) Math.max(Math.round(keep * 0x1p32) - 1, 0);
  }
}
