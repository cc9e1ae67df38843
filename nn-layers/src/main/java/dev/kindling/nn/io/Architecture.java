package dev.kindling.nn.io;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network without its numbers, as JSON: {@code {"input":[784],"root":{"kind":"Sequential","layers":[{"kind":"Dense",…}]}}}.
 *
 * @param input the shape of one example
 * @param root the outermost layer
 */
record Architecture(Shape input, Config root) {

  /** Layers inside layers. */
  private static final int NESTING = 100;

  /** Characters of text; enough for thousands of layers. */
  private static final int LONGEST = 1 << 20;

  private static final int MOST_SETTINGS = 100;
  private static final String KIND = "kind";

  static Architecture of(Model model) {
    Layer root = model.root();
    return new Architecture(model.inputShape(), root.config().with("name", root.name()));
  }

  // ---------------------------------------------------------------- writing

  String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("input").beginArray();
      for (int dim : input.dims()) {
        json.value(dim);
      }
      json.endArray().name("root");
      write(root, json);
      json.endObject();
    }
    if (text.getBuffer().length() > LONGEST) {
      throw new IllegalArgumentException(
          "The network has too many layers for a file: its description needs "
              + text.getBuffer().length()
              + " characters, at most "
              + LONGEST
              + " are read");
    }
    return text.toString();
  }

  private static void write(Object value, JsonWriter json) throws IOException {
    if (value instanceof Config c) {
      json.beginObject().name(KIND).value(c.kind());
      for (Map.Entry<String, Object> e : c.settings().entrySet()) {
        json.name(e.getKey());
        write(e.getValue(), json);
      }
      json.endObject();
    } else if (value instanceof List<?> list) {
      json.beginArray();
      for (Object o : list) {
        write(o, json);
      }
      json.endArray();
    } else if (value instanceof Number n) {
      json.value(n);
    } else if (value instanceof Boolean b) {
      json.value(b);
    } else if (value instanceof String s) {
      json.value(s);
    } else {
      throw new IllegalArgumentException("A setting can't be a " + value.getClass().getName());
    }
  }

  // ---------------------------------------------------------------- reading

  /**
   * @throws IOException if the text isn't well-formed JSON
   * @throws IllegalArgumentException if it isn't an architecture
   */
  static Architecture parse(String text) throws IOException {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "it has " + text.length() + " characters, more than the " + LONGEST + " that are read");
    }
    JsonReader json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    json.setNestingLimit(NESTING);
    Shape input = null;
    Config root = null;
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (name.equals("input") && input == null) {
        input = Config.of("input").with("shape", value(json)).shapeOf("shape");
      } else if (name.equals("root") && root == null) {
        root = config(json);
      } else {
        throw new IllegalArgumentException(
            "unexpected or repeated '" + Header.shortened(name) + "'");
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT || input == null || root == null) {
      throw new IllegalArgumentException("expected one object with 'input' and 'root'");
    }
    return new Architecture(input, root);
  }

  private static Config config(JsonReader json) throws IOException {
    json.beginObject();
    if (!json.hasNext() || !json.nextName().equals(KIND)) {
      throw new IllegalArgumentException(
          "a layer should begin with its 'kind', at " + json.getPath());
    }
    Config config = Config.of(json.nextString());
    Set<String> names = new HashSet<>(Set.of(KIND));
    while (json.hasNext()) {
      String name = json.nextName();
      if (!names.add(name) || names.size() > MOST_SETTINGS) {
        throw new IllegalArgumentException("a repeated setting, or too many: " + json.getPath());
      }
      config = config.with(name, value(json));
    }
    json.endObject();
    return config;
  }

  private static Object value(JsonReader json) throws IOException {
    return switch (json.peek()) {
      case BEGIN_OBJECT -> config(json);
      case BEGIN_ARRAY -> list(json);
      case STRING -> json.nextString();
      case BOOLEAN -> json.nextBoolean();
      case NUMBER -> json.nextDouble();
      default ->
          throw new IllegalArgumentException("unexpected " + json.peek() + " at " + json.getPath());
    };
  }

  private static List<Object> list(JsonReader json) throws IOException {
    List<Object> list = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      list.add(value(json));
    }
    json.endArray();
    return Collections.unmodifiableList(list);
  }
}
