package dev.kindling.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kindling.examples.chapter01.LinearRegression;
import dev.kindling.examples.chapter02.ShallowNetwork;
import dev.kindling.examples.chapter03.CatVsDog;
import dev.kindling.examples.chapter04.Convolutions;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs a chapter, or lists them.
 *
 * <p>A chapter is a picocli command: its {@code name} is what {@code ./run} is given, its {@code header} is the title
 * in the list, and {@code call()} is the chapter. It takes its options from {@link RunOptions}, {@link DataOptions} and
 * fields of its own:
 *
 * <pre>{@code
 * @Command(name = "01-linear-regression", header = "A line through 1,078 fathers and sons")
 * public final class LinearRegression implements Callable<Integer> {
 *   @Mixin RunOptions run;
 *
 *   @Option(names = "--epochs", paramLabel = "N", defaultValue = "200", converter = Numbers.Count.class,
 *       description = "Steps of gradient descent (default: ${DEFAULT-VALUE}).")
 *   int epochs;
 *
 *   @Override
 *   public Integer call() throws IOException { ... }
 * }
 * }</pre>
 */
@Command(
    name = "./run",
    sortOptions = false,
    customSynopsis = {"./run CHAPTER [OPTIONS]", "       ./run CHAPTER --help"},
    commandListHeading = "%nChapters:%n",
    footer = {
      "",
      "A chapter writes metrics.json, its pictures and the model into --out (default: out/CHAPTER)."
    })
public final class Main implements Callable<Integer> {

  /** The chapters, in the order of the list; new ones for every run, as they hold its settings. */
  static List<Object> chapters() {
    return List.of(
        new LinearRegression(),
        new ShallowNetwork(),
        new CatVsDog(),
        new Convolutions(),
        new ClassifyCommand(),
        new CheckDataCommand());
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      hidden = true,
      description = "Lists the chapters.")
  boolean help;

  private Main() {}

  /** Exits with 0; with 2 after a mistake of the user's, told in one line; with 1 after one of ours. */
  public static void main(String[] args) {
    CommandLine line =
        commandLine(chapters())
            .setOut(new PrintWriter(System.out, true, UTF_8))
            .setErr(new PrintWriter(System.err, true, UTF_8));
    System.exit(execute(line, args));
  }

  private static int execute(CommandLine line, String[] args) {
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      line.getErr()
          .println(
              "./run: out of memory ("
                  + e.getMessage()
                  + "): make pictures, batches or layers smaller,"
                  + " or give Java more, as in JAVA_OPTS=-Xmx8g ./run …");
      return 1;
    }
  }

  /** The command line over the given chapters. */
  static CommandLine commandLine(List<Object> chapters) {
    CommandLine line = new CommandLine(new Main());
    for (Object chapter : chapters) {
      CommandLine each = new CommandLine(chapter);
      // The chapter's own options come in the order of its source; those that all chapters share
      // have a place.
      each.getCommandSpec().usageMessage().sortOptions(false);
      line.addSubcommand(each);
    }
    Mistakes mistakes = new Mistakes();
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(mistakes)
        .setExecutionExceptionHandler(mistakes);
  }

  /** Without a chapter: the list. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
