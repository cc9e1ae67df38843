package dev.kindling.data.image;

import dev.kindling.data.format.Archives;
import dev.kindling.nd.DataFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG (W3C Recommendation, second edition, 2003): every colour type, depth and interlacing, to 8 bits of red,
 * green and blue. 16-bit colours keep their high byte; transparency is dropped.
 *
 * <p>The JDK's reader checks no checksums, and takes memory for sizes that no data follows; this one refuses both.
 */
final class PngDecoder {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504c5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;

  /** Adam7: first column, first row, column step, row step of each pass. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  /** The most that zlib's format can shrink by. */
  private static final int DEFLATE_LIMIT = 1032;

  private final ByteBuffer in;
  private final String name;
  private int width;
  private int height;
  private int depth;
  private int colourType;
  private boolean interlaced;
  private byte @Nullable [] palette;

  private PngDecoder(byte[] bytes, String name) {
    this.in = ByteBuffer.wrap(bytes);
    this.name = name;
  }

  static boolean isPng(byte[] b) {
    return b.length >= SIGNATURE.length
        && Arrays.equals(SIGNATURE, 0, SIGNATURE.length, b, 0, SIGNATURE.length);
  }

  static Image decode(byte[] bytes, long maxPixels, String name) throws DataFormatException {
    return new PngDecoder(bytes, name).decode(maxPixels);
  }

  private Image decode(long maxPixels) throws DataFormatException {
    int at = SIGNATURE.length;
    int length = chunk(at, IHDR);
    if (length != 13) {
      throw wrong(at, "expected a header of 13 bytes, found " + length);
    }
    header(at + 8, maxPixels);
    at += 12 + length;
    while (in.limit() - at >= 8 && in.getInt(at + 4) != IDAT) {
      int type = in.getInt(at + 4);
      length = chunk(at, type);
      if (type == PLTE) {
        palette(at + 8, length);
      } else if (type == IEND || (type & 0x20000000) == 0) {
        throw wrong(at, "expected image data, found the chunk " + text(type));
      }
      at += 12 + length;
    }
    chunk(at, IDAT);
    if (colourType == 3 && palette == null) {
      throw wrong(at, "a palette image without a palette");
    }
    return new Image(width, height, pixels(at));
  }

  /** Checks a chunk and gives the length of its data, which begins 8 bytes on. */
  private int chunk(int at, int type) throws DataFormatException {
    if (in.limit() - at < 12) {
      throw wrong(in.limit(), "the file ends before the chunk " + text(type));
    }
    int length = in.getInt(at);
    if (in.getInt(at + 4) != type) {
      throw wrong(
          at + 4, "expected the chunk " + text(type) + ", found " + text(in.getInt(at + 4)));
    }
    if (length < 0 || length > in.limit() - at - 12) {
      throw wrong(
          at,
          "expected a chunk within the file, found one of " + (length & 0xffffffffL) + " bytes");
    }
    // Image data has a checksum of its own, within.
    if (type != IDAT && (type & 0x20000000) == 0) {
      CRC32 crc = new CRC32();
      crc.update(in.array(), at + 4, length + 4);
      if ((int) crc.getValue() != in.getInt(at + 8 + length)) {
        throw wrong(at, "damaged: the checksum of " + text(type) + " doesn't fit");
      }
    }
    return length;
  }

  private void header(int at, long maxPixels) throws DataFormatException {
    width = in.getInt(at);
    height = in.getInt(at + 4);
    ImageDecoder.checkSize(width, height, maxPixels, name, at);
    depth = in.get(at + 8);
    colourType = in.get(at + 9);
    boolean possible =
        switch (colourType) {
          case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case 2, 4, 6 -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!possible) {
      throw wrong(at + 8, "there is no colour type " + colourType + " with " + depth + " bits");
    }
    int interlace = in.get(at + 12);
    if (in.get(at + 10) != 0 || in.get(at + 11) != 0 || interlace < 0 || interlace > 1) {
      throw wrong(at + 10, "unknown compression, filter or interlacing");
    }
    interlaced = interlace == 1;
  }

  private void palette(int at, int length) throws DataFormatException {
    if (length == 0 || length > 768 || length % 3 != 0) {
      throw wrong(at, "expected 1 to 256 colours of 3 bytes, found " + length + " bytes");
    }
    palette = new byte[768]; // colours that aren't there are black
    in.get(at, palette, 0, length);
  }

  // ---------------------------------------------------------------- pixels

  private byte[] pixels(int firstData) throws DataFormatException {
    long expected = 0;
    long compressed = 0;
    for (int[] pass : passes()) {
      expected += rowsOf(pass) * (1L + rowBytes(columnsOf(pass)));
    }
    for (int at = firstData; in.limit() - at >= 8 && in.getInt(at + 4) == IDAT; ) {
      int length = chunk(at, IDAT);
      compressed += length;
      at += 12 + length;
    }
    if (expected > compressed * DEFLATE_LIMIT + 64) {
      throw wrong(
          firstData,
          compressed
              + " bytes can't become the "
              + expected
              + " of "
              + width
              + "×"
              + height
              + " pixels");
    }
    Archives.checkRatio(name, compressed, Math.max(expected, 3L * width * height));
    byte[] rgb = new byte[3 * width * height];
    Data data = new Data(firstData);
    try {
      for (int[] pass : passes()) {
        pass(pass, data, rgb);
      }
    } finally {
      data.inflater.end();
    }
    return rgb;
  }

