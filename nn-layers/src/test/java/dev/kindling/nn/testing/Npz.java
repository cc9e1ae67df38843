package dev.kindling.nn.testing;

import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The arrays of a {@code .npz} file that a test trusts: little-endian float32, float64 or int64, in C order. */
public final class Npz {

  private static final Pattern HEADER =
      Pattern.compile("'descr': '<(f4|f8|i8)', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\)");

  private final Map<String, Array> arrays = new HashMap<>();

  /** One array. */
  public static final class Array {

    private final int[] shape;
    private final double[] values;

    private Array(int[] shape, double[] values) {
      this.shape = shape;
      this.values = values;
    }

    /** The sizes of the axes. */
    public int[] shape() {
      return shape;
    }

    /** The elements in order. */
    public double[] values() {
      return values;
    }

    /** As float32. */
    public Tensor tensor() {
      Tensor t = Tensor.zeros(shape);
      for (int i = 0; i < values.length; i++) {
        t.data()[i] = (float) values[i];
      }
      return t;
    }
  }

  /** Reads a file of the class path. */
  public static Npz resource(String path) {
    Npz npz = new Npz();
    try (InputStream in = Npz.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("No resource " + path);
      }
      try (ZipInputStream zip = new ZipInputStream(in)) {
        for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
          npz.arrays.put(e.getName().replaceAll("\\.npy$", ""), npy(zip.readAllBytes()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
    return npz;
  }

  private static Array npy(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int start = b.get(6) == 1 ? 10 : 12;
    int length = b.get(6) == 1 ? b.getShort(8) & 0xffff : b.getInt(8);
    String header = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    Matcher m = HEADER.matcher(header);
    if (!m.find()) {
      throw new IllegalArgumentException("Not an array that tests read: " + header);
    }
    String[] dims = m.group(2).isBlank() ? new String[0] : m.group(2).split(",\\s*", -1);
    int rank = dims.length > 0 && dims[dims.length - 1].isBlank() ? dims.length - 1 : dims.length;
    int[] shape = new int[rank];
    int size = 1;
    for (int i = 0; i < rank; i++) {
      shape[i] = Integer.parseInt(dims[i].trim());
      size *= shape[i];
    }
    double[] values = new double[size];
    b.position(start + length);
    for (int i = 0; i < size; i++) {
      values[i] =
          switch (m.group(1)) {
            case "f4" -> b.getFloat();
            case "f8" -> b.getDouble();
            default -> b.getLong();
          };
    }
    return new Array(shape, values);
  }

  /** Whether there is such an array. */
  public boolean has(String name) {
    return arrays.containsKey(name);
  }

  /** The names of all arrays that begin with a prefix, in order. */
  public List<String> names(String prefix) {
    return arrays.keySet().stream().filter(n -> n.startsWith(prefix)).sorted().toList();
  }

  /** One array. */
  public Array array(String name) {
    Array a = arrays.get(name);
    if (a == null) {
      throw new IllegalArgumentException("No array " + name + " in " + arrays.keySet());
    }
    return a;
  }

  /** One array as float32. */
  public Tensor tensor(String name) {
    return array(name).tensor();
  }
}
