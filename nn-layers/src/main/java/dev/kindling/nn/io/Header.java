package dev.kindling.nn.io;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file, checked: what is asked for lies within the file, back to back, without gaps, and each
 * tensor's bytes are as many as its shape and type need.
 */
final class Header {

  static final String METADATA = "__metadata__";

  /** Bytes before the header: its length, a 64-bit number. */
  static final int PREFIX = 8;

  private static final int NESTING = 32;
  private static final int MOST_AXES = 64;
  private static final int LONGEST_FAULT = 300;
  private static final String ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept malformed JSON";

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final String file;
  private final JsonReader json;

  /**
   * Where one tensor is.
   *
   * @param begin its first byte, counted from the end of the header
   * @param end the byte behind its last
   */
  record Entry(String name, NumberType type, Shape shape, long begin, long end) {}

  /**
   * Reads the header's text.
   *
   * @param file for messages
   * @param text the header
   * @param dataLength bytes of the file behind the header
   */
  Header(String file, String text, long dataLength) throws IOException {
    this.file = file;
    json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
    json.setNestingLimit(NESTING);
    try {
      readAll();
    } catch (MalformedJsonException
        | EOFException
        | IllegalStateException
        | NumberFormatException e) {
      throw new DataFormatException(
          file, PREFIX, "the header is not well-formed JSON: " + fault(e), e);
    }
    checkLayout(dataLength);
  }

  /** Texts beside the tensors. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors in the order in which they lie in the file. */
  List<Entry> entries() {
    return entries;
  }

  // ---------------------------------------------------------------- JSON

  private void readAll() throws IOException {
    expect(JsonToken.BEGIN_OBJECT, "the header");
    json.beginObject();
    Set<String> names = new HashSet<>();
    while (json.hasNext()) {
      String name = name(names);
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        readEntry(name);
      }
    }
    json.endObject();
    expect(JsonToken.END_DOCUMENT, "what follows the header's object");
  }

  private void readMetadata() throws IOException {
    expect(JsonToken.BEGIN_OBJECT, METADATA);
    json.beginObject();
    Set<String> keys = new HashSet<>();
    while (json.hasNext()) {
      String key = name(keys);
      expect(JsonToken.STRING, METADATA + " '" + key + "'");
      metadata.put(key, text());
    }
    json.endObject();
  }

  private void readEntry(String name) throws IOException {
    expect(JsonToken.BEGIN_OBJECT, "tensor '" + name + "'");
    json.beginObject();
    Set<String> fields = new HashSet<>();
    String type = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.hasNext()) {
      String field = name(fields);
      switch (field) {
        case "dtype" -> {
          expect(JsonToken.STRING, "dtype of '" + name + "'");
          type = json.nextString();
        }
        case "shape" -> shape = longs("shape of '" + name + "'");
        case "data_offsets" -> offsets = longs("data_offsets of '" + name + "'");
        default -> json.skipValue();
      }
    }
    json.endObject();
    if (type == null || shape == null || offsets == null) {
      throw wrong("tensor '" + name + "' should have dtype, shape and data_offsets");
    }
    entries.add(entry(name, type, shape, offsets));
  }

  private Entry entry(String name, String typeName, long[] dims, long[] offsets)
      throws DataFormatException {
    NumberType type = NumberType.of(typeName);
    if (type == null) {
      throw wrong("tensor '" + name + "' has the unknown or unsupported dtype '" + typeName + "'");
    }
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw wrong("tensor '" + name + "' should have two data_offsets, begin and end");
    }
    Shape shape = shape(name, dims);
    if (offsets[1] - offsets[0] != (long) type.bytes * shape.size()) {
      throw wrong(
          String.format(
              "tensor '%s' of %s and shape %s needs %d bytes, its data_offsets span %d",
              name, type, shape, (long) type.bytes * shape.size(), offsets[1] - offsets[0]));
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private Shape shape(String name, long[] dims) throws DataFormatException {
    int[] narrow = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] > Integer.MAX_VALUE) {
        throw wrong(
            "tensor '" + name + "' has an axis of " + dims[i] + ", longer than an array can be");
      }
      narrow[i] = (int) dims[i];
    }
    try {
      return Shape.of(narrow);
    } catch (ShapeException e) {
      throw new DataFormatException(file, PREFIX, "tensor '" + name + "': " + e.getMessage(), e);
    }
  }

  /** Whole numbers, written as such, from 0 to 2^63 - 1. */
  private long[] longs(String what) throws IOException {
    expect(JsonToken.BEGIN_ARRAY, what);
    json.beginArray();
    long[] all = new long[0];
    while (json.hasNext()) {
      expect(JsonToken.NUMBER, what);
      if (all.length == MOST_AXES) {
        throw wrong(what + " has more than " + MOST_AXES + " numbers");
      }
      all = Arrays.copyOf(all, all.length + 1);
      all[all.length - 1] = whole(json.nextString(), what);
    }
    json.endArray();
    return all;
  }

  private long whole(String digits, String what) throws DataFormatException {
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int d = digits.charAt(i) - '0';
      if (d < 0 || d > 9 || value > (Long.MAX_VALUE - d) / 10) {
        throw wrong(
            what + " should hold whole numbers from 0 to 2^63 - 1, holds " + shortened(digits));
      }
      value = 10 * value + d;
    }
    return value;
  }

  private String name(Set<String> used) throws IOException {
    String name = json.nextName();
    checkText(name);
    if (!used.add(name)) {
      throw wrong("'" + shortened(name) + "' is there twice");
    }
    return name;
  }

  private String text() throws IOException {
    String text = json.nextString();
    checkText(text);
    return text;
  }

  private void checkText(String text) throws DataFormatException {
    if (!isWellFormed(text)) {
      throw wrong("a text holds half of a surrogate pair: '" + shortened(text) + "'");
    }
  }

  /** Whether no surrogate is without its other half. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(++i))) {
          return false;
        }
      }
    }
    return true;
  }

  private void expect(JsonToken token, String what) throws IOException {
    JsonToken got = json.peek();
    if (got != token) {
      throw wrong(what + " should be " + token + ", is " + got);
    }
  }

  // ---------------------------------------------------------------- layout

  private void checkLayout(long dataLength) throws DataFormatException {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    String before = "the header";
    for (Entry e : entries) {
      if (e.begin() != at) {
        throw wrong(
            String.format(
                "tensor '%s' begins at %d, but %s ends at %d",
                shortened(e.name()), e.begin(), shortened(before), at));
      }
      at = e.end();
      before = "'" + e.name() + "'";
    }
    if (at != dataLength) {
      throw wrong(
          String.format(
              "the tensors need %d bytes behind the header, the file has %d", at, dataLength));
    }
  }

  private DataFormatException wrong(String reason) {
    return new DataFormatException(file, PREFIX, reason);
  }

  /** A text of the file, for a message. */
  static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  /** What is wrong with JSON, without Gson's advice to its users. */
  static String fault(Exception e) {
    String message = e.getMessage() == null ? "it ends early" : e.getMessage();
    int end = message.indexOf('\n');
    message = end < 0 ? message : message.substring(0, end);
    message =
        message.startsWith(ADVICE) ? "malformed" + message.substring(ADVICE.length()) : message;
    return message.substring(0, Math.min(LONGEST_FAULT, message.length()));
  }
}
