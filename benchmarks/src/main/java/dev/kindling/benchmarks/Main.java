package dev.kindling.benchmarks;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code ./bench REGEX}: runs JMH on the benchmarks of that name and on those of the machine's limits, and prints every
 * rate as a share of its limit. The limit of a stream of images is how fast they can be decoded.
 */
public final class Main {

  private static final String PEAK = PeakBenchmark.class.getName() + ".multiplyAdd";
  private static final String COPY = PeakBenchmark.class.getName() + ".copy";
  private static final String IMAGES = ImageStreamingBenchmark.class.getName();
  private static final String LINE = "%-78s %9s %-7s %s%n";

  private Main() {}

  /** Takes JMH's own options. */
  public static void main(String[] args) throws Exception {
    CommandLineOptions options = new CommandLineOptions(args);
    if (options.shouldList()) {
      new Runner(options).list();
      return;
    }
    if (options.shouldHelp()) {
      options.showHelp();
      return;
    }
    if (matching(options) == 0) {
      System.err.println(
          "./bench: no benchmark is called like '"
              + String.join("' or '", options.getIncludes())
              + "'. './bench -l' lists them all.");
      System.exit(1);
    }
    Options withLimits =
        new OptionsBuilder().parent(options).include(PeakBenchmark.class.getName()).build();
    Collection<RunResult> results =
        new Runner(options.getIncludes().isEmpty() ? options : withLimits).run();
    print(results);
  }

  /** How many benchmarks the options ask for, those of the machine's limits aside. */
  private static int matching(Options options) {
    OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
    return BenchmarkList.defaultList()
        .find(silent, options.getIncludes(), options.getExcludes())
        .size();
  }

  private static void print(Collection<RunResult> results) {
    Map<String, double[]> rates = new TreeMap<>(); // flops, bytes, examples: a nanosecond
    for (RunResult result : results) {
      Map<String, Result> counters = result.getSecondaryResults();
      rates.put(
          name(result),
          new double[] {
            rate(counters, "flops"), rate(counters, "bytes"), rate(counters, "examples")
          });
    }
    double peak = rates.getOrDefault(PEAK, new double[3])[0];
    double copy = rates.getOrDefault(COPY, new double[3])[1];
    System.out.printf("%n" + LINE, "Rates", "", "", "share of the limit");
    rates.forEach(
        (name, rate) -> {
          String shortName = name.replaceAll("^.*\\.(\\w+\\.\\w+)", "$1");
          if (rate[0] > 0) {
            System.out.printf(LINE, shortName, digits(rate[0]), "GFLOP/s", share(rate[0], peak));
          }
          if (rate[1] > 0) {
            System.out.printf(LINE, shortName, digits(rate[1]), "GB/s", share(rate[1], copy));
          }
          if (rate[2] > 0 && name.startsWith(IMAGES)) {
            String decoding = name.replace(IMAGES + ".stream", IMAGES + ".decode");
            double limit = rates.getOrDefault(decoding, new double[3])[2];
            String images = String.format(Locale.ROOT, "%.0f", 1e9 * rate[2]);
            System.out.printf(LINE, shortName, images, "image/s", share(rate[2], limit));
          }
        });
  }

  private static String name(RunResult result) {
    StringBuilder name = new StringBuilder(result.getParams().getBenchmark());
    for (String key : result.getParams().getParamsKeys()) {
      name.append(' ').append(key).append('=').append(result.getParams().getParam(key));
    }
    return name.toString();
  }

  /** JMH gives the nanoseconds of one unit. */
  private static double rate(Map<String, Result> counters, String unit) {
    Result result = counters.get(unit);
    return result == null ? 0 : 1 / result.getScore();
  }

  private static String share(double rate, double limit) {
    return limit > 0 ? String.format(Locale.ROOT, "%.2f", rate / limit) : "";
  }

  private static String digits(double rate) {
    return String.format(Locale.ROOT, "%.1f", rate);
  }
}
