package dev.kindling.data.format;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Runs a reader over files with another reader's verdicts, packed into one archive with a {@code verdicts.json}. */
public final class Conformance {

  private Conformance() {}

  /** What is checked: reads a file whole, or throws. */
  public interface Reader {
    /**
     * Reads it.
     *
     * @param expected the verdict's entry, for what is known of the contents
     */
    void read(Path file, JsonObject expected) throws IOException;
  }

  /** The files on which reader and verdicts disagree, with the reason. */
  public static List<String> disagreements(InputStream archive, Path directory, Reader reader) {
    try {
      unpack(archive, directory);
      List<String> all = new ArrayList<>();
      JsonElement verdicts =
          JsonParser.parseString(Files.readString(directory.resolve("verdicts.json")));
      for (JsonElement e : verdicts.getAsJsonArray()) {
        JsonObject entry = e.getAsJsonObject();
        String file = entry.get("file").getAsString();
        String expect = entry.get("expect").getAsString();
        String found = "accept";
        try {
          reader.read(directory.resolve(file), entry);
        } catch (DataFormatException expected) {
          found =
              String.valueOf(expected.getMessage()).contains(directory.resolve(file).toString())
                  ? "reject"
                  : "unnamed";
        } catch (IOException | RuntimeException | AssertionError | OutOfMemoryError unexpected) {
          found = unexpected.toString();
        }
        boolean either =
            expect.equals("either") && (found.equals("accept") || found.equals("reject"));
        if (!found.equals(expect) && !either) {
          all.add(file + ": expected " + expect + ", found " + found);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(InputStream archive, Path directory) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, zip.readAllBytes());
      }
    }
  }

  /** SHA-256 in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The resource beside a class. */
  public static InputStream resource(Class<?> beside, String name) {
    return Objects.requireNonNull(beside.getResourceAsStream(name), name);
  }

  /** Plain text as bytes. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
