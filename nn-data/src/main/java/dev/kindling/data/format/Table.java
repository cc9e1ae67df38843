package dev.kindling.data.format;

import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A table with named columns, as {@link Csv} reads it. A column whose every value is a number is one of numbers, any
 * other is one of texts. Immutable; {@link #numbers}, {@link #indices} and {@link #oneHot} make tensors of columns.
 */
public final class Table {

  /** One column. */
  interface Column {
    String text(int row);

    boolean missing(int row);

    /** Chosen rows, copied. */
    Column rows(int[] rows);
  }

  private final String file;
  private final int rows;
  private final Map<String, Column> columns;

  Table(String file, int rows, Map<String, Column> columns) {
    this.file = file;
    this.rows = rows;
    this.columns = columns;
  }

  /** The number of rows, without the header. */
  public int rows() {
    return rows;
  }

  /** The columns' names, in the file's order. */
  public List<String> columnNames() {
    return new ArrayList<>(columns.keySet());
  }

  /**
   * Whether a column is one of numbers.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public boolean isNumeric(String column) {
    return column(column) instanceof TableBuilder.NumberColumn;
  }

  /**
   * A table of the given rows, in the given order: a part to train on, or to test on.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Table rows(int... chosen) {
    for (int row : chosen) {
      Objects.checkIndex(row, rows);
    }
    Map<String, Column> parts = new LinkedHashMap<>();
    columns.forEach((name, column) -> parts.put(name, column.rows(chosen)));
    return new Table(file, chosen.length, parts);
  }

  /**
   * A column as texts, without white space around them; empty where a value is missing.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public List<String> texts(String column) {
    Column c = column(column);
    List<String> texts = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      texts.add(c.missing(i) ? "" : c.text(i));
    }
    return texts;
  }

  /**
   * Columns of numbers side by side, {@code [rows, names.length]}; NaN where a value is missing.
   *
   * @throws IllegalArgumentException if there is no such column, or it isn't one of numbers
   */
  public Tensor numbers(String... names) {
    Tensor t = Tensor.zeros(rows, names.length);
    for (int j = 0; j < names.length; j++) {
      if (!(column(names[j]) instanceof TableBuilder.NumberColumn c)) {
        throw new IllegalArgumentException(
            "numbers: a column of numbers, got '"
                + names[j]
                + "' of "
                + file
                + ", which holds '"
                + firstText(names[j])
                + "'");
      }
      for (int i = 0; i < rows; i++) {
        t.data()[i * names.length + j] = (float) c.values[i];
      }
    }
    return t;
  }

  /**
   * The different values of a column, in alphabetical order (numbers in theirs): its categories.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public List<String> categories(String column) {
    Column c = column(column);
    if (c instanceof TableBuilder.TextColumn texts) {
      return new ArrayList<>(new TreeSet<>(texts.values));
    }
    TreeSet<Double> values = new TreeSet<>();
    List<String> categories = new ArrayList<>();
    TableBuilder.NumberColumn numbers = (TableBuilder.NumberColumn) c;
    for (int i = 0; i < rows; i++) {
      if (!c.missing(i) && values.add(numbers.values[i])) {
        categories.add(c.text(i));
      }
    }
    categories.sort((a, b) -> Double.compare(TableBuilder.number(a), TableBuilder.number(b)));
    return categories;
  }

  /**
   * A column as indices into categories, {@code [rows]}; NaN where a value is missing.
   *
   * @param categories usually {@link #categories} of the training part
   * @throws IllegalArgumentException if there is no such column, or a value is none of the categories
   */
  public Tensor indices(String column, List<String> categories) {
    Tensor t = Tensor.zeros(rows);
    for (int i = 0; i < rows; i++) {
      t.data()[i] = index(column, i, categories);
    }
    return t;
  }

  /** A column as indices into its own {@link #categories}, {@code [rows]}; NaN where a value is missing. */
  public Tensor indices(String column) {
    return indices(column, categories(column));
  }

  /**
   * A column as one-hot vectors, {@code [rows, categories.size()]}; all zeros where a value is missing.
   *
   * @param categories usually {@link #categories} of the training part
   * @throws IllegalArgumentException if there is no such column, or a value is none of the categories
   */
  public Tensor oneHot(String column, List<String> categories) {
    Tensor t = Tensor.zeros(rows, categories.size());
    for (int i = 0; i < rows; i++) {
      float index = index(column, i, categories);
      if (!Float.isNaN(index)) {
        t.data()[i * categories.size() + (int) index] = 1;
      }
    }
    return t;
  }

  private float index(String column, int row, List<String> categories) {
    Column c = column(column);
    if (c.missing(row)) {
      return Float.NaN;
    }
    int index = categories.indexOf(c.text(row));
    if (index < 0) {
      throw new IllegalArgumentException(
          "column '"
              + column
              + "' of "
              + file
              + ": expected one of "
              + categories
              + ", got '"
              + c.text(row)
              + "' in row "
              + row);
    }
    return index;
  }

  private Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "column must be one of " + columnNames() + " of " + file + ", got '" + name + "'");
    }
    return column;
  }

  private String firstText(String name) {
    Column c = column(name);
    for (int i = 0; i < rows; i++) {
      if (!c.missing(i) && Double.isNaN(TableBuilder.number(c.text(i)))) {
        return c.text(i);
      }
    }
    return "";
  }

  @Override
  public String toString() {
    return file + ": " + rows + " rows of " + columnNames();
  }
}
