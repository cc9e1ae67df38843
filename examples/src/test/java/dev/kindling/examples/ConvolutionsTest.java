package dev.kindling.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.kindling.nd.Rng;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chapter 4 from its command line to its files, and what its model says of photographs. */
class ConvolutionsTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine(Main.chapters())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  private JsonObject run(String... args) throws IOException {
    Path written = folder.resolve("out");
    String[] all =
        Stream.concat(
                Stream.of("04-convolutions", "--channels", "8,8,16", "--out", written.toString()),
                Stream.of(args))
            .toArray(String[]::new);
    assertEquals(0, execute(all), err.toString());
    for (String name :
        List.of(
            "by-hand.png",
            "curves.png",
            "filters.svg",
            "feature-maps.png",
            "confusion.png",
            "mistakes.png",
            "model.safetensors")) {
      assertTrue(Files.exists(written.resolve(name)), name + " is missing");
    }
    return JsonParser.parseString(Files.readString(written.resolve("metrics.json")))
        .getAsJsonObject();
  }

  private static double metric(JsonObject run, String name) {
    return run.getAsJsonObject("metrics").get(name).getAsDouble();
  }

  /** Four IDX files: class 0 is level bars, class 1 upright ones, over noise. */
  private Path bars() throws IOException {
    Path idx = Files.createDirectories(folder.resolve("idx"));
    for (String part : List.of("train", "t10k")) {
      int n = part.equals("train") ? 200 : 50;
      ByteBuffer images = ByteBuffer.allocate(16 + n * 784);
      images.putInt(0x803).putInt(n).putInt(28).putInt(28);
      ByteBuffer labels = ByteBuffer.allocate(8 + n).putInt(0x801).putInt(n);
      Rng rng = Rng.seeded(n);
      for (int i = 0; i < n; i++) {
        int label = i % 2;
        labels.put((byte) label);
        for (int p = 0; p < 784; p++) {
          boolean bar = label == 0 ? p / 28 % 7 == 0 : p % 28 % 7 == 0;
          images.put((byte) (bar ? 200 + rng.nextInt(50) : rng.nextInt(50)));
        }
      }
      Files.write(idx.resolve(part + "-images-idx3-ubyte"), images.array());
      Files.write(idx.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
    return idx;
  }

  /** Photographs of red and of blue things, 40×30. */
  private Path photographs(String name, int n) throws IOException {
    Path photos = Files.createDirectories(folder.resolve(name));
    Rng rng = Rng.seeded(n);
    for (int i = 0; i < 2 * n; i++) {
      BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 1200; p++) {
        int bright = 150 + rng.nextInt(100);
        int dark = rng.nextInt(100);
        image.setRGB(p % 40, p / 40, i < n ? bright << 16 | dark : dark << 16 | bright);
      }
      Path file = photos.resolve((i < n ? "red." : "blue.") + i + ".png");
      ImageIO.write(image, "png", file.toFile());
    }
    return photos;
  }

  private JsonObject redAndBlue(String... more) throws IOException {
    String[] args = {
      "--data",
      photographs("train", 40).toString(),
      "--test",
      photographs("test", 10).toString(),
      "--size",
      "24",
      "--first-size",
      "16",
      "--epochs",
      "3",
      "--first-epochs",
      "1",
      "--batch-size",
      "8"
    };
    return run(Stream.of(args, more).flatMap(Stream::of).toArray(String[]::new));
  }

  @Test
  void theNetworkTellsUprightBarsFromLevelOnes() throws IOException {
    JsonObject run =
        run("--idx", bars().toString(), "--epochs", "4", "--batch-size", "16", "--dropout", "0");
    assertEquals(200, run.get("trainExamples").getAsInt());
    assertEquals(50, run.get("testExamples").getAsInt());
    assertTrue(metric(run, "testAccuracy") > 0.9, run.toString());
    assertTrue(metric(run, "byHandDifference") < 1e-5, run.toString());
  }

  @Test
  void photographsAreLearnedSmallFirstAndThenNamed() throws IOException {
    JsonObject run = redAndBlue();
    assertEquals(80, run.get("trainExamples").getAsInt());
    assertEquals(3, run.get("epochs").getAsInt());
    assertTrue(metric(run, "testAccuracy") > 0.9, run.toString());

    String model = folder.resolve("out/model.safetensors").toString();
    Path red = folder.resolve("test/red.3.png");
    Path blue = folder.resolve("test/blue.13.png");
    assertEquals(
        0, execute("classify", "--model", model, red.toString(), blue.toString()), err.toString());
    List<String> lines = out.toString().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(
        lines.get(0).matches(".*red\\.3\\.png: red \\d+\\.\\d%, blue \\d+\\.\\d%"), lines.get(0));
    assertTrue(lines.get(1).matches(".*blue\\.13\\.png: blue .*"), lines.get(1));

    // What can't be read is one line each, and the others are named all the same.
    Path broken = Files.writeString(folder.resolve("broken.jpg"), "no image");
    Path none = folder.resolve("none.png");
    assertEquals(
        2,
        execute("classify", "--model", model, broken.toString(), none.toString(), red.toString()));
    lines = err.toString().lines().toList();
    assertEquals(2, lines.size(), err.toString());
    assertTrue(lines.get(0).startsWith("classify: " + broken + " at byte 0: "), lines.get(0));
    assertEquals("classify: there is no file '" + none + "'", lines.get(1));
    assertEquals(1, out.toString().lines().count(), out.toString());
  }

  @Test
  void aFileThatIsNoModelOfThisChapterIsOneLine() throws IOException {
    Path red = photographs("test", 1).resolve("red.0.png");
    assertEquals(2, execute("classify", "--model", red.toString(), red.toString()));
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertTrue(err.toString().contains("Not a safetensors file?"), err.toString());

    assertEquals(2, execute("classify", red.toString()));
    assertEquals("classify: --model must be given: --model FILE", err.toString().strip());
  }

  @Test
  void whatIsNotThereOrCountsForNothingIsTold() throws IOException {
    String nowhere = folder.resolve("nowhere").toString();
    assertEquals(2, execute("04-convolutions", "--idx", nowhere));
    assertTrue(
        err.toString().startsWith("04-convolutions: --idx must be a folder, but there is no '"),
        err.toString());
    assertEquals(2, execute("04-convolutions", "--limit", "3"));
    assertEquals("04-convolutions: --limit is for photographs, of --data", err.toString().strip());

    Path red = photographs("train", 3);
    for (int i = 3; i < 6; i++) {
      Files.delete(red.resolve("blue." + i + ".png"));
    }
    String out = folder.resolve("out").toString();
    assertEquals(2, execute("04-convolutions", "--data", red.toString(), "--out", out));
    assertEquals(
        "04-convolutions: '"
            + red
            + "' holds only the class 'red': expected at least two, as a folder each, or as cat.1.jpg, dog.1.jpg",
        err.toString().strip());

    assertEquals(2, execute("classify", "--model", red.toString(), red + "/red.0.png"));
    assertEquals(
        "classify: " + red + ": expected a file, but this is a folder", err.toString().strip());
  }

  @Test
  void settingsThatContradictAreTold() throws IOException {
    String train = photographs("train", 2).toString();
    assertEquals(2, execute("04-convolutions", "--data", train, "--idx", train));
    assertEquals(
        "04-convolutions: --idx and --data can't both be given: learn from one of them",
        err.toString().strip());
    String out = folder.resolve("out").toString();
    String[] narrow = {
      "04-convolutions", "--idx", bars().toString(), "--channels", "8", "--out", out
    };
    assertEquals(2, execute(narrow));
    assertEquals(
        "04-convolutions: --channels must be at least two numbers, got 1", err.toString().strip());
    for (String option : new String[] {"--size", "--first-size", "--limit"}) {
      String[] drawn = {"04-convolutions", "--idx", bars().toString(), option, "16", "--out", out};
      assertEquals(2, execute(drawn));
      assertEquals(
          "04-convolutions: " + option + " is for photographs, of --data", err.toString().strip());
    }
    String[] args = {"04-convolutions", "--data", train, "--out", out, "--size", "16"};
    assertEquals(2, execute(args));
    assertTrue(err.toString().contains("too few photographs"), err.toString());
    args[2] = photographs("train", 5).toString();
    assertEquals(
        2,
        execute(
            Stream.concat(Stream.of(args), Stream.of("--epochs", "2", "--first-epochs", "2"))
                .toArray(String[]::new)));
    assertEquals(
        "04-convolutions: --first-epochs must be at least 0 and below --epochs 2, got 2",
        err.toString().strip());
  }

  @Test
  void theSameSeedGivesTheSameModelAtAnyNumberOfThreads() throws IOException {
    Path model = folder.resolve("out/model.safetensors");
    redAndBlue("--limit", "12", "--threads", "1");
    byte[] one = Files.readAllBytes(model);
    redAndBlue("--limit", "12", "--threads", "3");
    assertArrayEquals(one, Files.readAllBytes(model));
  }
}
