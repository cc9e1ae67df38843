package dev.kindling.nn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** PyTorch's numbers for cases of a group (a folder of {@code src/test/resources/pytorch}). */
public final class Conformance {

  private Conformance() {}

  /** The cases that a group's {@code cases.json} lists. */
  public static List<Case> cases(String group) {
    String folder = "/pytorch/" + group + "/";
    List<Case> cases = new ArrayList<>();
    try (InputStreamReader in =
        new InputStreamReader(
            Objects.requireNonNull(
                Conformance.class.getResourceAsStream(folder + "cases.json"), folder),
            StandardCharsets.UTF_8)) {
      for (JsonElement e : JsonParser.parseReader(in).getAsJsonArray()) {
        JsonObject o = e.getAsJsonObject();
        cases.add(
            new Case(
                o.get("file").getAsString(),
                o.getAsJsonObject("attrs"),
                o.getAsJsonObject("err32"),
                Npz.resource("/pytorch/" + o.get("file").getAsString())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder, e);
    }
    return cases;
  }

  /**
   * One case.
   *
   * @param file where its numbers are
   * @param attrs the settings
   * @param err32 PyTorch's own float32 error, by the name of the result
   * @param numbers inputs and expected results
   */
  public record Case(String file, JsonObject attrs, JsonObject err32, Npz numbers) {

    /** One input as float32. */
    public Tensor in(String name) {
      return numbers.tensor(name);
    }

    /** Compares a result. */
    public void assertClose(String name, Tensor actual) {
      double[] values = new double[actual.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = actual.data()[actual.offset() + i];
      }
      assertClose(name, values);
    }

    /** Compares a result: no further off than 4 times PyTorch's float32 error, or 2e-6 of the largest value. */
    public void assertClose(String name, double... actual) {
      double[] expected = numbers.array(name).values();
      assertEquals(expected.length, actual.length, file + " " + name);
      double largest = 0;
      for (double e : expected) {
        largest = Math.max(largest, Math.abs(e));
      }
      double allowed =
          Math.max(4 * (err32.has(name) ? err32.get(name).getAsDouble() : 0), 2e-6 * largest);
      for (int i = 0; i < expected.length; i++) {
        int at = i;
        assertTrue(
            Math.abs(expected[i] - actual[i]) <= allowed,
            () ->
                file
                    + " "
                    + name
                    + " element "
                    + at
                    + ": expected "
                    + expected[at]
                    + ", got "
                    + actual[at]
                    + ", off by "
                    + Math.abs(expected[at] - actual[at])
                    + ", allowed "
                    + allowed);
      }
    }

    @Override
    public String toString() {
      return file;
    }
  }
}
