package dev.kindling.nn;

import dev.kindling.nd.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a model's layers are, what they give, and the memory that they need. As text, a table.
 *
 * @param input the shape of one example
 * @param output the shape of one output
 * @param rows a row for each layer, those inside a container behind it
 */
public record Summary(Shape input, Shape output, List<Row> rows) {

  private static final int COLUMNS = 6;

  /** Keeps a copy of the rows. */
  public Summary {
    rows = List.copyOf(rows);
  }

  /**
   * One layer.
   *
   * @param depth the number of containers around it, without an outermost {@link Sequential}
   * @param name its name
   * @param kind what it is, with its settings
   * @param container whether it is made of the layers in the rows behind it
   * @param output the shape of one output
   * @param parameters the number of its own parameters' elements
   * @param frozen how many of them optimizers leave alone
   */
  public record Row(
      int depth,
      String name,
      String kind,
      boolean container,
      Shape output,
      long parameters,
      long frozen) {

    /** Bytes of its parameters; a gradient, where one is kept, takes as many again. */
    public long parameterBytes() {
      return Float.BYTES * parameters;
    }

    /** Bytes of its output for one example; 0 for a container, whose output is one of its layers'. */
    public long activationBytes() {
      return container ? 0 : (long) Float.BYTES * output.size();
    }
  }

  static Summary of(Model model) {
    List<Row> rows = new ArrayList<>();
    if (model.root() instanceof Sequential) {
      collect(model.root().children(), 0, rows);
    } else {
      collect(List.of(model.root()), 0, rows);
    }
    return new Summary(model.inputShape(), model.outputShape(), rows);
  }

  private static void collect(List<Layer> layers, int depth, List<Row> rows) {
    for (Layer layer : layers) {
      long parameters = 0;
      long frozen = 0;
      for (Parameter p : layer.parameters()) {
        parameters += p.size();
        frozen += p.frozen() ? p.size() : 0;
      }
      boolean container = !layer.children().isEmpty();
      String kind = container ? layer.config().kind() : layer.toString();
      rows.add(
          new Row(depth, layer.name(), kind, container, layer.outputShape(), parameters, frozen));
      collect(layer.children(), depth + 1, rows);
    }
  }

  // ---------------------------------------------------------------- totals

  /** The number of all parameters' elements. */
  public long parameters() {
    long sum = 0;
    for (Row row : rows) {
      sum += row.parameters();
    }
    return sum;
  }

  /** How many of {@link #parameters} optimizers leave alone. */
  public long frozen() {
    long sum = 0;
    for (Row row : rows) {
      sum += row.frozen();
    }
    return sum;
  }

  /** How many of {@link #parameters} optimizers change. */
  public long trainable() {
    return parameters() - frozen();
  }

  /** Bytes of all parameters; their gradients take as many again. */
  public long parameterBytes() {
    return Float.BYTES * parameters();
  }

  /** Bytes of all layers' outputs for one example; training keeps about as many again for the backward pass. */
  public long activationBytes() {
    long sum = 0;
    for (Row row : rows) {
      sum += row.activationBytes();
    }
    return sum;
  }

  // ---------------------------------------------------------------- the table

  @Override
  public String toString() {
    List<String[]> table = new ArrayList<>();
    table.add(new String[] {"layer", "kind", "output", "parameters", "memory", "output memory"});
    table.add(new String[] {"input", "", input.toString(), "", "", ""});
    for (Row row : rows) {
      table.add(
          new String[] {
            "  ".repeat(row.depth()) + row.name(),
            row.kind(),
            row.output().toString(),
            row.container() && row.parameters() == 0 ? "" : count(row.parameters()),
            row.container() && row.parameters() == 0 ? "" : bytes(row.parameterBytes()),
            row.container() ? "" : bytes(row.activationBytes())
          });
    }
    table.add(
        new String[] {
          "total", "", "", count(parameters()), bytes(parameterBytes()), bytes(activationBytes())
        });
    int[] widths = new int[COLUMNS];
    for (String[] cells : table) {
      for (int i = 0; i < cells.length; i++) {
        widths[i] = Math.max(widths[i], cells[i].length());
      }
    }
    int width = 2 * (widths.length - 1);
    for (int w : widths) {
      width += w;
    }
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < table.size(); i++) {
      if (i == 1 || i == table.size() - 1) {
        s.append("─".repeat(width)).append('\n');
      }
      line(table.get(i), widths, s);
    }
    return s.append(count(trainable()))
        .append(" trainable, ")
        .append(count(frozen()))
        .append(" frozen; output memory is for one example")
        .toString();
  }

  /** Names to the left, numbers to the right, no spaces at the end. */
  private static void line(String[] cells, int[] widths, StringBuilder s) {
    for (int i = 0; i < cells.length; i++) {
      String pad = " ".repeat(widths[i] - cells[i].length());
      s.append(i == 0 ? "" : "  ").append(i < 3 ? cells[i] + pad : pad + cells[i]);
    }
    int end = s.length();
    while (s.charAt(end - 1) == ' ') {
      end--;
    }
    s.setLength(end);
    s.append('\n');
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String bytes(long n) {
    if (n < 1024) {
      return n + " B";
    }
    double amount = n / 1024.0;
    String unit = "KB";
    for (String larger : new String[] {"MB", "GB"}) {
      if (amount >= 1024) {
        amount /= 1024;
        unit = larger;
      }
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, unit);
  }
}
