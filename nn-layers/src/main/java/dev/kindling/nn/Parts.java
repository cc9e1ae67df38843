package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several named tensors in one. All that runs models has one input and one output; a {@link Graph} with more has its inputs
 * (and so its outputs) lie one behind the other in each example, and this class says where. So such a model is trained,
 * predicted with and saved as any other. A single part is taken as it is.
 */
public final class Parts {

  private final List<String> names;
  private final List<Shape> shapes;
  private final int[] starts;
  private final Shape shape;

  /**
   * Parts in the order in which they lie.
   *
   * @param shapes of one example of each, without the batch axis
   * @throws IllegalArgumentException if there are none, or two of the same name
   * @throws ShapeException if all together have more elements than one array holds
   */
  public Parts(Map<String, Shape> shapes) {
    if (shapes.isEmpty()) {
      throw new IllegalArgumentException("Parts: at least one is needed");
    }
    this.names = List.copyOf(shapes.keySet());
    this.shapes = List.copyOf(shapes.values());
    this.starts = new int[names.size()];
    long total = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = (int) total;
      total += this.shapes.get(i).size();
      if (total > Integer.MAX_VALUE) {
        throw new ShapeException(
            "The parts " + names + " have more elements together than one array holds");
      }
    }
    this.shape = starts.length == 1 ? this.shapes.get(0) : Shape.of((int) total);
  }

  /** The names in order. */
  public List<String> names() {
    return names;
  }

  /** The shape of one example of all together: the only part's, or [elements of all]. */
  public Shape shape() {
    return shape;
  }

  /**
   * The shape of one example of a part.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Shape shape(String name) {
    return shapes.get(index(name));
  }

  /**
   * One tensor out of its parts.
   *
   * @param parts each under its name, [batch, part's shape...]
   * @return [batch, shape...], a tensor of its own
   * @throws IllegalArgumentException if one is missing, or one isn't known
   * @throws ShapeException if one isn't a batch of its shape, or batches differ in size
   */
  public Tensor join(Map<String, Tensor> parts) {
    List<Tensor> ordered = new ArrayList<>();
    for (String name : names) {
      Tensor part = parts.get(name);
      if (part == null || parts.size() != names.size()) {
        throw new IllegalArgumentException("expected parts " + names + ", got " + parts.keySet());
      }
      ordered.add(part);
    }
    int batch = ordered.get(0).rank() == 0 ? 0 : ordered.get(0).dim(0);
    Tensor whole = Tensor.zeros(shape.prepend(batch));
    for (int i = 0; i < starts.length; i++) {
      if (!ordered.get(i).shape().isBatch(batch, shapes.get(i))) {
        throw ShapeException.of(
            "part '" + names.get(i) + "'",
            shapes.get(i).prepend(batch).toString(),
            ordered.get(i).shape().toString(),
            "");
      }
      Slices.put(ordered.get(i), whole, starts[i]);
    }
    return whole;
  }

  /**
   * One part.
   *
   * @param whole [batch, shape...]
   * @return [batch, part's shape...], a tensor of its own
   * @throws IllegalArgumentException if there is none of this name
   * @throws ShapeException if {@code whole} isn't a batch of all parts
   */
  public Tensor part(Tensor whole, String name) {
    int i = index(name);
    if (!whole.shape().isBatchOf(shape)) {
      throw ShapeException.of(
          "parts " + names, "a batch [n, …] of " + shape, whole.shape().toString(), "");
    }
    return Slices.take(whole, starts[i], Tensor.zeros(shapes.get(i).prepend(whole.dim(0))));
  }

  /** Every {@link #part} under its name. */
  public Map<String, Tensor> split(Tensor whole) {
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (String name : names) {
      parts.put(name, part(whole, name));
    }
    return parts;
  }

  /** Where part number i begins in an example. */
  int start(int i) {
    return starts[i];
  }

  private int index(String name) {
    int i = names.indexOf(name);
    if (i < 0) {
      throw new IllegalArgumentException("no part '" + name + "', there are " + names);
    }
    return i;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < starts.length; i++) {
      s.append(i == 0 ? "" : ", ").append(names.get(i)).append(' ').append(shapes.get(i));
    }
    return s.toString();
  }
}
