package dev.kindling.data.hdf5;

import dev.kindling.data.format.NumberType;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What an element is (specification IV.A.2.d).
 *
 * @param number which number; null for a text of a fixed length
 * @param order the order of its bytes
 * @param bytes its width
 */
record Type(@Nullable NumberType number, ByteOrder order, int bytes) {

  private static final int FIXED_POINT = 0;
  private static final int FLOATING_POINT = 1;
  private static final int STRING = 3;
  private static final int ENUM = 8;

  private static final String[] NAMES = {
    "whole numbers",
    "floating-point numbers",
    "times",
    "texts",
    "bit fields",
    "opaque bytes",
    "records",
    "references",
    "enumerations",
    "lists of various lengths",
    "arrays"
  };

  static Type read(Block in) throws IOException {
    return read(in, true);
  }

  private static Type read(Block in, boolean mayBeNamed) throws IOException {
    long at = in.address();
    int classAndVersion = in.u1();
    int kind = classAndVersion & 0xf;
    int bits = in.u1();
    in.skip(2);
    long size = in.u4();
    if (size < 1 || size > in.file().size()) {
      throw in.file().wrong(at, "expected elements of 1 byte or more, found " + size);
    }
    ByteOrder order = (bits & 1) == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    NumberType number =
        switch (kind) {
          case FIXED_POINT -> whole(in, size, (bits & 8) != 0);
          case FLOATING_POINT -> (bits & 0x40) != 0 ? null : floating(in, size);
          default -> null;
        };
    if (kind == STRING) {
      return new Type(null, order, (int) size);
    } else if (kind == ENUM && mayBeNamed) {
      return read(in, false); // what its numbers are
    } else if (number == null) {
      throw unsupported(in, at, kind, size);
    }
    return new Type(number, order, (int) size);
  }

  private static DataFormatException unsupported(Block in, long at, int kind, long size) {
    String name = kind < NAMES.length ? NAMES[kind] : "elements of class " + kind;
    return in.file()
        .wrong(
            at,
            "expected numbers of a usual kind, or texts of one length, found "
                + name
                + " of "
                + size
                + " bytes");
  }

  private static @Nullable NumberType whole(Block in, long size, boolean signed)
      throws IOException {
    boolean usual = in.u2() == 0 && in.u2() == 8 * size;
    if (!usual) {
      return null;
    }
    return switch ((int) size) {
      case 1 -> signed ? NumberType.INT8 : NumberType.UINT8;
      case 2 -> signed ? NumberType.INT16 : NumberType.UINT16;
      case 4 -> signed ? NumberType.INT32 : NumberType.UINT32;
      case 8 -> signed ? NumberType.INT64 : NumberType.UINT64;
      default -> null;
    };
  }

  /** IEEE 754 or nothing: offset, precision, place and size of exponent and mantissa, bias. */
  private static @Nullable NumberType floating(Block in, long size) throws IOException {
    long[] found = {in.u2(), in.u2(), in.u1(), in.u1(), in.u1(), in.u1(), in.u4()};
    if (size == 2 && java.util.Arrays.equals(found, new long[] {0, 16, 10, 5, 0, 10, 15})) {
      return NumberType.FLOAT16;
    } else if (size == 4 && java.util.Arrays.equals(found, new long[] {0, 32, 23, 8, 0, 23, 127})) {
      return NumberType.FLOAT32;
    } else if (size == 8
        && java.util.Arrays.equals(found, new long[] {0, 64, 52, 11, 0, 52, 1023})) {
      return NumberType.FLOAT64;
    }
    return null;
  }
}
