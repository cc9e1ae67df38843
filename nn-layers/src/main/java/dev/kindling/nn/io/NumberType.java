package dev.kindling.nn.io;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The number types of safetensors that can be read, each converted to float32. */
enum NumberType {
  F32(4),
  F64(8),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  BOOL(1);

  private static final NumberType[] ALL = values();

  /** The size of one number. */
  final int bytes;

  NumberType(int bytes) {
    this.bytes = bytes;
  }

  /** The type of this name, or null. */
  static @Nullable NumberType of(String name) {
    for (NumberType type : ALL) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Takes n numbers from a buffer in little-endian order. */
  void get(ByteBuffer from, float[] to, int offset, int n) {
    if (this == F32) {
      from.asFloatBuffer().get(to, offset, n);
      return;
    }
    for (int i = offset; i < offset + n; i++) {
      to[i] =
          switch (this) {
            case F64 -> (float) from.getDouble();
            case F16 -> half(from.getShort());
            case BF16 -> Float.intBitsToFloat(from.getShort() << 16);
            case I64 -> from.getLong();
            case I32 -> from.getInt();
            case I16 -> from.getShort();
            case I8 -> from.get();
            case U64 -> unsigned(from.getLong());
            case U32 -> from.getInt() & 0xffff_ffffL;
            case U16 -> from.getShort() & 0xffff;
            case U8, BOOL -> from.get() & 0xff;
            case F32 -> throw new AssertionError();
          };
    }
  }

  /** IEEE 754 binary16: 1 bit for the sign, 5 for the exponent, 10 for the fraction. */
  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  /**
   * The nearest number of IEEE 754 binary16, of two equally near ones the even one; infinity from 65,520 on.
   */
  static short toHalf(float x) {
    int bits = Float.floatToRawIntBits(x);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fff_ffff;
    if (magnitude > 0x7f80_0000) {
      return (short) (sign | 0x7e00); // NaN
    } else if (magnitude >= Float.floatToRawIntBits(65_520)) {
      return (short) (sign | 0x7c00);
    } else if (magnitude < Float.floatToRawIntBits(0x1p-14f)) {
      // Multiples of 2^-24; if the last one is rounded up it is the first number of full precision.
      return (short) (sign | (int) Math.rint(Math.abs(x) * 0x1p24));
    }
    // A carry out of the fraction counts the exponent up, as it should.
    int rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
    return (short) (sign | ((rounded >> 13) - (112 << 10)));
  }

  /** Half of it, rounded to odd so that the float is rounded once, and doubled. */
  private static float unsigned(long bits) {
    return bits >= 0 ? bits : (float) ((bits >>> 1) | (bits & 1)) * 2;
  }
}
