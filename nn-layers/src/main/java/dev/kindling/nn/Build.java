package dev.kindling.nn;

import dev.kindling.nd.ShapeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a model counts while its layers are being built: numbers, names, parameters. */
public final class Build {

  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<String> paths = new HashSet<>();
  private int layers;
  private long left;

  /**
   * @param most how many numbers the layers may take memory for
   */
  Build(long most) {
    left = most;
  }

  /** Counts numbers that a layer is about to take memory for. */
  void take(Layer layer, int size) {
    left -= size;
    if (left < 0) {
      throw new ShapeException(
          layer.label()
              + ": the layers up to here need more memory than the file holds numbers for");
    }
  }

  int next() {
    return layers++;
  }

  int layers() {
    return layers;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  void add(List<Parameter> more) {
    parameters.addAll(more);
  }

  boolean noParametersYet() {
    return parameters.isEmpty();
  }

  /** The path that the children of a container get in front of their names; the outermost has none. */
  String placeInside(Container container) {
    return container.index() == 0 ? "" : container.path();
  }

  /** A name for a layer that has none: its kind and the first free number, such as {@code dense1}. */
  String nameFor(String place, String kind) {
    String base = kind.substring(0, 1).toLowerCase(Locale.ROOT) + kind.substring(1);
    String name;
    do {
      name = base + numbers.merge(place + "." + base, 1, Integer::sum);
    } while (!paths.add(place + "." + name));
    return name;
  }

  void claim(String place, String name, Layer layer) {
    if (!paths.add(place + "." + name)) {
      throw new IllegalArgumentException(
          "Two layers are called '" + layer.path() + "'. Give each a name of its own");
    }
  }
}
