package dev.kindling.examples.checkdata;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.kindling.data.format.Idx;
import dev.kindling.data.format.Npy;
import dev.kindling.data.format.Npz;
import dev.kindling.data.format.RawArray;
import dev.kindling.data.image.Image;
import dev.kindling.data.image.ImageDecoder;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads files that come with verdicts, and says where our readers disagree. A folder {@code npy}, {@code idx} or {@code
 * png} holds files and a {@code verdicts.json}: a list of objects with {@code file} (its path in the folder) and {@code
 * expect}: {@code accept}, {@code reject}, or {@code either} (anything but a crash). Of accepted files more may be told:
 *
 * <ul>
 *   <li>{@code shape}, and {@code values} or {@code sha256_f64_C_order}: the values as float64 in C order
 *   <li>{@code sha256_rgb}: the bytes of red, green and blue
 *   <li>{@code npz}: for arrays of an archive whether they are {@code ["ok", type, shape]} or {@code "REJECT …"}
 * </ul>
 *
 * <p>To reject means: a {@link DataFormatException} that names the file.
 */
public final class CheckData {

  private static final List<String> KINDS = List.of("npy", "idx", "png");

  private final ImageDecoder images = new ImageDecoder();

  private CheckData() {}

  /**
   * Checks every folder of a known kind in a directory, and prints a line for each disagreement and one for each folder.
   *
   * @return 0 if all agree, 1 if any doesn't, 2 if there is nothing to check
   */
  public static int run(Path directory, PrintStream out) {
    CheckData check = new CheckData();
    int folders = 0;
    int disagreed = 0;
    try {
      for (String kind : KINDS) {
        Path folder = directory.resolve(kind);
        if (Files.isRegularFile(folder.resolve("verdicts.json"))) {
          disagreed += check.folder(kind, folder, out);
          folders++;
        }
      }
    } catch (IOException | JsonParseException | IllegalStateException e) {
      out.println("check-data: " + e.getMessage());
      return 2;
    }
    if (folders == 0) {
      out.println(
          "check-data: "
              + directory
              + " has none of the folders npy, idx and png with a verdicts.json in it");
      return 2;
    }
    return disagreed == 0 ? 0 : 1;
  }

  private int folder(String kind, Path folder, PrintStream out) throws IOException {
    JsonElement verdicts =
        JsonParser.parseString(Files.readString(folder.resolve("verdicts.json")));
    int files = 0;
    int disagreed = 0;
    for (JsonElement element : verdicts.getAsJsonArray()) {
      JsonObject verdict = element.getAsJsonObject();
      String file = verdict.get("file").getAsString();
      String expected = verdict.get("expect").getAsString();
      String found = outcome(kind, folder.resolve(file), verdict);
      boolean either = found.equals("accept") || found.equals("reject");
      files++;
      if (!found.equals(expected) && !(expected.equals("either") && either)) {
        disagreed++;
        out.println(kind + "/" + file + ": expected " + expected + ", found " + found);
      }
    }
    out.println(
        kind + ": files " + files + ", agreed " + (files - disagreed) + ", disagreed " + disagreed);
    return disagreed;
  }

  /** "accept", "reject", or what went wrong otherwise. */
  private String outcome(String kind, Path file, JsonObject verdict) {
    // What is known of the contents counts for files that must be accepted.
    JsonObject known =
        verdict.get("expect").getAsString().equals("accept") ? verdict : new JsonObject();
    try {
      if (kind.equals("png")) {
        return image(images.decode(file), known);
      }
      if (kind.equals("idx")) {
        return array(Idx.read(file), known);
      }
      return file.toString().endsWith(".npz") ? archive(file, known) : array(Npy.read(file), known);
    } catch (DataFormatException e) {
      return e.file().startsWith(file.toString())
          ? "reject"
          : "an error that doesn't name the file: " + e;
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return e.toString();
    }
  }

  private static String archive(Path file, JsonObject known) throws IOException {
    JsonObject arrays = known.has("npz") ? known.getAsJsonObject("npz") : new JsonObject();
    try (Npz npz = Npz.open(file)) {
      for (String name : npz.names()) {
        JsonElement expected = arrays.get(name);
        boolean refused = false;
        try {
          RawArray array = npz.read(name);
          if (expected instanceof JsonArray ok && !shape(array).equals(ok.get(2).toString())) {
            return "array " + name + " of shape " + shape(array);
          }
        } catch (DataFormatException e) {
          if (expected == null || expected.isJsonArray()) {
            throw e;
          }
          refused = true;
        }
        if (expected != null && expected.isJsonPrimitive() && !refused) {
          return "an array " + name + " that should be refused";
        }
      }
    }
    return "accept";
  }

  private static String array(RawArray array, JsonObject known) {
    double[] values = array.toDoubles();
    if (known.get("shape") instanceof JsonArray shape && !shape(array).equals(shape.toString())) {
      return "the shape " + shape(array);
    }
    if (known.has("sha256_f64_C_order")) {
      ByteBuffer bytes = ByteBuffer.wrap(new byte[8 * values.length]);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
      if (!sha256(bytes.array(), 8 * values.length)
          .equals(known.get("sha256_f64_C_order").getAsString())) {
        return "other values";
      }
    }
    if (known.get("values") instanceof JsonArray expected) {
      if (expected.size() != values.length) {
        return values.length + " values for " + expected.size();
      }
      for (int i = 0; i < values.length; i++) {
        if (!same(values[i], expected.get(i).getAsString())) {
          return "the value " + values[i] + " for " + expected.get(i);
        }
      }
    }
    return "accept";
  }

  private static boolean same(double value, String expected) {
    double other =
        switch (expected) {
          case "nan" -> Double.NaN;
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          case "True" -> 1;
          case "False" -> 0;
          default -> Double.parseDouble(expected);
        };
    return Double.compare(value, other) == 0 || value == other;
  }

  private static String image(Image image, JsonObject known) {
    int length = 3 * image.width() * image.height();
    boolean same =
        !known.has("sha256_rgb")
            || sha256(image.rgb(), length).equals(known.get("sha256_rgb").getAsString());
    return same ? "accept" : "other pixels";
  }

  /** As JSON has it. */
  private static String shape(RawArray array) {
    JsonArray shape = new JsonArray();
    for (int dim : array.dims()) {
      shape.add(dim);
    }
    return shape.toString();
  }

  private static String sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) { // every Java has it
      throw new IllegalStateException(e);
    }
  }
}
