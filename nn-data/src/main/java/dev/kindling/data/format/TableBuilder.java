package dev.kindling.data.format;

import dev.kindling.nd.DataFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a {@link Table} of records that come twice: to be looked at, and to be kept. */
final class TableBuilder {

  private final String file;
  private final Set<String> missing;
  private List<String> names = List.of();
  private boolean[] text = {};
  private int rows;
  private int kept;
  private Table.Column[] columns = {};

  TableBuilder(String file, Set<String> missing) {
    this.file = file;
    this.missing = missing;
  }

  void columns(List<String> header) throws DataFormatException {
    names = new ArrayList<>();
    for (String name : header) {
      names.add(name.strip());
    }
    Csv.checkNames(names, file);
    text = new boolean[names.size()];
  }

  /** First time: which columns hold anything but numbers, and how many rows there are. */
  void look(List<String> fields, long line) throws DataFormatException {
    if (fields.size() != names.size()) {
      throw new DataFormatException(
          file,
          -1,
          "line " + line + ": expected " + names.size() + " fields, found " + fields.size());
    }
    for (int i = 0; i < text.length; i++) {
      String field = fields.get(i).strip();
      text[i] |= !missing.contains(field) && Double.isNaN(number(field)) && !isNan(field);
    }
    rows++;
  }

  /** Second time: numbers go into arrays, texts into dictionaries. */
  void keep(List<String> fields, long line) throws DataFormatException {
    if (columns.length == 0) {
      columns = new Table.Column[text.length];
      for (int i = 0; i < text.length; i++) {
        columns[i] = text[i] ? new TextColumn(rows) : new NumberColumn(rows);
      }
    }
    if (kept == rows || fields.size() != names.size()) {
      throw new DataFormatException(
          file, -1, "line " + line + ": the file changed while it was read");
    }
    for (int i = 0; i < text.length; i++) {
      String field = fields.get(i).strip();
      boolean absent = missing.contains(field);
      if (columns[i] instanceof NumberColumn numbers) {
        numbers.values[kept] = absent ? Double.NaN : number(field);
      } else if (columns[i] instanceof TextColumn texts) {
        texts.codes[kept] = absent ? -1 : texts.code(field);
      }
    }
    kept++;
  }

  Table build() {
    Map<String, Table.Column> all = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      all.put(names.get(i), columns.length == 0 ? new NumberColumn(0) : columns[i]);
    }
    return new Table(file, kept, all);
  }

  private static boolean isNan(String field) {
    return field.equalsIgnoreCase("nan");
  }

  /**
   * The value of a decimal number, an infinity for {@code inf}; NaN for anything else, so also for what only Java would
   * call a number.
   */
  static double number(String field) {
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return infinity(field);
      }
    }
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static double infinity(String field) {
    boolean negative = field.startsWith("-");
    String name = negative || field.startsWith("+") ? field.substring(1) : field;
    if (name.equalsIgnoreCase("inf") || name.equalsIgnoreCase("infinity")) {
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return Double.NaN;
  }

  /** Numbers; NaN where missing. */
  static final class NumberColumn implements Table.Column {
    final double[] values;

    NumberColumn(int rows) {
      values = new double[rows];
    }

    @Override
    public String text(int row) {
      double v = values[row];
      return v == Math.rint(v) && Math.abs(v) < 1e15 ? Long.toString((long) v) : Double.toString(v);
    }

    @Override
    public boolean missing(int row) {
      return Double.isNaN(values[row]);
    }

    @Override
    public NumberColumn rows(int[] rows) {
      NumberColumn part = new NumberColumn(rows.length);
      for (int i = 0; i < rows.length; i++) {
        part.values[i] = values[rows[i]];
      }
      return part;
    }
  }

  /** Texts, each different one kept once; code -1 where missing. */
  static final class TextColumn implements Table.Column {
    final int[] codes;
    final List<String> values = new ArrayList<>();
    private final Map<String, Integer> codeOf = new LinkedHashMap<>();

    TextColumn(int rows) {
      codes = new int[rows];
      Arrays.fill(codes, -1);
    }

    int code(String field) {
      Integer code = codeOf.get(field);
      if (code == null) {
        code = values.size();
        values.add(field);
        codeOf.put(field, code);
      }
      return code;
    }

    @Override
    public String text(int row) {
      return codes[row] < 0 ? "" : values.get(codes[row]);
    }

    @Override
    public boolean missing(int row) {
      return codes[row] < 0;
    }

    @Override
    public TextColumn rows(int[] rows) {
      TextColumn part = new TextColumn(rows.length); // whose dictionary has only what is in these
      for (int i = 0; i < rows.length; i++) {
        part.codes[i] = missing(rows[i]) ? -1 : part.code(text(rows[i]));
      }
      return part;
    }
  }
}
