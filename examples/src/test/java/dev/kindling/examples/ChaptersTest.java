package dev.kindling.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each chapter runs from its command line to its files. */
class ChaptersTest {

  @TempDir Path folder;

  private JsonObject run(String... args) throws IOException {
    String[] all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--out";
    all[args.length + 1] = folder.toString();
    StringWriter errors = new StringWriter();
    int code =
        Main.commandLine(Main.chapters())
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(errors))
            .execute(all);
    assertEquals(0, code, errors.toString());
    return JsonParser.parseString(Files.readString(folder.resolve("metrics.json")))
        .getAsJsonObject();
  }

  private static double metric(JsonObject run, String name) {
    return run.getAsJsonObject("metrics").get(name).getAsDouble();
  }

  private void assertWritten(String... names) {
    for (String name : names) {
      assertTrue(Files.exists(folder.resolve(name)), name + " is missing");
    }
  }

  @Test
  void linearRegressionFindsTheLineOfTheClosedForm() throws IOException {
    JsonObject run = run("01-linear-regression");
    assertEquals(0, metric(run, "slopeError"), 1e-4);
    assertEquals(0, metric(run, "interceptError"), 1e-4);
    // Pearson and Lee's own figure for sons on fathers, 1903: 0.514.
    assertEquals(0.514, metric(run, "slope"), 0.001);
    assertEquals(1078, run.get("trainExamples").getAsInt());
    assertWritten("line.png", "line.svg", "cost.png", "model.safetensors");
  }

  @Test
  void aHiddenLayerPartsTheFlowerAndALineDoesNot() throws IOException {
    JsonObject run = run("02-shallow-network", "--epochs", "2000");
    assertTrue(metric(run, "trainAccuracy") > 0.85, "trainAccuracy " + run);
    assertTrue(metric(run, "handWrittenAccuracy") > 0.85, "handWrittenAccuracy " + run);
    assertEquals(0.47, metric(run, "logisticRegressionAccuracy"), 0.05);
    assertWritten("boundary.png", "boundary.svg", "hidden-units.png", "model.safetensors");
  }

  @Test
  void catVsDogTrainsOnThePicturesThatShip() throws IOException {
    JsonObject run = run("03-cat-vs-dog", "--epochs", "3", "--layers", "32");
    assertEquals(1600, run.get("trainExamples").getAsInt());
    assertEquals(400, run.get("testExamples").getAsInt());
    assertTrue(metric(run, "trainAccuracy") > 0.5, "trainAccuracy " + run);
    assertWritten("curves.png", "predictions.png", "confusion.png", "model.safetensors");

    Model model = Model.load(folder.resolve("model.safetensors"));
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(2, 3, 32, 32), 0, 1);
    assertEquals(2, model.predict(x).dim(0));
  }

  @Test
  void theSameSeedGivesTheSameModelAtAnyNumberOfThreads() throws IOException {
    String[] args = {"03-cat-vs-dog", "--epochs", "2", "--layers", "64,16", "--seed", "7"};
    run(with(args, "--threads", "1"));
    byte[] one = Files.readAllBytes(folder.resolve("model.safetensors"));
    run(with(args, "--threads", "3"));
    assertArrayEquals(one, Files.readAllBytes(folder.resolve("model.safetensors")));
  }

  private static String[] with(String[] args, String... more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }
}
