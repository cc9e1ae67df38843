package dev.kindling.data.format;

import dev.kindling.nd.AtomicFile;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * NumPy's array files ({@code numpy.lib.format}): versions 1.0, 2.0 and 3.0, every boolean, integer and real type of 1
 * to 8 bytes in both byte orders, C and Fortran order. Written are version 1.0 files, byte for byte as NumPy writes
 * them.
 *
 * <p>Arrays of Python objects are refused: they are pickles, programs that run when they are read.
 */
public final class Npy {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy's own limit for headers of files that aren't trusted. */
  private static final int MAX_HEADER = 10_000;

  private Npy() {}

  // ---------------------------------------------------------------- reading

  /**
   * Reads a file into memory.
   *
   * @throws DataFormatException if it is no such file, or holds less than it claims
   * @throws IOException if it can't be read, or has more than 2^31 bytes: for those see {@link #map}
   */
  public static RawArray read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      NpyHeader header = header(channel, file);
      if (header.bytes() > Integer.MAX_VALUE - 8) {
        throw new IOException(
            file + ": too large to read at once, " + header.bytes() + " bytes; use Npy.map");
      }
      return read(Channels.newInputStream(channel), header, file.toString());
    }
  }

  /** Reads a file into a tensor, rounded to float32; see {@link #read}. */
  public static Tensor readTensor(Path file) throws IOException {
    return read(file).toTensor();
  }

  /**
   * Maps a file into memory, so that of a large one only the parts that are used are read. The file must not shrink
   * while the array is in use; no descriptor stays open.
   *
   * @throws DataFormatException if it is no such file, or holds less than it claims
   * @throws IOException if it can't be read
   */
  public static RawArray map(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      NpyHeader header = header(channel, file);
      long bytes = header.bytes();
      int count = (int) ((bytes + (1L << RawArray.SEGMENT_BITS) - 1) >>> RawArray.SEGMENT_BITS);
      ByteBuffer[] segments = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        long start = (long) i << RawArray.SEGMENT_BITS;
        long length = Math.min(1L << RawArray.SEGMENT_BITS, bytes - start);
        segments[i] =
            channel
                .map(FileChannel.MapMode.READ_ONLY, header.dataOffset + start, length)
                .order(header.order);
      }
      return new RawArray(header.type, header.dims, header.fortran, segments);
    }
  }

  /**
   * Reads an array from a stream, up to the end of the array.
   *
   * @param name what to call the source in errors
   * @throws DataFormatException if there is no such array, or less than its header claims
   * @throws IOException if the stream can't be read
   */
  public static RawArray read(InputStream in, String name) throws IOException {
    NpyHeader header = header(in, name);
    if (header.bytes() > Integer.MAX_VALUE - 8) {
      throw new DataFormatException(
          name, -1, "too large to read at once, " + header.bytes() + " bytes");
    }
    return read(in, header, name);
  }

  /** The array that fills {@code bytes}, which are shared and not copied. */
  static RawArray parse(byte[] bytes, String name) throws IOException {
    NpyHeader header = header(new ByteArrayInputStream(bytes), name);
    if (header.bytes() > bytes.length - header.dataOffset) {
      throw tooShort(name, header, bytes.length);
    }
    ByteBuffer data = ByteBuffer.wrap(bytes, header.dataOffset, (int) header.bytes()).slice();
    ByteBuffer[] segments = {data.order(header.order)};
    return new RawArray(header.type, header.dims, header.fortran, segments);
  }

  private static RawArray read(InputStream in, NpyHeader header, String name) throws IOException {
    // Grows with what arrives, so that an empty promise takes no memory.
    byte[] data = in.readNBytes((int) header.bytes());
    if (data.length < header.bytes()) {
      throw tooShort(name, header, header.dataOffset + data.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(data).order(header.order);
    return new RawArray(header.type, header.dims, header.fortran, new ByteBuffer[] {buffer});
  }

  private static NpyHeader header(FileChannel channel, Path file) throws IOException {
    NpyHeader header = header(Channels.newInputStream(channel), file.toString());
    if (header.bytes() > channel.size() - header.dataOffset) {
      throw tooShort(file.toString(), header, channel.size());
    }
    return header;
  }

  private static NpyHeader header(InputStream in, String name) throws IOException {
    byte[] start = in.readNBytes(8);
    for (int i = 0; i < MAGIC.length; i++) {
      if (i >= start.length || start[i] != MAGIC[i]) {
        throw new DataFormatException(name, i, "not a .npy file: it doesn't begin with \\x93NUMPY");
      }
    }
    int major = start.length > 6 ? start[6] & 0xff : 0;
    int minor = start.length > 7 ? start[7] & 0xff : 0;
    if (start.length < 8 || major < 1 || major > 3 || minor != 0) {
      throw new DataFormatException(
          name, 6, "expected .npy version 1.0, 2.0 or 3.0, found " + major + "." + minor);
    }
    int width = major == 1 ? 2 : 4;
    byte[] field = in.readNBytes(width);
    if (field.length < width) {
      throw new DataFormatException(
          name, 8 + field.length, "the file ends before its header's length");
    }
    long length = 0;
    for (int i = 0; i < width; i++) {
      length |= (field[i] & 0xffL) << (8 * i);
    }
    if (length > MAX_HEADER) {
      throw new DataFormatException(
          name, 8, "expected a header of at most " + MAX_HEADER + " bytes, found one of " + length);
    }
    byte[] text = in.readNBytes((int) length);
    if (text.length < length) {
      throw new DataFormatException(
          name,
          8 + width + text.length,
          "expected " + length + " bytes of header, found " + text.length);
    }
    String header =
        new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return NpyHeader.parse(header, name, 8 + width);
  }

  private static DataFormatException tooShort(String name, NpyHeader header, long size) {
    return new DataFormatException(
        name,
        size,
        "expected "
            + header.bytes()
            + " bytes of "
            + header.type
            + " data after byte "
            + header.dataOffset
            + ", found "
            + Math.max(0, size - header.dataOffset));
  }

  // ---------------------------------------------------------------- writing

  /**
   * Writes a tensor as float32. The file is there whole or not at all.
   *
   * @throws IOException if it can't be written
   */
  public static void write(Path file, Tensor t) throws IOException {
    write(file, RawArray.of(t));
  }

  /**
   * Writes an array in its own type, byte order and element order. The file is there whole or not at all.
   *
   * @throws IOException if it can't be written
   */
  public static void write(Path file, RawArray array) throws IOException {
    AtomicFile.write(file, out -> write(out, array));
  }

  /** Writes an array to a stream, which stays open. */
  public static void write(OutputStream out, RawArray array) throws IOException {
    out.write(header(array.type(), array.byteOrder(), array.fortranOrder(), 0, array.dims()));
    byte[] chunk = new byte[1 << 16];
    for (ByteBuffer segment : array.segments()) {
      ByteBuffer rest = segment.duplicate();
      while (rest.hasRemaining()) {
        int n = Math.min(chunk.length, rest.remaining());
        rest.get(chunk, 0, n);
        out.write(chunk, 0, n);
      }
    }
  }

  /**
   * The bytes before C-ordered, little-endian data, for those who write the data themselves.
   *
   * @param room how long it must be at least, to take the place of another header
   */
  public static byte[] header(NumberType type, int room, int... dims) {
    return header(type, ByteOrder.LITTLE_ENDIAN, false, room, dims);
  }

  /** Padded with spaces to a multiple of 64 bytes, as NumPy does. */
  private static byte[] header(
      NumberType type, ByteOrder order, boolean fortran, int room, int[] dims) {
    StringBuilder text = new StringBuilder("{'descr': '");
    text.append(type.bytes() == 1 ? '|' : order == ByteOrder.LITTLE_ENDIAN ? '<' : '>');
    text.append(type.code());
    text.append("', 'fortran_order': ").append(fortran ? "True" : "False").append(", 'shape': (");
    for (int i = 0; i < dims.length; i++) {
      text.append(i == 0 ? "" : " ").append(dims[i]);
      text.append(i < dims.length - 1 || dims.length == 1 ? "," : "");
    }
    text.append("), }");
    int before = MAGIC.length + 4;
    while ((before + text.length() + 1) % 64 != 0 || before + text.length() + 1 < room) {
      text.append(' ');
    }
    text.append('\n');
    ByteBuffer bytes = ByteBuffer.allocate(before + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) text.length());
    bytes.put(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    return bytes.array();
  }
}
