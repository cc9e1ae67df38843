package dev.kindling.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a model is on some examples.
 *
 * @param loss the mean loss over the examples
 * @param metrics the value of each metric by its name, in the order in which they were given
 */
public record Evaluation(double loss, Map<String, Double> metrics) {

  /** Copies the map. */
  public Evaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * The value of one metric.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public double metric(String name) {
    Double value = metrics.get(name);
    if (value == null) {
      throw new IllegalArgumentException("No metric '" + name + "'; there are " + metrics.keySet());
    }
    return value;
  }
}
