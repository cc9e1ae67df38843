package dev.kindling.data.format;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** What compressed files are held to. */
public final class Archives {

  /** The most that data may expand by, once they are large. */
  public static final int MAX_RATIO = 100;

  private static final long LARGE = 64L << 20;

  private Archives() {}

  /**
   * Refuses data that would expand too much.
   *
   * @param compressed the bytes that are there
   * @param claimed the bytes that they are said to become
   */
  public static void checkRatio(String name, long compressed, long claimed)
      throws DataFormatException {
    if (compressed < 0 || claimed < 0) {
      throw new DataFormatException(name, -1, "an entry without a length");
    }
    if (claimed > LARGE && claimed / MAX_RATIO > compressed) {
      throw new DataFormatException(
          name,
          -1,
          claimed
              + " bytes from "
              + compressed
              + " compressed ones: more than "
              + MAX_RATIO
              + " times as many are refused");
    }
    if (claimed > Integer.MAX_VALUE - 8) {
      throw new DataFormatException(name, -1, "too large to decompress: " + claimed + " bytes");
    }
  }

  /**
   * Refuses ZIP files that ask for a version of the format that doesn't exist, which the JDK lets pass: the field is
   * damaged, and so may be others.
   */
  static void checkVersions(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      // The directory's end record: 22 bytes and a comment of up to 65,535.
      long size = channel.size();
      ByteBuffer tail = bytes(channel, Math.max(0, size - 22 - 65_535), size);
      int end = tail.limit() - 22;
      while (end >= 0 && tail.getInt(end) != 0x06054b50) {
        end--;
      }
      if (end < 0) {
        throw new DataFormatException(file.toString(), -1, "not a ZIP file: it has no directory");
      }
      long length = tail.getInt(end + 12) & 0xffffffffL;
      long start = size - tail.limit() + end - length; // the directory lies before its end record
      if (length > Integer.MAX_VALUE || start < 0) {
        return; // ZIP64, or nonsense that the JDK refuses
      }
      ByteBuffer directory = bytes(channel, start, start + length);
      int at = 0;
      while (at + 46 <= directory.limit() && directory.getInt(at) == 0x02014b50) {
        int version = directory.get(at + 6) & 0xff;
        if (version > 63) {
          throw new DataFormatException(
              file.toString(),
              start + at + 6,
              "expected a ZIP version up to 6.3, found " + version / 10.0);
        }
        int name = directory.getShort(at + 28) & 0xffff;
        int extra = directory.getShort(at + 30) & 0xffff;
        int comment = directory.getShort(at + 32) & 0xffff;
        at += 46 + name + extra + comment;
      }
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long from, long to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // reads on
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether a file of this name would land outside the directory that it is unpacked into. */
  public static boolean escapes(String name) {
    return name.startsWith("/")
        || name.startsWith("\\")
        || (name.length() > 1 && name.charAt(1) == ':')
        || Arrays.asList(name.split("[/\\\\]")).contains("..");
  }
}