  private void pass(int[] pass, Data data, byte[] rgb) throws DataFormatException {
    int columns = columnsOf(pass);
    int bytes = rowBytes(columns);
    int unit = Math.max(1, bitsPerPixel() / 8);
    byte[] row = new byte[bytes];
    byte[] above = new byte[bytes];
    for (int r = 0, rows = rowsOf(pass); r < rows && columns > 0; r++) {
      int filter = data.filter();
      data.fill(row);
      unfilter(filter, row, above, unit);
      int to = 3 * ((pass[1] + r * pass[3]) * width + pass[0]);
      expand(row, columns, rgb, to, 3 * pass[2]);
      byte[] t = above;
      above = row;
      row = t;
    }
  }

  private int[][] passes() {
    return interlaced ? PASSES : new int[][] {{0, 0, 1, 1}};
  }

  private int columnsOf(int[] pass) {
    return (width - pass[0] + pass[2] - 1) / pass[2];
  }

  private int rowsOf(int[] pass) {
    return columnsOf(pass) == 0 ? 0 : (height - pass[1] + pass[3] - 1) / pass[3];
  }

  private int bitsPerPixel() {
    int samples =
        switch (colourType) {
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 1;
        };
    return samples * depth;
  }

  private int rowBytes(int columns) {
    return (int) (((long) columns * bitsPerPixel() + 7) / 8);
  }

  /** Adds what the filter predicts from the bytes to the left and above. */
  private void unfilter(int filter, byte[] row, byte[] above, int unit) throws DataFormatException {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = unit; i < row.length; i++) {
          row[i] += row[i - unit];
        }
      }
      case 2 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < row.length; i++) {
          int left = i < unit ? 0 : row[i - unit] & 0xff;
          row[i] += (byte) ((left + (above[i] & 0xff)) / 2);
        }
      }
      case 4 -> {
        for (int i = 0; i < row.length; i++) {
          int left = i < unit ? 0 : row[i - unit] & 0xff;
          int corner = i < unit ? 0 : above[i - unit] & 0xff;
          row[i] += (byte) paeth(left, above[i] & 0xff, corner);
        }
      }
      default -> throw wrong(-1, "there is no filter " + filter);
    }
  }

  private static int paeth(int a, int b, int c) {
    int p = a + b - c;
    int pa = Math.abs(p - a);
    int pb = Math.abs(p - b);
    int pc = Math.abs(p - c);
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
  }

  /** Samples of one row to red, green and blue, every {@code step} bytes. */
  private void expand(byte[] row, int columns, byte[] rgb, int to, int step) {
    int wide = depth == 16 ? 2 : 1;
    byte[] colours = palette;
    for (int i = 0; i < columns; i++, to += step) {
      if (colourType == 2 || colourType == 6) {
        int from = i * wide * (colourType == 2 ? 3 : 4);
        rgb[to] = row[from];
        rgb[to + 1] = row[from + wide];
        rgb[to + 2] = row[from + 2 * wide];
        continue;
      }
      int sample;
      if (depth >= 8) {
        sample = row[i * wide * (colourType == 4 ? 2 : 1)] & 0xff;
      } else {
        int bit = i * depth;
        sample = (row[bit >> 3] & 0xff) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
      }
      if (colourType == 3 && colours != null) {
        rgb[to] = colours[3 * sample];
        rgb[to + 1] = colours[3 * sample + 1];
        rgb[to + 2] = colours[3 * sample + 2];
      } else {
        byte gray = (byte) (depth < 8 ? sample * 255 / ((1 << depth) - 1) : sample);
        rgb[to] = gray;
        rgb[to + 1] = gray;
        rgb[to + 2] = gray;
      }
    }
  }

  /** The decompressed image data, across its chunks. */
  private final class Data {
    final Inflater inflater = new Inflater();
    private final byte[] one = new byte[1];
    private int next;

    Data(int firstChunk) {
      next = firstChunk;
    }

    int filter() throws DataFormatException {
      fill(one);
      return one[0];
    }

    void fill(byte[] to) throws DataFormatException {
      try {
        for (int done = 0; done < to.length; ) {
          int n = inflater.inflate(to, done, to.length - done);
          done += n;
          if (n == 0 && (inflater.finished() || inflater.needsDictionary() || !more())) {
            throw wrong(next, "the image data ends before the last row: truncated");
          }
        }
      } catch (java.util.zip.DataFormatException e) {
        throw new DataFormatException(name, next, "damaged image data: " + e.getMessage(), e);
      }
    }

    private boolean more() throws DataFormatException {
      if (!inflater.needsInput()) {
        return true;
      }
      if (in.limit() - next < 12 || in.getInt(next + 4) != IDAT) {
        return false;
      }
      int length = chunk(next, IDAT);
      inflater.setInput(in.array(), next + 8, length);
      next += 12 + length;
      return true;
    }
  }

  private DataFormatException wrong(long at, String reason) {
    return new DataFormatException(name, at, reason);
  }

  private static String text(int type) {
    StringBuilder s = new StringBuilder();
    for (int shift = 24; shift >= 0; shift -= 8) {
      int c = type >>> shift & 0xff;
      s.append(c >= 'A' && c <= 'z' ? (char) c : '?');
    }
    return s.toString();
  }
}
