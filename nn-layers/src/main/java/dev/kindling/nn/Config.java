package dev.kindling.nn;

import dev.kindling.nd.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A layer's kind and settings as plain values: numbers, booleans, strings, lists of them, and the configs of layers
 * inside. What a model's file holds of its architecture, and what layers are made from when it is read. Immutable.
 */
public final class Config {

  private final String kind;
  private final Map<String, Object> settings;

  private Config(String kind, Map<String, Object> settings) {
    this.kind = kind;
    this.settings = settings;
  }

  /** A kind without settings. */
  public static Config of(String kind) {
    return new Config(kind, Map.of());
  }

  /** With one more setting: a Boolean, Number, String, Shape, Config or a List of those. */
  public Config with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(settings);
    more.put(name, value instanceof Shape s ? shapeAsList(s) : value);
    return new Config(kind, Collections.unmodifiableMap(more));
  }

  /** With one more setting, the configs of these layers. */
  public Config withLayers(String name, List<Layer> layers) {
    List<Config> configs = new ArrayList<>();
    for (Layer layer : layers) {
      configs.add(layer.config().with("name", layer.name()));
    }
    return with(name, Collections.unmodifiableList(configs));
  }

  /** What the layer is, such as {@code Dense}. */
  public String kind() {
    return kind;
  }

  /** The settings in order. */
  public Map<String, Object> settings() {
    return settings;
  }

  /** A whole number. */
  public int intOf(String name) {
    Number n = get(name, Number.class);
    if (n.doubleValue() != n.intValue()) {
      throw wrong(name, "a whole number", n);
    }
    return n.intValue();
  }

  /** A number. */
  public double doubleOf(String name) {
    return get(name, Number.class).doubleValue();
  }

  /** A number. */
  public float floatOf(String name) {
    return get(name, Number.class).floatValue();
  }

  /** True or false. */
  public boolean booleanOf(String name) {
    return get(name, Boolean.class);
  }

  /** Text. */
  public String stringOf(String name) {
    return get(name, String.class);
  }

  /** Text, or null if the setting is absent. */
  public @Nullable String stringOrNull(String name) {
    return settings.containsKey(name) ? stringOf(name) : null;
  }

  /** A shape. */
  public Shape shapeOf(String name) {
    return Shape.of(intsOf(name));
  }

  /** Whole numbers. */
  public int[] intsOf(String name) {
    List<?> list = get(name, List.class);
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      if (!(list.get(i) instanceof Number n) || n.doubleValue() != n.intValue()) {
        throw wrong(name, "a list of whole numbers", list);
      }
      ints[i] = n.intValue();
    }
    return ints;
  }

  /** Texts. */
  public List<String> stringsOf(String name) {
    List<String> strings = new ArrayList<>();
    for (Object o : get(name, List.class)) {
      if (!(o instanceof String s)) {
        throw wrong(name, "a list of texts", o);
      }
      strings.add(s);
    }
    return strings;
  }

  /** Layers' configs. */
  public List<Config> configsOf(String name) {
    List<Config> configs = new ArrayList<>();
    for (Object o : get(name, List.class)) {
      if (!(o instanceof Config c)) {
        throw wrong(name, "a list of layers", o);
      }
      configs.add(c);
    }
    return configs;
  }

  /** Whether there is such a setting. */
  public boolean has(String name) {
    return settings.containsKey(name);
  }

  private <T> T get(String name, Class<T> type) {
    Object value = settings.get(name);
    if (!type.isInstance(value)) {
      throw wrong(name, "a " + type.getSimpleName(), value);
    }
    return type.cast(value);
  }

  private IllegalArgumentException wrong(String name, String expected, @Nullable Object got) {
    return new IllegalArgumentException(
        kind
            + ": setting '"
            + name
            + "' should be "
            + expected
            + ", got "
            + (got == null ? "nothing" : got));
  }

  private static List<Integer> shapeAsList(Shape s) {
    List<Integer> list = new ArrayList<>();
    for (int dim : s.dims()) {
      list.add(dim);
    }
    return Collections.unmodifiableList(list);
  }

  @Override
  public String toString() {
    return kind + settings;
  }
}
