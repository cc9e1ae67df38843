package dev.kindling.data.hdf5;

import dev.kindling.data.format.Archives;
import dev.kindling.data.format.NumberType;
import dev.kindling.data.format.RawArray;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HDF5 files (HDF5 File Format Specification 3.0, The HDF Group), as h5py, Keras, PyTables and MATLAB write them by
 * default. A file is opened, its datasets are read one by one by their path, and it is closed.
 *
 * <pre>{@code
 * try (Hdf5 file = Hdf5.open(Path.of("train_catvnoncat.h5"))) {
 *   RawArray images = file.read("train_set_x"); // uint8 [209, 64, 64, 3]
 * }
 * }</pre>
 *
 * <p>Understood: whole and floating-point numbers of 1 to 8 bytes in both byte orders, enumerations of such (h5py's
 * booleans) and texts of a fixed length; kept in one piece, or in chunks, compressed by deflate, shuffled, with
 * checksums. What only the option {@code libver='latest'} writes (chunks without a tree, groups with more than a few
 * members) and other filters are refused by name. Links to other files aren't followed.
 *
 * <p>For one thread at a time.
 */
public final class Hdf5 implements AutoCloseable {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** Of data that were never written, more than this and 4 times the file is taken for damage. */
  private static final long MOST_UNWRITTEN = 16 << 20;

  private static final int COMPACT = 0;
  private static final int CONTIGUOUS = 1;
  private static final int CHUNKED = 2;

  private final FileChannel channel;
  private final Blocks file;
  private final Map<String, ObjectHeader> datasets;

  private Hdf5(FileChannel channel, Blocks file, Map<String, ObjectHeader> datasets) {
    this.channel = channel;
    this.file = file;
    this.datasets = datasets;
  }

  // ---------------------------------------------------------------- opening

