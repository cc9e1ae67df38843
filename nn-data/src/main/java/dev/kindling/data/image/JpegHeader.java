package dev.kindling.data.image;

import dev.kindling.nd.DataFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a JPEG's markers say of its pixels: size, colours (ITU-T T.81, JFIF 1.02, Adobe's technical note 5116) and
 * orientation (EXIF 2.3).
 */
final class JpegHeader {

  /** How the components are to be understood. */
  enum Colour {
    GRAY,
    RGB,
    YCC,
    CMYK,
    YCCK;

    boolean hasBlack() {
      return this == CMYK || this == YCCK;
    }
  }

  final int width;
  final int height;
  final Colour colour;

  /** Whether CMYK is stored as what is left of the light, as Adobe does. */
  final boolean inverted;

  final int orientation;

  /** Where the size is in the file. */
  final int sizeOffset;

  private JpegHeader(
      int width, int height, Colour colour, boolean inverted, int orientation, int sizeOffset) {
    this.width = width;
    this.height = height;
    this.colour = colour;
    this.inverted = inverted;
    this.orientation = orientation;
    this.sizeOffset = sizeOffset;
  }

  static boolean isJpeg(byte[] b) {
    return b.length > 3 && b[0] == (byte) 0xff && b[1] == (byte) 0xd8 && b[2] == (byte) 0xff;
  }

  /** Walks over the markers up to the first scan, and looks for the end of the image. */
  static JpegHeader parse(byte[] b, String name) throws DataFormatException {
    boolean jfif = false;
    int adobe = -1;
    int orientation = 1;
    int frame = -1;
    int at = 2;
    while (true) {
      while (at < b.length && b[at] == (byte) 0xff) {
        at++; // any number of fill bytes may come before a marker
      }
      int marker = at < b.length ? b[at] & 0xff : 0;
      int length = at + 2 < b.length ? (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff) : 0;
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        at++; // stands alone
        continue;
      }
      if (length < 2 || length > b.length - at - 1 || marker == 0xd9) {
        throw new DataFormatException(
            name, at, "the JPEG ends or is damaged before its first scan");
      }
      int data = at + 3;
      int end = at + 1 + length;
      if (marker == 0xda) {
        break;
      } else if (marker == 0xe0 && startsWith(b, data, end, "JFIF")) {
        jfif = true;
      } else if (marker == 0xe1 && startsWith(b, data, end, "Exif\0\0")) {
        orientation = orientation(b, data + 6, end);
      } else if (marker == 0xee && startsWith(b, data, end, "Adobe") && end - data >= 12) {
        adobe = b[data + 11] & 0xff;
      } else if (marker >= 0xc0
          && marker <= 0xcf
          && marker != 0xc4
          && marker != 0xc8
          && marker != 0xcc) {
        if (length < 8 || length < 8 + 3 * (b[data + 5] & 0xff)) {
          throw new DataFormatException(name, data, "a damaged frame header");
        }
        if (b[data] != 8) {
          throw new DataFormatException(
              name, data, "expected 8 bits a colour, found " + (b[data] & 0xff));
        }
        frame = data;
      }
      at = end;
    }
    if (frame < 0) {
      throw new DataFormatException(name, at, "a scan without a frame header");
    }
    int last = b.length - 2;
    while (last > at && (b[last] != (byte) 0xff || b[last + 1] != (byte) 0xd9)) {
      last--;
    }
    if (last <= at) {
      throw new DataFormatException(
          name, b.length, "expected the end of the image, found the file's: truncated");
    }
    int height = (b[frame + 1] & 0xff) << 8 | (b[frame + 2] & 0xff);
    int width = (b[frame + 3] & 0xff) << 8 | (b[frame + 4] & 0xff);
    int components = b[frame + 5] & 0xff;
    Colour colour =
        switch (components) {
          case 1 -> Colour.GRAY;
          case 3 -> isRgb(b, frame + 6, jfif, adobe) ? Colour.RGB : Colour.YCC;
          case 4 -> adobe == 2 ? Colour.YCCK : Colour.CMYK;
          default ->
              throw new DataFormatException(
                  name, frame + 5L, "expected 1, 3 or 4 colours, found " + components);
        };
    return new JpegHeader(width, height, colour, adobe >= 0, orientation, frame + 1);
  }

  /** As the Independent JPEG Group's library decides it. */
  private static boolean isRgb(byte[] b, int ids, boolean jfif, int adobe) {
    if (jfif) {
      return false;
    }
    if (adobe >= 0) {
      return adobe == 0;
    }
    return b[ids] == 'R' && b[ids + 3] == 'G' && b[ids + 6] == 'B';
  }

  /** Tag 0x0112 of the first directory; 1 if there is none, or it makes no sense. */
  private static int orientation(byte[] b, int start, int end) {
    if (end - start < 8) {
      return 1;
    }
    ByteBuffer tiff = ByteBuffer.wrap(b, start, end - start).slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xffffffffL;
    if (directory > tiff.limit() - 2) {
      return 1;
    }
    int entry = (int) directory + 2;
    for (int n = tiff.getShort(entry - 2) & 0xffff; n > 0 && entry + 12 <= tiff.limit(); n--) {
      if (tiff.getShort(entry) == 0x0112) {
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
      entry += 12;
    }
    return 1;
  }

  private static boolean startsWith(byte[] b, int from, int end, String text) {
    if (end - from < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (b[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
