package dev.kindling.optim;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kindling.data.format.Npz;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The expected values in the test resources. */
public final class PyTorch {

  private PyTorch() {}

  /** A file of the resources. */
  public static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(PyTorch.class.getResource("/pytorch/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The cases of a manifest. */
  public static List<JsonObject> manifest(String name) {
    try {
      JsonArray array = JsonParser.parseString(Files.readString(file(name))).getAsJsonArray();
      List<JsonObject> cases = new ArrayList<>();
      for (JsonElement e : array) {
        cases.add(e.getAsJsonObject());
      }
      return cases;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Several arrays of an archive, one behind the other, as float64. */
  public static double[] doubles(Npz npz, String... names) throws IOException {
    List<Double> all = new ArrayList<>();
    for (String name : names) {
      for (double d : npz.read(name).toDoubles()) {
        all.add(d);
      }
    }
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Several arrays of an archive, one behind the other, as float32. */
  public static float[] floats(Npz npz, String... names) throws IOException {
    double[] d = doubles(npz, names);
    float[] f = new float[d.length];
    for (int i = 0; i < d.length; i++) {
      f[i] = (float) d[i];
    }
    return f;
  }

  /** The numbers in nested arrays, in order. */
  public static List<Double> flatten(JsonElement e) {
    List<Double> all = new ArrayList<>();
    if (e.isJsonArray()) {
      e.getAsJsonArray().forEach(inner -> all.addAll(flatten(inner)));
    } else {
      all.add(e.getAsDouble());
    }
    return all;
  }

  /** A number, or a default. */
  public static double number(JsonObject o, String name, double otherwise) {
    return o.has(name) ? o.get(name).getAsDouble() : otherwise;
  }

  /** True or false, or false. */
  public static boolean flag(JsonObject o, String name) {
    return o.has(name) && o.get(name).getAsBoolean();
  }
}
