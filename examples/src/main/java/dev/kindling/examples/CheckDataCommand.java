package dev.kindling.examples;

import dev.kindling.examples.checkdata.CheckData;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./run check-data DIR}: the readers of data files against others' verdicts; see {@link CheckData}. */
@Command(
    name = "check-data",
    header = "Not a chapter: reads files with known verdicts, and says where our readers disagree")
public final class CheckDataCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "A folder with npy, idx or png folders in it, each with a verdicts.json.")
  private Path directory = Path.of(".");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  boolean help;

  @Override
  public Integer call() {
    return CheckData.run(directory, System.out);
  }
}
