package dev.kindling.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kindling.nd.kernel.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsJsonTest {

  @TempDir Path folder;

  @Test
  void everythingAProgramAsksForIsThere() throws IOException {
    Map<String, Double> byUnits = new LinkedHashMap<>();
    byUnits.put("4", 0.905);
    byUnits.put("1", Double.POSITIVE_INFINITY);
    Path file = folder.resolve("out/metrics.json");
    MetricsJson.of("02-shallow-network")
        .seed(42)
        .dataset("<flower> \"ö\"")
        .examples(400, 100)
        .epochs(5)
        .seconds(12.5)
        .metric("testAccuracy", 0.75)
        .metric("finalLoss", Double.NaN)
        .metric("byUnits", byUnits)
        .save(file);
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    assertEquals(
        List.of(
            "chapter",
            "seed",
            "dataset",
            "trainExamples",
            "testExamples",
            "epochs",
            "seconds",
            "kernels",
            "threads",
            "metrics"),
        List.copyOf(json.keySet()));
    assertEquals("02-shallow-network", json.get("chapter").getAsString());
    assertEquals(42, json.get("seed").getAsLong());
    assertEquals("<flower> \"ö\"", json.get("dataset").getAsString());
    assertEquals("400", json.get("trainExamples").toString());
    assertEquals("100", json.get("testExamples").toString());
    assertEquals("5", json.get("epochs").toString());
    assertEquals(12.5, json.get("seconds").getAsDouble());
    assertEquals(System.getProperty("kindling.kernels"), json.get("kernels").getAsString());
    assertEquals(Parallel.threads(), json.get("threads").getAsInt());
    assertEquals(
        "{\"testAccuracy\":0.75,\"finalLoss\":null,\"byUnits\":{\"4\":0.905,\"1\":null}}",
        json.get("metrics").toString());
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      assertEquals(1, files.count(), "temporary files are gone");
    }
  }

  @Test
  void anOldFileIsReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.json"), "old".repeat(1000));
    MetricsJson.of("x").save(file);
    assertTrue(JsonParser.parseString(Files.readString(file)).isJsonObject());
  }
}
