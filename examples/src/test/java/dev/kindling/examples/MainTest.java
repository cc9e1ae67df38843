package dev.kindling.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.train.TrainingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class MainTest {

  enum Shade {
    LIGHT,
    DARK
  }

  @Command(name = "07-test", header = "A chapter to test with")
  static final class Chapter implements Callable<Integer> {
    @Mixin RunOptions run;
    @Mixin DataOptions data;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        defaultValue = "3",
        converter = Numbers.Count.class,
        description = "Epochs (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(
        names = "--rate",
        paramLabel = "R",
        defaultValue = "0.1",
        converter = Numbers.Positive.class)
    double rate;

    @Option(names = "--l2", defaultValue = "0", converter = Numbers.NotNegative.class)
    double l2;

    @Option(names = "--dropout", defaultValue = "0", converter = Numbers.Fraction.class)
    double dropout;

    @Option(names = "--shade", defaultValue = "light")
    Shade shade;

    @Option(names = "--layers", split = ",", defaultValue = "8,4")
    int[] layers;

    final @Nullable Exception failure;
    @Nullable Path metrics;

    Chapter(@Nullable Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      data.test();
      if (failure != null) {
        throw failure;
      }
      metrics = run.file("metrics.json");
      run.console()
          .println(
              run.chapter()
                  + " "
                  + epochs
                  + " "
                  + run.seed()
                  + " "
                  + shade
                  + " "
                  + layers.length
                  + " "
                  + data.limit());
      return 0;
    }
  }

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private @Nullable Exception failure;
  private Chapter chapter = new Chapter(null);
  @TempDir Path folder;

  private int run(String... args) {
    chapter = new Chapter(failure);
    CommandLine line = Main.commandLine(List.of(chapter));
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private void assertMistake(String expected, String... args) {
    err.getBuffer().setLength(0);
    int code = run(args);
    assertEquals(expected + System.lineSeparator(), err.toString());
    assertEquals(2, code);
    assertEquals("", out.toString());
  }

  @Test
  void withoutAChapterListsThemWithTheirTitles() {
    assertEquals(0, run());
    assertTrue(out.toString().contains("07-test  A chapter to test with"), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void helpOfAChapterNamesItsOptionsAndDefaults() {
    assertEquals(0, run("07-test", "--help"));
    for (String expected :
        List.of(
            "--data=DIR",
            "--test=DIR",
            "--limit=N",
            "--epochs=N",
            "--seed=N",
            "(default: 42)",
            "--threads=N",
            "--out=DIR",
            "(default: 3)")) {
      assertTrue(out.toString().contains(expected), () -> expected + " not in " + out);
    }
  }

  @Test
  void optionsReachTheChapter() {
    int before = Parallel.threads();
    try {
      assertEquals(
          0,
          run(
              "07-test",
              "--epochs",
              "9",
              "--seed=5",
              "--shade",
              "dark",
              "--layers",
              "1,2,3",
              "--limit",
              "4",
              "--threads",
              "2",
              "--data",
              folder.toString(),
              "--out",
              folder.resolve("a/b").toString()));
      assertEquals(2, Parallel.threads());
    } finally {
      Parallel.setThreads(before);
    }
    assertEquals("07-test 9 5 DARK 3 OptionalInt[4]", out.toString().strip());
    assertEquals(folder.resolve("a/b/metrics.json"), chapter.metrics);
    assertTrue(Files.isDirectory(folder.resolve("a/b")));
  }

  @Test
  void unknownNamesAreToldWithWhatThereIs() {
    assertMistake("./run: no chapter '09-x'; there are 07-test", "09-x");
    assertMistake(
        "./run: unknown option '--epochs'; the chapter comes first: ./run CHAPTER [OPTIONS]",
        "--epochs",
        "3");
    assertMistake(
        "07-test: unknown option '--epoch'; did you mean --epochs?", "07-test", "--epoch", "3");
    assertMistake(
        "07-test: unknown option '--zzz'; there are --epochs, --rate, --l2, --dropout, --shade, --layers,"
            + " --data, --test, --limit, --seed, --threads, --out, --help",
        "07-test",
        "--zzz");
    assertMistake(
        "07-test: unexpected 'five'; settings are written --name VALUE, and 07-test has --epochs, --rate, --l2,"
            + " --dropout, --shade, --layers, --data, --test, --limit, --seed, --threads, --out, --help",
        "07-test",
        "five");
  }

  @Test
  void valuesOutOfRangeAreToldWithTheRange() {
    assertMistake(
        "07-test: --epochs must be a whole number of at least 1, got 'ten'",
        "07-test",
        "--epochs",
        "ten");
    assertMistake(
        "07-test: --epochs must be a whole number of at least 1, got '0'",
        "07-test",
        "--epochs",
        "0");
    assertMistake(
        "07-test: --epochs must be a whole number of at least 1, got '9999999999'",
        "07-test",
        "--epochs",
        "9999999999");
    assertMistake("07-test: --rate must be a number above 0, got '0'", "07-test", "--rate", "0");
    assertMistake(
        "07-test: --rate must be a number above 0, got 'NaN'", "07-test", "--rate", "NaN");
    assertMistake(
        "07-test: --l2 must be a number of at least 0, got '-1'", "07-test", "--l2", "-1");
    assertMistake(
        "07-test: --dropout must be a number of at least 0 and below 1, got '1'",
        "07-test",
        "--dropout=1");
    assertMistake("07-test: --seed must be a whole number, got '1.5'", "07-test", "--seed", "1.5");
    assertMistake(
        "07-test: --threads must be a whole number between 1 and 256, got '0'",
        "07-test",
        "--threads",
        "0");
    assertMistake(
        "07-test: --shade must be one of light, dark, got 'pink'", "07-test", "--shade", "pink");
    assertMistake(
        "07-test: --layers must be whole numbers with commas between them, got 'x'",
        "07-test",
        "--layers",
        "8,x");
    assertMistake("07-test: --epochs needs a value: --epochs N", "07-test", "--epochs");
    assertMistake(
        "07-test: --epochs needs a value: --epochs N", "07-test", "--epochs", "--seed", "3");
    assertMistake(
        "07-test: --epochs may be given only once", "07-test", "--epochs", "3", "--epochs", "4");
  }

  @Test
  void aWrongFolderIsToldWithWhatIsThere() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path none = folder.resolve("none/train");
    assertMistake(
        "07-test: --data must be a folder, but there is no '"
            + none
            + "' (of this path, '"
            + folder
            + "' is there)",
        "07-test",
        "--data",
        none.toString());
    assertMistake(
        "07-test: --test must be a folder, but '" + file + "' is a file",
        "07-test",
        "--data",
        folder.toString(),
        "--test",
        file.toString());
    assertMistake(
        "07-test: --out must be a folder that is there or can be made, but '"
            + file
            + "' is a file",
        "07-test",
        "--out",
        file.toString());
    assertMistake(
        "07-test: --test needs --data DIR, the folder to learn from",
        "07-test",
        "--test",
        folder.toString());
  }

  @Test
  void aMistakeThatTheChapterFindsIsOneLineToo() {
    failure = new DataFormatException("cat.1.jpg", 0, "not an image\n  of any kind");
    assertMistake("07-test: cat.1.jpg at byte 0: not an image of any kind", "07-test");
    failure = new UncheckedIOException(new DataFormatException("a.npy", 6, "version 9"));
    assertMistake("07-test: a.npy at byte 6: version 9", "07-test");
    failure = new IllegalArgumentException("batch size must be at least 1, got 0");
    assertMistake("07-test: batch size must be at least 1, got 0", "07-test");
    failure = new NoSuchFileException("x.npy");
    assertMistake("07-test: there is no file 'x.npy'", "07-test");
  }

  @Test
  void aTrainingThatCannotGoOnIsOneLineWithAnotherCode() {
    failure = new TrainingException("Loss is NaN in epoch 3, batch 7", 3, 7);
    assertEquals(1, run("07-test"));
    failure = new IOException("Pictures need a font");
    assertEquals(1, run("07-test"));
    assertEquals(
        List.of("07-test: Loss is NaN in epoch 3, batch 7", "07-test: Pictures need a font"),
        err.toString().lines().toList());
  }

  @Test
  void aFaultOfOursKeepsItsStackTrace() {
    failure = new IllegalStateException("broken");
    assertEquals(1, run("07-test"));
    assertTrue(err.toString().contains("IllegalStateException: broken"), err.toString());
    assertTrue(err.toString().contains("at dev.kindling.examples"), err.toString());
  }

  @Test
  void everyChapterHasATitle() {
    for (CommandLine each : Main.commandLine(Main.chapters()).getSubcommands().values()) {
      assertEquals(1, each.getCommandSpec().usageMessage().header().length, each.getCommandName());
    }
    assertThrows(RuntimeException.class, () -> Main.commandLine(List.of(new Object())));
  }
}
