package dev.kindling.data.format;

import java.nio.ByteBuffer;

/** How a file stores a number: its kind and its width. The byte order is the buffer's. */
public enum NumberType {
  /** One byte, 0 is false and everything else true. */
  BOOL(1, "b1"),
  /** Signed, 8 bits. */
  INT8(1, "i1"),
  /** Unsigned, 8 bits. */
  UINT8(1, "u1"),
  /** Signed, 16 bits. */
  INT16(2, "i2"),
  /** Unsigned, 16 bits. */
  UINT16(2, "u2"),
  /** Signed, 32 bits. */
  INT32(4, "i4"),
  /** Unsigned, 32 bits. */
  UINT32(4, "u4"),
  /** Signed, 64 bits. */
  INT64(8, "i8"),
  /** Unsigned, 64 bits. */
  UINT64(8, "u8"),
  /** IEEE 754 binary16. */
  FLOAT16(2, "f2"),
  /** IEEE 754 binary32. */
  FLOAT32(4, "f4"),
  /** IEEE 754 binary64. */
  FLOAT64(8, "f8");

  private final int bytes;
  private final String code;

  NumberType(int bytes, String code) {
    this.bytes = bytes;
    this.code = code;
  }

  /** The width in bytes. */
  public int bytes() {
    return bytes;
  }

  /** NumPy's letter and width, as in {@code f4}. */
  public String code() {
    return code;
  }

  /** Whether it holds whole numbers only. */
  public boolean isInteger() {
    return this != FLOAT16 && this != FLOAT32 && this != FLOAT64;
  }

  /** Reads n numbers that begin at byte {@code p}, rounded to float32. */
  void read(ByteBuffer b, int p, int n, float[] out, int at) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < n; i++) {
          out[at + i] = b.get(p + i) & 0xff;
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < n; i++) {
          out[at + i] = b.getFloat(p + 4 * i);
        }
      }
      case UINT64 -> {
        for (int i = 0; i < n; i++) {
          out[at + i] = unsignedToFloat(b.getLong(p + 8 * i));
        }
      }
      case INT64 -> { // straight to float: by way of double it would be rounded twice
        for (int i = 0; i < n; i++) {
          out[at + i] = (float) b.getLong(p + 8 * i);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          out[at + i] = (float) getDouble(b, p + bytes * i);
        }
      }
    }
  }

  /** Reads the number at byte {@code p}, rounded to float64. */
  double getDouble(ByteBuffer b, int p) {
    return switch (this) {
      case FLOAT64 -> b.getDouble(p);
      case FLOAT32 -> b.getFloat(p);
      case FLOAT16 -> halfToFloat(b.getShort(p));
      case UINT64 -> unsignedToDouble(b.getLong(p));
      default -> (double) getLong(b, p);
    };
  }

  /** Reads the whole number at byte {@code p}; of UINT64 its 64 bits; of floats their whole part. */
  long getLong(ByteBuffer b, int p) {
    return switch (this) {
      case BOOL -> b.get(p) == 0 ? 0 : 1;
      case INT8 -> b.get(p);
      case UINT8 -> b.get(p) & 0xff;
      case INT16 -> b.getShort(p);
      case UINT16 -> b.getShort(p) & 0xffff;
      case INT32 -> b.getInt(p);
      case UINT32 -> b.getInt(p) & 0xffffffffL;
      case INT64, UINT64 -> b.getLong(p);
      default -> (long) getDouble(b, p);
    };
  }

  /** Writes a whole number at byte {@code p}. */
  void putLong(ByteBuffer b, int p, long value) {
    if (bytes < 8 && isInteger() && (value < least() || value > most())) {
      throw outOfRange(Long.toString(value));
    }
    switch (bytes) {
      case 1 -> b.put(p, (byte) value);
      case 2 -> b.putShort(p, isInteger() ? (short) value : floatToHalf((float) value));
      case 4 -> {
        if (isInteger()) {
          b.putInt(p, (int) value);
        } else {
          b.putFloat(p, (float) value);
        }
      }
      default -> {
        if (isInteger()) {
          b.putLong(p, value);
        } else {
          b.putDouble(p, (double) value);
        }
      }
    }
  }

  /** Writes a number at byte {@code p}, rounded to the nearest that the type has. */
  void putDouble(ByteBuffer b, int p, double value) {
    switch (this) {
      case FLOAT64 -> b.putDouble(p, value);
      case FLOAT32 -> b.putFloat(p, (float) value);
      case FLOAT16 -> b.putShort(p, floatToHalf((float) value));
      case UINT64 -> {
        double whole = Math.rint(value);
        if (!(whole >= 0 && whole < 0x1p64)) {
          throw outOfRange(Double.toString(value));
        }
        b.putLong(p, whole < 0x1p63 ? (long) whole : (long) (whole - 0x1p63) ^ Long.MIN_VALUE);
      }
      default -> {
        double whole = Math.rint(value);
        if (!(whole >= -0x1p63 && whole < 0x1p63)) {
          throw outOfRange(Double.toString(value));
        }
        putLong(b, p, (long) whole);
      }
    }
  }

  private long least() {
    return this == INT8 || this == INT16 || this == INT32 ? -1L << (8 * bytes - 1) : 0;
  }

  private long most() {
    if (this == BOOL) {
      return 1;
    }
    return (1L << (least() < 0 ? 8 * bytes - 1 : 8 * bytes)) - 1;
  }

  private IllegalArgumentException outOfRange(String value) {
    return new IllegalArgumentException(this + " can't hold " + value);
  }

  private static double unsignedToDouble(long bits) {
    // Halved with the lost bit kept sticky, so that the rounding is that of the whole number.
    return bits >= 0 ? (double) bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
  }

  private static float unsignedToFloat(long bits) {
    return bits >= 0 ? (float) bits : (float) ((bits >>> 1) | (bits & 1)) * 2;
  }

  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
    }
    if (exponent == 0) {
      float value = mantissa * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | mantissa << 13);
  }

  static short floatToHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float a = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (a >= 65520) {
      return (short) (sign | 0x7c00);
    }
    if (a < 0x1p-14f) { // subnormal: steps of 2^-24
      return (short) (sign | (int) Math.rint(a * 0x1p24f));
    }
    int magnitude = bits & 0x7fffffff;
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1); // to the nearest, ties to even
    return (short) (sign | (rounded - (112 << 23)) >>> 13);
  }
}
