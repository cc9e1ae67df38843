package dev.kindling.data;

import dev.kindling.data.format.Table;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a network's inputs of a table's columns, by what was seen in the part to train on: numbers are standardized with
 * its means and deviations, a missing one is the mean, 0; categories become one-hot vectors of its categories, a missing
 * one and one that it doesn't have are all zeros. Immutable.
 *
 * <pre>{@code
 * TableEncoder encoder = TableEncoder.fit(train, List.of("age", "fare"), List.of("sex", "port"));
 * Tensor x = encoder.encode(test); // [rows, 2 + 2 + 3]
 * }</pre>
 */
public final class TableEncoder {

  private final List<String> numbers;
  private final Standardizer standardizer;
  private final Map<String, List<String>> categories;
  private final List<String> featureNames;

  private TableEncoder(
      List<String> numbers, Standardizer standardizer, Map<String, List<String>> categories) {
    this.numbers = numbers;
    this.standardizer = standardizer;
    this.categories = categories;
    List<String> names = new ArrayList<>(numbers);
    categories.forEach((column, all) -> all.forEach(c -> names.add(column + "=" + c)));
    this.featureNames = List.copyOf(names);
  }

  /**
   * Looks at the part to train on.
   *
   * @param numbers columns of numbers
   * @param categories columns of texts, or of numbers that stand for something
   * @throws IllegalArgumentException if there are no such columns, no rows, or a column of {@code numbers} holds texts
   */
  public static TableEncoder fit(Table train, List<String> numbers, List<String> categories) {
    if (numbers.isEmpty() && categories.isEmpty()) {
      throw new IllegalArgumentException("TableEncoder: at least one column is needed, got none");
    }
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String column : categories) {
      all.put(column, List.copyOf(train.categories(column)));
    }
    Tensor x = train.numbers(numbers.toArray(String[]::new));
    Standardizer standardizer =
        numbers.isEmpty()
            ? Standardizer.scale(1)
            : Standardizer.fit(ArrayDataset.of(x, Tensor.zeros(train.rows()))).fillMissing();
    return new TableEncoder(List.copyOf(numbers), standardizer, all);
  }

  /** What each input is: a column's name, or {@code column=category}. */
  public List<String> featureNames() {
    return featureNames;
  }

  /** The categories of a column, in the order of their inputs; empty if it isn't one of categories. */
  public List<String> categories(String column) {
    return categories.getOrDefault(column, List.of());
  }

  /**
   * The inputs of every row, {@code [rows, featureNames.size()]}.
   *
   * @throws IllegalArgumentException if a column isn't there, or holds texts instead of numbers
   */
  public Tensor encode(Table table) {
    int width = featureNames.size();
    Tensor x = Tensor.zeros(table.rows(), width);
    Tensor values = table.numbers(numbers.toArray(String[]::new));
    int k = numbers.size();
    for (int i = 0; i < table.rows() && k > 0; i++) {
      System.arraycopy(values.data(), values.offset() + i * k, x.data(), i * width, k);
      standardizer.apply(Tensor.view(x.data(), i * width, Shape.of(k)));
    }
    int from = k;
    for (Map.Entry<String, List<String>> column : categories.entrySet()) {
      List<String> texts = table.texts(column.getKey());
      for (int i = 0; i < texts.size(); i++) {
        int category = column.getValue().indexOf(texts.get(i));
        if (category >= 0) {
          x.data()[i * width + from + category] = 1;
        }
      }
      from += column.getValue().size();
    }
    return x;
  }
}
