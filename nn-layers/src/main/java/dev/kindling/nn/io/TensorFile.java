package dev.kindling.nn.io;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nn.io.Header.Entry;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** An open safetensors file whose header has been checked; its tensors are read on demand. */
final class TensorFile implements Closeable {

  /**
   * The longest header that is read, in bytes. Models of 400 billion parameters have headers of 0.2 MB; a longer one than
   * this is an attack on memory.
   */
  static final int LONGEST_HEADER = 16 << 20;

  /** {@code {}}. */
  private static final int SHORTEST_HEADER = 2;

  private static final int CHUNK = 1 << 18;

  private final FileChannel channel;
  private final String file;
  private final Header header;
  private final long dataStart;
  private final ByteBuffer chunk;

  private TensorFile(FileChannel channel, String file) throws IOException {
    this.channel = channel;
    this.file = file;
    long size = channel.size();
    if (size < Header.PREFIX) {
      throw new DataFormatException(
          file,
          size,
          "a safetensors file begins with 8 bytes for the header's length; there are " + size);
    }
    ByteBuffer prefix = ByteBuffer.allocate(Header.PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    read(prefix, 0, "the header's length");
    long length = prefix.getLong(0);
    if (length < SHORTEST_HEADER || length > size - Header.PREFIX) {
      throw new DataFormatException(
          file,
          0,
          String.format(
              "the header's length should be from %d to %d, is %s. Not a safetensors file?",
              SHORTEST_HEADER, size - Header.PREFIX, Long.toUnsignedString(length)));
    }
    if (length > LONGEST_HEADER) {
      throw new DataFormatException(
          file,
          0,
          "the header has "
              + length
              + " bytes, more than the "
              + LONGEST_HEADER
              + " that are read");
    }
    dataStart = Header.PREFIX + length;
    header = new Header(file, text((int) length), size - dataStart);
    long data = size - dataStart;
    chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK, data)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Opens a file and checks all of its header.
   *
   * @throws DataFormatException if it is no safetensors file
   */
  static TensorFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new DataFormatException(path.toString(), -1, "expected a file, but this is a folder");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new TensorFile(channel, path.toString());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** How messages call the file. */
  String name() {
    return file;
  }

  /** The tensors in the order in which they lie in the file. */
  List<Entry> entries() {
    return header.entries();
  }

  /** Texts beside the tensors. */
  Map<String, String> metadata() {
    return header.metadata();
  }

  /** Reads a tensor's numbers. */
  void read(Entry entry, float[] to, int offset) throws IOException {
    int left = entry.shape().size();
    int perChunk = chunk.capacity() / entry.type().bytes;
    long at = dataStart + entry.begin();
    while (left > 0) {
      int n = Math.min(left, perChunk);
      chunk.clear().limit(n * entry.type().bytes);
      read(chunk, at, "tensor '" + entry.name() + "'");
      chunk.flip();
      entry.type().get(chunk, to, offset, n);
      at += chunk.limit();
      offset += n;
      left -= n;
    }
  }

  private String text(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    read(bytes, Header.PREFIX, "the header");
    bytes.flip();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new DataFormatException(
          file, Header.PREFIX + bytes.position(), "the header is not UTF-8", e);
    }
  }

  private void read(ByteBuffer into, long at, String what) throws IOException {
    while (into.hasRemaining()) {
      int n = channel.read(into, at);
      if (n < 0) {
        throw new DataFormatException(file, at, "the file ends within " + what, new EOFException());
      }
      at += n;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
