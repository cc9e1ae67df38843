package dev.kindling.data.format;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * IDX, the format of MNIST (LeCun, Cortes, Burges, 1998): two zero bytes, a type, the number of axes, each axis as a
 * big-endian int, then the numbers, big-endian, in C order. Compressed with gzip or not; the first bytes tell.
 */
public final class Idx {

  /** What is accepted; MNIST has three. */
  private static final int MAX_AXES = 32;

  private Idx() {}

  /**
   * Reads a file into memory.
   *
   * @throws DataFormatException if it is no such file, holds less or more than it claims, or expands to more than
   *     {@value Archives#MAX_RATIO} times its compressed size and 64 MB
   * @throws IOException if it can't be read
   */
  public static RawArray read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, Files.size(file), file.toString());
    }
  }

  /** Reads a file into a tensor, rounded to float32; see {@link #read}. */
  public static Tensor readTensor(Path file) throws IOException {
    return read(file).toTensor();
  }

  /**
   * Reads from a stream, to its end.
   *
   * @param available how many bytes the stream can hold at most, compressed or not
   * @param name what to call the source in errors
   * @throws DataFormatException as for {@link #read(Path)}
   */
  public static RawArray read(InputStream in, long available, String name) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    if (!gzip) {
      return parse(buffered, available, false, name);
    }
    try {
      return parse(new GZIPInputStream(buffered, 1 << 16), available, true, name);
    } catch (DataFormatException e) {
      throw e;
    } catch (IOException e) { // of the decompressor, whose messages don't name the file
      throw new DataFormatException(name, -1, "damaged gzip data: " + e.getMessage(), e);
    }
  }

  private static RawArray parse(InputStream in, long available, boolean gzip, String name)
      throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
      throw new DataFormatException(
          name,
          0,
          "not an IDX file: expected 0, 0, a type and a number of axes, found "
              + Arrays.toString(magic));
    }
    NumberType type = type(magic[2], name);
    int rank = magic[3] & 0xff;
    if (rank < 1 || rank > MAX_AXES) {
      throw new DataFormatException(name, 3, "expected 1 to " + MAX_AXES + " axes, found " + rank);
    }
    byte[] axes = in.readNBytes(4 * rank);
    if (axes.length < 4 * rank) {
      throw new DataFormatException(
          name, 4 + axes.length, "the file ends within its " + rank + " axes");
    }
    int[] dims = new int[rank];
    long bytes = type.bytes();
    for (int i = 0; i < rank; i++) {
      dims[i] = ByteBuffer.wrap(axes).getInt(4 * i);
      if (dims[i] < 0) {
        throw new DataFormatException(
            name, 4 + 4 * i, "axis " + i + " must not be negative, found " + dims[i]);
      }
      if (bytes > 0 && dims[i] > Long.MAX_VALUE / bytes) {
        throw new DataFormatException(name, 4 + 4 * i, "more elements than any file has");
      }
      bytes *= dims[i];
    }
    long start = 4 + 4L * rank;
    if (gzip) {
      Archives.checkRatio(name, available, bytes);
    } else if (bytes > available - start) {
      throw tooShort(name, start, bytes, available - start);
    }
    // Grows with what arrives, so that an empty promise takes no memory.
    byte[] data = in.readNBytes((int) Math.min(bytes, Integer.MAX_VALUE - 8));
    if (data.length < bytes) {
      throw tooShort(name, start, bytes, data.length);
    }
    if (in.read() >= 0) {
      throw new DataFormatException(
          name, start + bytes, "expected the end after " + bytes + " bytes of data, found more");
    }
    return RawArray.of(type, ByteOrder.BIG_ENDIAN, data, dims);
  }

  private static DataFormatException tooShort(String name, long start, long bytes, long found) {
    return new DataFormatException(
        name, start + found, "expected " + bytes + " bytes of data, found " + found);
  }

  private static NumberType type(int code, String name) throws DataFormatException {
    return switch (code) {
      case 0x08 -> NumberType.UINT8;
      case 0x09 -> NumberType.INT8;
      case 0x0b -> NumberType.INT16;
      case 0x0c -> NumberType.INT32;
      case 0x0d -> NumberType.FLOAT32;
      case 0x0e -> NumberType.FLOAT64;
      default ->
          throw new DataFormatException(
              name,
              2,
              String.format(
                  "expected a type of 08, 09, 0b, 0c, 0d or 0e, found %02x", code & 0xff));
    };
  }
}
