package dev.kindling.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.kindling.nd.AtomicFile;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a run did and how well, as JSON for programs: {@code chapter}, {@code seed}, {@code dataset}, {@code
 * trainExamples}, {@code testExamples}, {@code epochs}, {@code seconds}, {@code kernels}, {@code threads}, and the object
 * {@code metrics}. JSON has no NaN and no infinity; they become {@code null}.
 *
 * <pre>{@code
 * MetricsJson.of("01-linear-regression").seed(42).dataset("pearson-heights").examples(1078, 0)
 *     .epochs(history.size()).seconds(seconds).metric("slopeError", error)
 *     .save(Path.of("out/01-linear-regression/metrics.json"));
 * }</pre>
 */
public final class MetricsJson {

  private final JsonObject run = new JsonObject();
  private final JsonObject metrics = new JsonObject();

  private MetricsJson(String chapter) {
    run.addProperty("chapter", chapter);
    run.add("seed", JsonNull.INSTANCE);
    run.add("dataset", JsonNull.INSTANCE);
    run.addProperty("trainExamples", 0);
    run.addProperty("testExamples", 0);
    run.addProperty("epochs", 0);
    run.add("seconds", JsonNull.INSTANCE);
    run.addProperty("kernels", KernelProvider.get().name());
    run.addProperty("threads", Parallel.threads());
    run.add("metrics", metrics);
  }

  /** Of a run of a chapter, with the kernels and the number of threads that are in use now. */
  public static MetricsJson of(String chapter) {
    return new MetricsJson(chapter);
  }

  /** What all random numbers came from. */
  public MetricsJson seed(long seed) {
    run.addProperty("seed", seed);
    return this;
  }

  /** What was learned from: a name or a folder. */
  public MetricsJson dataset(String dataset) {
    run.addProperty("dataset", dataset);
    return this;
  }

  /** How many examples were trained on, and how many tested on. */
  public MetricsJson examples(int train, int test) {
    run.addProperty("trainExamples", train);
    run.addProperty("testExamples", test);
    return this;
  }

  /** How many epochs were run. */
  public MetricsJson epochs(int epochs) {
    run.addProperty("epochs", epochs);
    return this;
  }

  /** How long the run took. */
  public MetricsJson seconds(double seconds) {
    run.add("seconds", number(seconds));
    return this;
  }

  /** One measured number, as in {@code testAccuracy}. */
  public MetricsJson metric(String name, double value) {
    metrics.add(name, number(value));
    return this;
  }

  /** Several measured numbers of one kind, by what they are of, in the map's order. */
  public MetricsJson metric(String name, Map<String, Double> values) {
    JsonObject object = new JsonObject();
    values.forEach((key, value) -> object.add(key, number(value)));
    metrics.add(name, object);
    return this;
  }

  private static JsonElement number(double value) {
    if (!Double.isFinite(value)) {
      return JsonNull.INSTANCE;
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? new JsonPrimitive((long) value) : new JsonPrimitive(value);
  }

  /**
   * Writes the file; missing directories are made, and it is there whole or not at all.
   *
   * @throws IOException if it can't be written
   */
  public void save(Path file) throws IOException {
    byte[] json = toString().getBytes(UTF_8);
    AtomicFile.write(file, out -> out.write(json));
  }

  /** The JSON, indented, with a line break at the end. */
  @Override
  public String toString() {
    Gson gson =
        new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();
    return gson.toJson(run) + "\n";
  }
}
