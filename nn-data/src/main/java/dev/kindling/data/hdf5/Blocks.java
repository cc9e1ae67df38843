package dev.kindling.data.hdf5;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file's bytes by address, with the limits that keep a damaged one from taking more memory or time than its size
 * justifies: nothing is read that isn't there, and what was visited is counted.
 */
final class Blocks {

  private final FileChannel channel;
  private final String name;
  private final long size;
  private long base;
  private int offsetBytes = 8;
  private int lengthBytes = 8;
  private long visits;
  private long bytes;

  Blocks(FileChannel channel, String name) throws IOException {
    this.channel = channel;
    this.name = name;
    this.size = channel.size();
  }

  String name() {
    return name;
  }

  /** Bytes in the file. */
  long size() {
    return size;
  }

  int offsetBytes() {
    return offsetBytes;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  /** What the superblock says: where addresses count from, and how wide they are. */
  void settings(long baseAddress, int offsets, int lengths, long at) throws DataFormatException {
    if ((offsets != 2 && offsets != 4 && offsets != 8)
        || (lengths != 2 && lengths != 4 && lengths != 8)) {
      throw wrong(
          at,
          "expected offsets and lengths of 2, 4 or 8 bytes, found " + offsets + " and " + lengths);
    }
    base = baseAddress;
    offsetBytes = offsets;
    lengthBytes = lengths;
  }

  /** To be called when reading begins. */
  void restart() {
    visits = 0;
    bytes = 0;
  }

  /**
   * Counts an entry of a structure. Each takes some bytes of the file, so there can't be more of them than bytes, unless
   * one is met again and again.
   */
  void visit(long at) throws DataFormatException {
    if (++visits > size / 4 + 16) {
      throw wrong(at, "more entries than the file has room for: a structure contains itself");
    }
  }

  /** The bytes at an address. */
  Block at(long address, long length) throws IOException {
    long from = base + address;
    if (address < 0 || from < 0 || length < 0 || from > size || length > size - from) {
      throw wrong(
          Math.max(address, 0),
          "expected " + length + " bytes at this address, found the end of the file at " + size);
    }
    if (length > Integer.MAX_VALUE - 8) {
      throw new IOException(name + ": too large to read at once, " + length + " bytes");
    }
    bytes += length;
    if (bytes > 4 * size + (1 << 20)) {
      throw wrong(address, "structures that claim the same bytes again and again");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw wrong(size, "the file became shorter while it was read");
      }
    }
    return new Block(this, from, buffer.flip());
  }

  /** The bytes from an address on, as many as there are up to a limit. */
  Block upTo(long address, long most) throws IOException {
    return at(address, Math.max(0, Math.min(most, size - base - address)));
  }

  DataFormatException wrong(long at, String reason) {
    return new DataFormatException(name, at, reason);
  }
}
