package dev.kindling.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a training at one moment, as named arrays of numbers: what has to be written to a file so that training
 * can go on later, to the bit. Names have dots, as in {@code updater.m}. Arrays are copied when they are put in.
 */
public final class Snapshot {

  private final Map<String, float[]> floats = new LinkedHashMap<>();
  private final Map<String, double[]> doubles = new LinkedHashMap<>();
  private final Map<String, long[]> longs = new LinkedHashMap<>();

  /** Adds float32 numbers. */
  public void put(String name, float[] values) {
    claim(name);
    floats.put(name, values.clone());
  }

  /** Adds float64 numbers. */
  public void put(String name, double... values) {
    claim(name);
    doubles.put(name, values.clone());
  }

  /** Adds whole numbers. */
  public void put(String name, long... values) {
    claim(name);
    longs.put(name, values.clone());
  }

  /** Float32 numbers, which the caller must not change. */
  public float[] floats(String name) {
    return found(floats.get(name), name);
  }

  /** Float32 numbers that go into an array of a known length. */
  public void copyTo(String name, float[] values) {
    float[] saved = floats(name);
    checkLength(name, values.length, saved.length);
    System.arraycopy(saved, 0, values, 0, saved.length);
  }

  /** Float64 numbers, of which there must be so many. */
  public double[] doubles(String name, int length) {
    double[] saved = doubles(name);
    checkLength(name, length, saved.length);
    return saved;
  }

  /** Float64 numbers, which the caller must not change. */
  public double[] doubles(String name) {
    return found(doubles.get(name), name);
  }

  /** Whole numbers, of which there must be so many. */
  public long[] longs(String name, int length) {
    long[] saved = longs(name);
    checkLength(name, length, saved.length);
    return saved;
  }

  /** Whole numbers, which the caller must not change. */
  public long[] longs(String name) {
    return found(longs.get(name), name);
  }

  /** Whether there are numbers of this name, of any kind. */
  public boolean has(String name) {
    return floats.containsKey(name) || doubles.containsKey(name) || longs.containsKey(name);
  }

  /** The names of all float32 arrays. */
  public Set<String> floatNames() {
    return Collections.unmodifiableSet(floats.keySet());
  }

  /** The names of all float64 arrays. */
  public Set<String> doubleNames() {
    return Collections.unmodifiableSet(doubles.keySet());
  }

  /** The names of all arrays of whole numbers. */
  public Set<String> longNames() {
    return Collections.unmodifiableSet(longs.keySet());
  }

  private void claim(String name) {
    if (has(name)) {
      throw new IllegalArgumentException("The snapshot already holds '" + name + "'");
    }
  }

  private static void checkLength(String name, int expected, int got) {
    if (expected != got) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' should hold "
              + expected
              + " numbers, got "
              + got
              + ". Was the snapshot taken from the same model and settings?");
    }
  }

  private static <T> T found(@Nullable T values, String name) {
    if (values == null) {
      throw new IllegalArgumentException(
          "The snapshot holds no '" + name + "'. Was it taken with the same settings?");
    }
    return values;
  }
}