  /**
   * Opens a file and looks for its datasets.
   *
   * @throws DataFormatException if it is no such file, is damaged, or uses what isn't supported
   * @throws IOException if it can't be read
   */
  public static Hdf5 open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    try {
      Blocks file = new Blocks(channel, path.toString());
      return new Hdf5(channel, file, Groups.datasets(file, superblock(file)));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Reads one dataset of a file; see {@link #read(String)}. */
  public static RawArray read(Path path, String name) throws IOException {
    try (Hdf5 file = open(path)) {
      return file.read(name);
    }
  }

  /** Where the root group is (specification II.A). */
  private static long superblock(Blocks file) throws IOException {
    long at = 0;
    while (!signed(file, at)) { // the beginning may be another program's
      at = at == 0 ? 512 : 2 * at;
      if (at > file.size() - SIGNATURE.length) {
        throw file.wrong(0, "not an HDF5 file: it doesn't begin with \\x89HDF");
      }
    }
    Block block = file.upTo(at + SIGNATURE.length, 120);
    int version = block.u1();
    if (version > 3) {
      throw file.wrong(at + 8, "expected a superblock of version 0 to 3, found " + version);
    }
    block.skip(version < 2 ? 4 : 0);
    int offsets = block.u1();
    int lengths = block.u1();
    block.skip(version == 0 ? 9 : version == 1 ? 13 : 1);
    file.settings(0, offsets, lengths, at);
    long base = block.offset();
    block.offset();
    block.offset();
    block.skip(version < 2 ? 2L * offsets : 0); // driver information, the root's name
    long root = block.offset();
    file.settings(base, offsets, lengths, at);
    return root;
  }

  private static boolean signed(Blocks file, long at) throws IOException {
    Block start = file.upTo(at, SIGNATURE.length);
    return start.remaining() == SIGNATURE.length
        && Arrays.equals(start.bytes(SIGNATURE.length), SIGNATURE);
  }

  /** The datasets' paths, {@code name} or {@code group/name}, in the file's order. */
  public List<String> names() {
    return new ArrayList<>(datasets.keySet());
  }

  // ---------------------------------------------------------------- reading

  /**
   * Reads one dataset into memory.
   *
   * @param name its path, as {@link #names} has it
   * @throws DataFormatException if it is damaged, isn't of numbers, or expands to more than {@value Archives#MAX_RATIO}
   *     times its compressed size and 64 MB
   * @throws IllegalArgumentException if there is no dataset of this name
   */
  public RawArray read(String name) throws IOException {
    Data data = data(name);
    NumberType number = data.type.number();
    if (number == null) {
      throw file.wrong(-1, "expected numbers in '" + name + "', found texts; see readTexts");
    }
    return RawArray.of(number, data.type.order(), data.bytes, data.dims);
  }

  /** Reads one dataset into a tensor, rounded to float32; see {@link #read(String)}. */
  public Tensor readTensor(String name) throws IOException {
    return read(name).toTensor();
  }

  /**
   * Reads a dataset of texts of a fixed length (UTF-8), in C order, without what fills them up.
   *
   * @throws DataFormatException if it is damaged, or isn't of such texts
   * @throws IllegalArgumentException if there is no dataset of this name
   */
  public List<String> readTexts(String name) throws IOException {
    Data data = data(name);
    if (data.type.number() != null) {
      throw file.wrong(
          -1, "expected texts in '" + name + "', found " + data.type.number() + "; see read");
    }
    List<String> texts = new ArrayList<>();
    int width = data.type.bytes();
    for (int at = 0; at + width <= data.bytes.length; at += width) {
      int end = at;
      while (end < at + width && data.bytes[end] != 0) {
        end++;
      }
      texts.add(new String(data.bytes, at, end - at, StandardCharsets.UTF_8).stripTrailing());
    }
    return texts;
  }

  private static final class Data {
    final Type type;
    final int[] dims;
    final byte[] bytes;

    Data(Type type, int[] dims, byte[] bytes) {
      this.type = type;
      this.dims = dims;
      this.bytes = bytes;
    }
  }

  private Data data(String name) throws IOException {
    ObjectHeader header = datasets.get(name);
    if (header == null) {
      throw new IllegalArgumentException("name must be one of " + names() + ", got '" + name + "'");
    }
    file.restart();
    Type type = Type.read(required(header, ObjectHeader.DATATYPE, "data type", name));
    Block space = required(header, ObjectHeader.DATASPACE, "shape", name);
    int[] dims = dims(space);
    long claimed = type.bytes();
    for (int dim : dims) {
      if (dim != 0 && claimed > Long.MAX_VALUE / dim) {
        throw file.wrong(space.address(), "too many elements: " + Arrays.toString(dims));
      }
      claimed *= dim;
    }
    Block layout = required(header, ObjectHeader.LAYOUT, "layout", name);
    return new Data(type, dims, bytes(header, layout, type, dims, claimed));
  }

  private Block required(ObjectHeader header, int message, String what, String name)
      throws DataFormatException {
    Block found = header.find(message);
    if (found == null) {
      throw file.wrong(-1, "the dataset '" + name + "' has no " + what);
    }
    return found;
  }

  /** Specification IV.A.2.b. */
  private int[] dims(Block in) throws IOException {
    long at = in.address();
    int version = in.u1();
    if (version != 1 && version != 2) {
      throw file.wrong(at, "expected a shape of version 1 or 2, found " + version);
    }
    int rank = in.u1();
    in.skip(1);
    int kind = in.u1();
    in.skip(version == 1 ? 4 : 0);
    if (version == 2 && kind == 2) {
      return new int[] {0}; // nothing at all
    }
    if (rank > 32) {
      throw file.wrong(at, "expected at most 32 axes, found " + rank);
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      at = in.address();
      long dim = in.length();
      if (dim > Integer.MAX_VALUE) {
        throw file.wrong(at, "expected an axis below 2^31, found " + dim);
      }
      dims[i] = (int) dim;
    }
    return dims;
  }

  /** The elements' bytes in C order, wherever they are (specification IV.A.2.i). */
  private byte[] bytes(ObjectHeader header, Block in, Type type, int[] dims, long claimed)
      throws IOException {
    long at = in.address();
    int version = in.u1();
    int kind = in.u1();
    if (version < 3 || version > 4 || (version == 4 && kind == CHUNKED)) {
      throw file.wrong(
          at,
          "expected a layout of version 3, found "
              + version
              + "; write the file with libver='earliest'");
    }
    switch (kind) {
      case COMPACT -> {
        Block data = in.part(in.u2());
        checkSize(at, claimed, data.remaining());
        return data.bytes((int) claimed);
      }
      case CONTIGUOUS -> {
        long address = in.offset();
        if (address == Block.UNDEFINED) {
          return filled(header, claimed, 0, 0);
        }
        checkSize(at, claimed, in.length());
        return file.at(address, claimed).bytes((int) claimed);
      }
      case CHUNKED -> {
        return chunked(header, in, type, dims, claimed);
      }
      default -> throw file.wrong(at, "there is no layout " + kind);
    }
  }

  private byte[] chunked(ObjectHeader header, Block in, Type type, int[] dims, long claimed)
      throws IOException {
    long at = in.address();
    int rank = in.u1() - 1;
    if (rank != dims.length || rank == 0) {
      throw file.wrong(at, "expected chunks of " + dims.length + " axes, found " + rank);
    }
    long tree = in.offset();
    int[] chunk = new int[rank];
    long bytes = type.bytes();
    for (int i = 0; i < rank; i++) {
      long size = in.u4();
      bytes *= Math.max(size, 1);
      if (size < 1 || bytes > Integer.MAX_VALUE - 8) {
        throw file.wrong(at, "expected chunks of 1 to 2^31 bytes, found more or none");
      }
      chunk[i] = (int) size;
    }
    if (in.u4() != type.bytes()) {
      throw file.wrong(at, "the chunks' elements aren't the dataset's");
    }
    Filters filters = Filters.read(header.find(ObjectHeader.FILTERS));
    Chunks chunks = new Chunks(file, dims, chunk, type.bytes(), filters);
    long stored = chunks.find(tree);
    byte[] all = filled(header, claimed, stored, chunks.count() * bytes);
    chunks.read(all);
    return all;
  }

  /**
   * Room for data of which not all, or nothing, was written: the fill value everywhere.
   *
   * @param stored bytes that there are
   * @param covered bytes that they become
   */
  private byte[] filled(ObjectHeader header, long claimed, long stored, long covered)
      throws IOException {
    Archives.checkRatio(file.name(), stored, claimed);
    if (claimed > covered && claimed > 4 * file.size() + MOST_UNWRITTEN) {
      throw file.wrong(
          -1, "expected data that were written, found " + covered + " bytes of " + claimed);
    }
    byte[] all = new byte[(int) claimed];
    byte[] value = fillValue(header);
    for (int i = 0; i < all.length && value.length > 0; i++) {
      all[i] = value[i % value.length];
    }
    return all;
  }

  /** Specification IV.A.2.f; nothing for zero. */
  private byte[] fillValue(ObjectHeader header) throws IOException {
    @Nullable Block in = header.find(ObjectHeader.FILL);
    if (in == null) {
      return new byte[0];
    }
    int version = in.u1();
    boolean defined;
    if (version == 3) {
      defined = (in.u1() & 0x20) != 0;
    } else {
      in.skip(2);
      defined = in.u1() != 0;
    }
    return defined && in.remaining() >= 4 ? in.bytes((int) in.part(4).u4()) : new byte[0];
  }

  private void checkSize(long at, long expected, long found) throws DataFormatException {
    if (expected > found) {
      throw file.wrong(at, "expected " + expected + " bytes of data, found " + found);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
