package dev.kindling.data.format;

import dev.kindling.nd.DataFormatException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The header of a {@code .npy} file: a Python dictionary with the keys {@code descr}, {@code fortran_order} and {@code
 * shape}. Nothing but string, boolean, integer and tuple is understood, so nothing is ever evaluated.
 */
final class NpyHeader {

  /** NumPy's own limit of version 1. */
  private static final int MAX_AXES = 32;

  final NumberType type;
  final ByteOrder order;
  final boolean fortran;
  final int[] dims;

  /** Where the data begins in the file. */
  final int dataOffset;

  private NpyHeader(NumberType type, ByteOrder order, boolean fortran, int[] dims, int dataOffset) {
    this.type = type;
    this.order = order;
    this.fortran = fortran;
    this.dims = dims;
    this.dataOffset = dataOffset;
  }

  /** The length of the data. Can't overflow: {@link #parse} has seen to it. */
  long bytes() {
    return RawArray.count(dims) * type.bytes();
  }

  /**
   * Reads the text of a header.
   *
   * @param start where the text begins in the file
   */
  static NpyHeader parse(String text, String name, int start) throws DataFormatException {
    Parser parser = new Parser(text, name, start);
    Map<String, Object> fields = parser.dictionary();
    if (fields.size() != 3
        || !(fields.get("descr") instanceof String descr)
        || !(fields.get("fortran_order") instanceof Boolean fortran)
        || !(fields.get("shape") instanceof int[] dims)) {
      throw new DataFormatException(
          name,
          start,
          "expected a header with a string 'descr', a boolean 'fortran_order' and a tuple 'shape',"
              + " found the keys "
              + fields.keySet());
    }
    NumberType type = type(descr, name, start);
    ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    long bytes = type.bytes();
    boolean empty = false;
    for (int dim : dims) {
      empty |= dim == 0;
    }
    for (int dim : dims) {
      int factor = empty ? 1 : dim;
      if (bytes > (Long.MAX_VALUE >>> 1) / factor) {
        throw new DataFormatException(name, start, "the shape has more elements than any file");
      }
      bytes *= factor;
    }
    return new NpyHeader(type, order, fortran, dims, start + text.length());
  }

  private static NumberType type(String descr, String name, int start) throws DataFormatException {
    if (descr.equals("|O") || descr.equals("O")) {
      throw new DataFormatException(
          name,
          start,
          "an array of Python objects (a pickle): those run code when read, and are refused");
    }
    for (NumberType type : NumberType.values()) {
      if (descr.length() == 3 && descr.endsWith(type.code())) {
        char order = descr.charAt(0);
        if (order == '<' || order == '>' || (order == '|' && type.bytes() == 1)) {
          return type;
        }
      }
      // NumPy understands the types' names as well: float32, bool.
      if (descr.equals(type.name().toLowerCase(Locale.ROOT))) {
        return type;
      }
    }
    throw new DataFormatException(
        name,
        start,
        "expected a boolean, integer or real type such as '<f4', found '" + descr + "'");
  }

  /** Reads the few literals of Python that headers are made of. */
  private static final class Parser {
    private final String text;
    private final String name;
    private final int start;
    private int at;

    Parser(String text, String name, int start) {
      this.text = text;
      this.name = name;
      this.start = start;
    }

    Map<String, Object> dictionary() throws DataFormatException {
      Map<String, Object> fields = new HashMap<>();
      expect('{');
      while (peek() != '}') {
        String key = string();
        expect(':');
        if (fields.put(key, value()) != null) {
          throw wrong("the key '" + key + "' comes twice");
        }
        if (peek() != '}') {
          expect(',');
        }
      }
      expect('}');
      if (peek() != '\0' || at < text.length()) {
        throw wrong("nothing after '}'");
      }
      return fields;
    }

    private Object value() throws DataFormatException {
      char c = peek();
      if (c == '\'' || c == '"') {
        return string();
      }
      if (c == '(') {
        return tuple();
      }
      for (boolean b : new boolean[] {true, false}) {
        String literal = b ? "True" : "False";
        if (text.startsWith(literal, at)) {
          at += literal.length();
          return b;
        }
      }
      throw wrong("a string, a tuple, True or False");
    }

    private String string() throws DataFormatException {
      char quote = peek();
      int end = text.indexOf(quote, at + 1);
      if ((quote != '\'' && quote != '"') || end < 0) {
        throw wrong("a quoted string");
      }
      String s = text.substring(at + 1, end);
      at = end + 1;
      return s;
    }

    private int[] tuple() throws DataFormatException {
      List<Integer> dims = new ArrayList<>();
      expect('(');
      boolean comma = true;
      while (peek() != ')') {
        if (!comma) {
          throw wrong("',' or ')'");
        }
        dims.add(integer());
        comma = peek() == ',';
        at += comma ? 1 : 0;
      }
      expect(')');
      if (dims.size() == 1 && !comma) {
        throw wrong("a tuple: one axis is written (n,)");
      }
      if (dims.size() > MAX_AXES) {
        throw wrong("at most " + MAX_AXES + " axes");
      }
      return dims.stream().mapToInt(Integer::intValue).toArray();
    }

    private int integer() throws DataFormatException {
      peek();
      long n = 0;
      int first = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        n = n * 10 + text.charAt(at++) - '0';
        if (n > Integer.MAX_VALUE) {
          throw wrong("an axis below 2^31");
        }
      }
      if (at == first) {
        throw wrong("an axis: a whole number from 0");
      }
      if (at < text.length() && text.charAt(at) == 'L') { // as Python 2 wrote long integers
        at++;
      }
      return (int) n;
    }

    private void expect(char c) throws DataFormatException {
      if (peek() != c) {
        throw wrong("'" + c + "'");
      }
      at++;
    }

    /** Skips white space and shows what follows, NUL at the end. */
    private char peek() {
      while (at < text.length() && " \t\n\r\f".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private DataFormatException wrong(String expected) {
      String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the header's end";
      return new DataFormatException(
          name, start + (long) at, "bad header: expected " + expected + ", found " + found);
    }
  }
}
