package dev.kindling.data.format;

import dev.kindling.nd.AtomicFile;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's archives of named arrays: ZIP files of {@code .npy} files, stored or deflated. An archive is opened, its
 * arrays are read one by one by name, and it is closed.
 */
public final class Npz implements AutoCloseable {

  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private Npz(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens an archive and looks at its directory.
   *
   * @throws DataFormatException if it is no ZIP file, or has an entry that would escape a directory (absolute, or with
   *     {@code ..} in it)
   * @throws IOException if it can't be read
   */
  public static Npz open(Path file) throws IOException {
    Archives.checkVersions(file);
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException | EOFException e) {
      throw new DataFormatException(file.toString(), -1, "not a ZIP file: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) { // names that are no text
      throw new DataFormatException(
          file.toString(), -1, "a bad ZIP directory: " + e.getMessage(), e);
    }
    Npz npz = new Npz(file, zip);
    try {
      npz.list();
    } catch (IOException | RuntimeException e) {
      npz.close();
      throw e;
    }
    return npz;
  }

  private void list() throws IOException {
    try {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (Archives.escapes(name)) {
          throw new DataFormatException(
              file.toString(), -1, "an entry must stay within the archive, found '" + name + "'");
        }
        String key = name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
        if (entries.put(key, entry) != null) {
          throw new DataFormatException(
              file.toString(), -1, "the entry '" + name + "' comes twice");
        }
      }
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(
          file.toString(), -1, "a bad ZIP directory: " + e.getMessage(), e);
    }
  }

  /** The arrays' names, without {@code .npy}, in the archive's order. */
  public List<String> names() {
    return new ArrayList<>(entries.keySet());
  }

  /**
   * Reads one array into memory.
   *
   * @throws DataFormatException if it is no array, is damaged, or expands to more than {@value Archives#MAX_RATIO}
   *     times its compressed size and 64 MB
   * @throws IllegalArgumentException if there is no array of this name
   */
  public RawArray read(String name) throws IOException {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("name must be one of " + names() + ", got '" + name + "'");
    }
    String where = file + "!" + entry.getName();
    Archives.checkRatio(where, entry.getCompressedSize(), entry.getSize());
    try (InputStream in = zip.getInputStream(entry)) {
      // Grows with what arrives, so that an empty promise takes no memory.
      byte[] bytes = in.readNBytes((int) entry.getSize());
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
        throw new DataFormatException(where, -1, "damaged: length or checksum don't fit the data");
      }
      return Npy.parse(bytes, where);
    } catch (DataFormatException e) {
      throw e;
    } catch (IOException
        | RuntimeException e) { // the JDK's ZIP reader throws both for damaged files
      throw new DataFormatException(where, -1, "damaged: " + e.getMessage(), e);
    }
  }

  /** Reads one array into a tensor, rounded to float32; see {@link #read}. */
  public Tensor readTensor(String name) throws IOException {
    return read(name).toTensor();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /**
   * Writes named arrays, deflated. The file is there whole or not at all.
   *
   * @throws IOException if it can't be written
   * @throws IllegalArgumentException if a name would escape a directory
   */
  public static void write(Path file, Map<String, RawArray> arrays) throws IOException {
    for (String name : arrays.keySet()) {
      if (Archives.escapes(name)) {
        throw new IllegalArgumentException(
            "a name must be relative and without '..', got '" + name + "'");
      }
    }
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zipped = new ZipOutputStream(out);
          for (Map.Entry<String, RawArray> array : arrays.entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
            entry.setTimeLocal(NO_TIME); // the same arrays give the same bytes
            zipped.putNextEntry(entry);
            Npy.write(zipped, array.getValue());
            zipped.closeEntry();
          }
          zipped.finish();
        });
  }
}
