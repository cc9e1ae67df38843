package dev.kindling.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a chapter that reads the user's own data can be told: which folders, and how much of them. */
public final class DataOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec chapter;

  private @Nullable Path data;
  private @Nullable Path test;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Numbers.Count.class,
      order = 12,
      description = "Only the first N of each class of --data, by number (default: all).")
  private @Nullable Integer limit;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      order = 10,
      description =
          "The folder to learn from: in it a folder for each class, or files called cat.1.jpg, dog.1.jpg (default: the data that ship with the chapter).")
  void data(Path folder) {
    data = folder("--data", folder);
  }

  @Option(
      names = "--test",
      paramLabel = "DIR",
      order = 11,
      description =
          "A second folder, laid out as --data, to measure on (default: a part of --data is kept back).")
  void test(Path folder) {
    test = folder("--test", folder);
  }

  private Path folder(String option, Path folder) {
    return folder(chapter, option, folder);
  }

  /**
   * A folder that is there.
   *
   * @throws ParameterException if it isn't
   */
  public static Path folder(CommandSpec chapter, String option, Path folder) {
    if (Files.isDirectory(folder)) {
      return folder;
    }
    throw new ParameterException(
        chapter.commandLine(),
        option
            + " must be a folder, but "
            + (Files.exists(folder)
                ? "'" + folder + "' is a file"
                : "there is no '" + folder + "'" + nearest(folder)));
  }

  /** Where a path leaves what is there: most wrong paths are wrong in one step. */
  private static String nearest(Path folder) {
    Path there = folder.toAbsolutePath().normalize();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return there == null ? "" : " (of this path, '" + there + "' is there)";
  }

  /**
   * The folder to learn from, if one was given.
   *
   * @throws ParameterException if there is a limit for it, but no folder
   */
  public Optional<Path> data() {
    if (limit != null && data == null) {
      throw new ParameterException(chapter.commandLine(), "--limit is for photographs, of --data");
    }
    return Optional.ofNullable(data);
  }

  /**
   * The folder to measure on, if one was given.
   *
   * @throws ParameterException if it was given without {@code --data}
   */
  public Optional<Path> test() {
    if (test != null && data == null) {
      throw new ParameterException(
          chapter.commandLine(), "--test needs --data DIR, the folder to learn from");
    }
    return Optional.ofNullable(test);
  }

  /** How many examples of each class to take, if not all. */
  public OptionalInt limit() {
    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
  }
}
