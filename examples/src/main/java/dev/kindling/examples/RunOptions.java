package dev.kindling.examples;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.report.Picture;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every chapter can be told: seed, threads, and where to write. */
public final class RunOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec chapter;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      order = 90,
      description =
          "Decides every random number: the same seed gives the same result (default: ${DEFAULT-VALUE}).")
  private long seed;

  private @Nullable Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 99,
      description = "Shows this.")
  boolean help;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Threads.class,
      order = 91,
      description =
          "Threads to compute with; the result doesn't depend on it (default: the machine's processors).")
  void threads(int n) {
    Parallel.setThreads(n);
  }

  @Option(
      names = "--out",
      paramLabel = "DIR",
      order = 92,
      description = "The folder to write to (default: out/CHAPTER).")
  void out(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new ParameterException(
          chapter.commandLine(),
          "--out must be a folder that is there or can be made, but '" + folder + "' is a file");
    }
    out = folder;
  }

  /** Decides every random number of the run. */
  public long seed() {
    return seed;
  }

  /** The chapter's name, as in {@code 01-linear-regression}. */
  public String chapter() {
    return chapter.name();
  }

  /** The folder to write to. */
  public Path folder() {
    return out == null ? Path.of("out", chapter()) : out;
  }

  /**
   * A file in the folder to write to, which is made if it isn't there.
   *
   * @throws IOException if the folder can't be made
   */
  public Path file(String name) throws IOException {
    return Files.createDirectories(folder()).resolve(name);
  }

  /** Writes a picture into the folder, as NAME.png and NAME.svg. */
  public void save(Picture picture, String name) throws IOException {
    picture.save(file(name + ".png"));
    picture.save(file(name + ".svg"));
  }

  /** Where the chapter tells what it found. */
  public PrintWriter console() {
    return chapter.commandLine().getOut();
  }

  /** A number of threads that the pool takes. */
  static final class Threads implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return (int)
          Numbers.whole(
              value,
              1,
              Parallel.MAX_THREADS,
              "a whole number between 1 and " + Parallel.MAX_THREADS);
    }
  }
}
