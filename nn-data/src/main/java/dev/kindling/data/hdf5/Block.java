package dev.kindling.data.hdf5;

import dev.kindling.nd.DataFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A part of a file, read from front to back: little-endian, as all of HDF5's own fields are. */
final class Block {

  /** An address that stands for nothing. */
  static final long UNDEFINED = -1;

  private final Blocks file;
  private final long address;
  private final ByteBuffer bytes;

  Block(Blocks file, long address, ByteBuffer bytes) {
    this.file = file;
    this.address = address;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the next field is in the file. */
  long address() {
    return address + bytes.position();
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  Blocks file() {
    return file;
  }

  private void need(long n) throws DataFormatException {
    if (n < 0 || n > bytes.remaining()) {
      throw file.wrong(address(), "expected " + n + " more bytes here, found " + bytes.remaining());
    }
  }

  int u1() throws DataFormatException {
    need(1);
    return bytes.get() & 0xff;
  }

  int u2() throws DataFormatException {
    need(2);
    return bytes.getShort() & 0xffff;
  }

  long u4() throws DataFormatException {
    need(4);
    return bytes.getInt() & 0xffffffffL;
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes that must fit into 63 bits. */
  long number(int width) throws DataFormatException {
    long at = address();
    long value =
        switch (width) {
          case 1 -> u1();
          case 2 -> u2();
          case 4 -> u4();
          default -> {
            need(8);
            yield bytes.getLong();
          }
        };
    if (value < 0) {
      throw file.wrong(at, "expected a number below 2^63, found " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** An address, or {@link #UNDEFINED}: all ones. */
  long offset() throws DataFormatException {
    int width = file.offsetBytes();
    need(width);
    boolean undefined = true;
    for (int i = 0; i < width; i++) {
      undefined &= bytes.get(bytes.position() + i) == -1;
    }
    if (undefined) {
      skip(width);
      return UNDEFINED;
    }
    return number(width);
  }

  /** A length. */
  long length() throws DataFormatException {
    return number(file.lengthBytes());
  }

  /** A length that is no address but may be all ones. */
  void skipLength() throws DataFormatException {
    skip(file.lengthBytes());
  }

  void skip(long n) throws DataFormatException {
    need(n);
    bytes.position(bytes.position() + (int) n);
  }

  /** The next n bytes as a block of their own, which are then passed. */
  Block part(long n) throws DataFormatException {
    need(n);
    Block part = new Block(file, address(), bytes.slice(bytes.position(), (int) n));
    skip(n);
    return part;
  }

  byte[] bytes(int n) throws DataFormatException {
    need(n);
    byte[] all = new byte[n];
    bytes.get(all);
    return all;
  }

  /** Four letters that a structure begins with. */
  void expect(String signature) throws DataFormatException {
    long at = address();
    String found = new String(bytes(4), StandardCharsets.ISO_8859_1);
    if (!found.equals(signature)) {
      throw file.wrong(at, "expected a structure " + signature + ", found something else");
    }
  }

  void expectVersion(String what, int... known) throws DataFormatException {
    long at = address();
    int found = u1();
    for (int version : known) {
      if (found == version) {
        return;
      }
    }
    throw file.wrong(at, "expected a " + what + " of a known version, found version " + found);
  }

  /** A name that ends in a zero byte, at a place in this block. */
  String name(long at) throws DataFormatException {
    int end = at < 0 || at >= bytes.limit() ? bytes.limit() : (int) at;
    while (end < bytes.limit() && bytes.get(end) != 0) {
      end++;
    }
    if (end == bytes.limit()) {
      throw file.wrong(address + Math.max(0, at), "expected a name, found no end of one");
    }
    byte[] name = new byte[end - (int) at];
    bytes.get((int) at, name);
    return new String(name, StandardCharsets.UTF_8);
  }
}
