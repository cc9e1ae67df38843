package dev.kindling.data.hdf5;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages that say what an object is (HDF5 file format specification 3.0, IV.A), versions 1 and 2. */
final class ObjectHeader {

  static final int DATASPACE = 0x01;
  static final int LINK_INFO = 0x02;
  static final int DATATYPE = 0x03;
  static final int FILL = 0x05;
  static final int LINK = 0x06;
  static final int LAYOUT = 0x08;
  static final int FILTERS = 0x0b;
  private static final int CONTINUATION = 0x10;
  static final int SYMBOL_TABLE = 0x11;

  private static final int SHARED = 2;

  private final List<Message> messages = new ArrayList<>();
  private final ArrayDeque<Block> rest = new ArrayDeque<>();

  /** One message, its fields still to be read. */
  private record Message(int type, int flags, Block data) {}

  static ObjectHeader read(Blocks file, long address) throws IOException {
    ObjectHeader header = new ObjectHeader();
    if (file.at(address, 1).u1() == 1) {
      header.version1(file, address);
    } else {
      header.version2(file, address);
    }
    return header;
  }

  private void version1(Blocks file, long address) throws IOException {
    Block prefix = file.at(address, 16);
    prefix.skip(8);
    rest.add(file.at(address + 16, prefix.u4()));
    while (!rest.isEmpty()) {
      Block block = rest.remove();
      while (block.remaining() >= 8) {
        file.visit(block.address());
        int type = block.u2();
        int size = block.u2();
        int flags = block.u1();
        block.skip(3);
        message(file, type, flags, block.part(size), 0);
      }
    }
  }

  private void version2(Blocks file, long address) throws IOException {
    Block prefix = file.upTo(address, 34);
    prefix.expect("OHDR");
    prefix.expectVersion("object header", 2);
    int flags = prefix.u1();
    prefix.skip((flags & 0x20) != 0 ? 16 : 0);
    prefix.skip((flags & 0x10) != 0 ? 4 : 0);
    long size = prefix.number(1 << (flags & 3));
    rest.add(file.at(address + prefix.position(), size));
    while (!rest.isEmpty()) {
      Block block = rest.remove();
      while (block.remaining() >= 4) {
        file.visit(block.address());
        int type = block.u1();
        int length = block.u2();
        int messageFlags = block.u1();
        block.skip((flags & 4) != 0 ? 2 : 0);
        message(file, type, messageFlags, block.part(length), 4);
      }
    }
  }

  /**
   * Keeps a message, or goes where it says that more are.
   *
   * @param frame bytes before and after the messages of a continuation
   */
  private void message(Blocks file, int type, int flags, Block data, int frame) throws IOException {
    if (type != CONTINUATION) {
      messages.add(new Message(type, flags, data));
      return;
    }
    long at = data.address();
    long address = data.offset();
    long length = data.length();
    if (length < 2L * frame) {
      throw file.wrong(at, "expected a continuation of some bytes, found " + length);
    }
    Block more = file.at(address, length - frame);
    if (frame > 0) {
      more.expect("OCHK");
    }
    rest.add(more);
  }

  boolean has(int type) {
    return messages.stream().anyMatch(m -> m.type == type);
  }

  /** The first message of a type, from its beginning; null if there is none. */
  @Nullable Block find(int type) throws DataFormatException {
    List<Block> all = all(type);
    return all.isEmpty() ? null : all.get(0);
  }

  /** All messages of a type. */
  List<Block> all(int type) throws DataFormatException {
    List<Block> found = new ArrayList<>();
    for (Message m : messages) {
      if (m.type == type) {
        Block data = m.data;
        if ((m.flags & SHARED) != 0) {
          throw data.file()
              .wrong(data.address(), "a message that is kept elsewhere (shared) isn't supported");
        }
        found.add(data);
      }
    }
    return found;
  }
}
