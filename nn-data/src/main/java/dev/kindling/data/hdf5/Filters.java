package dev.kindling.data.hdf5;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** What was done to chunks when they were written (specification IV.A.2.l): deflate, shuffle, Fletcher's checksum. */
final class Filters {

  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;

  /** The most that deflate can expand: 258 bytes from two bits. */
  private static final long DEFLATE_LIMIT = 1032;

  private final List<Integer> ids = new ArrayList<>();

  /** Of no message: nothing was done. */
  static Filters read(@Nullable Block in) throws IOException {
    Filters filters = new Filters();
    if (in == null) {
      return filters;
    }
    long at = in.address();
    int version = in.u1();
    if (version != 1 && version != 2) {
      throw in.file().wrong(at, "expected filters of a known version, found version " + version);
    }
    int count = in.u1();
    in.skip(version == 1 ? 6 : 0);
    for (int i = 0; i < count; i++) {
      at = in.address();
      int id = in.u2();
      int nameLength = version == 1 || id >= 256 ? in.u2() : 0;
      in.skip(2);
      int values = in.u2();
      in.skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
      in.skip(4L * values);
      in.skip(version == 1 && values % 2 != 0 ? 4 : 0);
      if (id != DEFLATE && id != SHUFFLE && id != FLETCHER32) {
        throw in.file()
            .wrong(
                at,
                "expected the filters deflate, shuffle or fletcher32, found number "
                    + id
                    + (id == 32000 ? " (lzf)" : "")
                    + "; h5repack can change that");
      }
      if (filters.ids.contains(id) || (id == SHUFFLE && filters.ids.contains(FLETCHER32))) {
        throw in.file().wrong(at, "filters in an order that isn't supported");
      }
      filters.ids.add(id);
    }
    return filters;
  }

  /** Whether bytes lie by their place in the element: all first ones, all second ones, … */
  boolean shuffled(int mask) {
    int at = ids.indexOf(SHUFFLE);
    return at >= 0 && (mask >>> at & 1) == 0;
  }

  /**
   * A chunk as it was before, but for shuffling.
   *
   * @param mask which filters were left out, a bit each
   * @param size how many bytes it must have
   */
  byte[] undo(byte[] stored, int mask, int size, Blocks file, long at) throws DataFormatException {
    byte[] chunk = stored;
    for (int i = ids.size() - 1; i >= 0; i--) {
      if ((mask >>> i & 1) != 0) {
        continue;
      }
      if (ids.get(i) == DEFLATE) {
        // What is inflated may still have a checksum behind it.
        int checksum = ids.indexOf(FLETCHER32);
        int more = checksum >= 0 && checksum < i && (mask >>> checksum & 1) == 0 ? 4 : 0;
        chunk = inflate(chunk, size + more, file, at);
      } else if (ids.get(i) == FLETCHER32) {
        chunk = checked(chunk, file, at);
      }
    }
    if (chunk.length != size) {
      throw file.wrong(at, "expected a chunk of " + size + " bytes, found " + chunk.length);
    }
    return chunk;
  }

  private static byte[] inflate(byte[] stored, int size, Blocks file, long at)
      throws DataFormatException {
    if (size > DEFLATE_LIMIT * stored.length + 64) {
      throw file.wrong(at, stored.length + " bytes can't become the " + size + " of a whole chunk");
    }
    byte[] chunk = new byte[size];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stored);
      int n = 0;
      while (n < size) {
        int more = inflater.inflate(chunk, n, size - n);
        if (more == 0) {
          break;
        }
        n += more;
      }
      if (n < size) {
        throw file.wrong(at, "expected " + size + " bytes of a chunk, found " + n);
      }
      return chunk;
    } catch (java.util.zip.DataFormatException e) {
      throw new DataFormatException(file.name(), at, "a damaged chunk: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  /** Fletcher's two sums (1982) of 16-bit big-endian words, modulo 65535; stored behind the data. */
  private static byte[] checked(byte[] chunk, Blocks file, long at) throws DataFormatException {
    int n = chunk.length - 4;
    if (n < 0) {
      throw file.wrong(at, "expected a checksum, found " + chunk.length + " bytes");
    }
    long a = 0;
    long b = 0;
    for (int i = 0; i < n; i += 2) {
      a = (a + ((chunk[i] & 0xff) << 8 | (i + 1 < n ? chunk[i + 1] & 0xff : 0))) % 65535;
      b = (b + a) % 65535;
    }
    long found = 0;
    for (int i = 3; i >= 0; i--) {
      found = found << 8 | (chunk[n + i] & 0xff);
    }
    if ((found & 0xffff) % 65535 != a || (found >>> 16) % 65535 != b) {
      throw file.wrong(at, "a damaged chunk: its checksum doesn't fit");
    }
    return java.util.Arrays.copyOf(chunk, n);
  }
}
