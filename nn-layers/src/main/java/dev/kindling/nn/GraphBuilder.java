package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nn.GraphNode.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what a {@link Graph} is made of, node by node. A node can only take nodes that were named before it, so there is no
 * cycle.
 *
 * <p>Every method throws IllegalArgumentException for a name that is empty, holds a '.', was given before, or (where one is
 * taken) wasn't.
 */
public final class GraphBuilder {

  private final List<GraphNode> nodes = new ArrayList<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<Integer> outputs = new ArrayList<>();
  private final Set<Integer> used = new HashSet<>();
  private int parts;

  GraphBuilder() {}

  /** The only input, of the shape that the model has. */
  public GraphBuilder input(String name) {
    return node(name, Kind.INPUT, null, null);
  }

  /** An input of this shape, without the batch axis. */
  public GraphBuilder input(String name, Shape shape) {
    return node(name, Kind.INPUT, null, shape);
  }

  /** A layer, which gets the node's name. */
  public GraphBuilder layer(String name, Layer layer, String from) {
    return node(name, Kind.LAYER, layer.named(name), null, from);
  }

  /** The sum of nodes of equal shape. */
  public GraphBuilder add(String name, String... from) {
    return node(name, Kind.ADD, null, null, from);
  }

  /** Nodes joined along their first axis, the channels. */
  public GraphBuilder concat(String name, String... from) {
    return node(name, Kind.CONCAT, null, null, from);
  }

  /** What the graph gives, in this order, under the nodes' names. */
  public GraphBuilder output(String... from) {
    for (String name : from) {
      int v = find("the output", name);
      if (outputs.contains(v)) {
        throw new IllegalArgumentException("Graph: '" + name + "' is an output twice");
      }
      outputs.add(v);
      used.add(v);
    }
    return this;
  }

  private GraphBuilder node(
      String name, Kind kind, @Nullable Layer layer, @Nullable Shape shape, String... from) {
    if (name.isEmpty() || name.indexOf('.') >= 0 || numbers.containsKey(name)) {
      throw new IllegalArgumentException(
          "Graph: a node's name must not be empty, hold a '.' or be given twice, got '"
              + name
              + "'");
    }
    if (from.length == 0 && kind != Kind.INPUT) {
      throw new IllegalArgumentException("Graph: node '" + name + "' takes nothing");
    }
    List<Integer> takes = new ArrayList<>();
    for (String f : from) {
      takes.add(find("node '" + name + "'", f));
    }
    used.addAll(takes);
    numbers.put(name, nodes.size());
    nodes.add(new GraphNode(name, kind, List.copyOf(takes), layer, shape, parts));
    parts += kind == Kind.CONCAT ? from.length : 0;
    return this;
  }

  private int find(String who, String name) {
    Integer v = numbers.get(name);
    if (v == null) {
      throw new IllegalArgumentException(
          "Graph: "
              + who
              + " takes '"
              + name
              + "', which isn't named before it; there are "
              + numbers.keySet());
    }
    return v;
  }

  /**
   * The graph.
   *
   * @throws IllegalArgumentException if there is no input or no output, a node is neither used nor an output, or one of several
   *     inputs has no shape
   */
  public Graph build() {
    List<String> inputs = new ArrayList<>();
    boolean shapeless = false;
    for (int v = 0; v < nodes.size(); v++) {
      GraphNode node = nodes.get(v);
      if (!used.contains(v)) {
        throw new IllegalArgumentException(
            "Graph: nothing takes '" + node.name() + "'. Make it an output, or leave it out");
      }
      if (node.kind() == Kind.INPUT) {
        inputs.add(node.name());
        shapeless |= node.shape() == null;
      }
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException("Graph: at least one input and one output are needed");
    }
    if (inputs.size() > 1 && shapeless) {
      throw new IllegalArgumentException("Graph: each of several inputs needs a shape, " + inputs);
    }
    // Slots of the pass: an output and a gradient for each node, then the parts of gradients.
    int size = nodes.size();
    List<GraphNode> placed = new ArrayList<>();
    for (GraphNode n : nodes) {
      placed.add(
          new GraphNode(n.name(), n.kind(), n.from(), n.layer(), n.shape(), 2 * size + n.memory()));
    }
    return new Graph(placed, outputs, 2 * size + parts);
  }

  @Override
  public String toString() {
    return "GraphBuilder" + numbers.keySet();
  }
}
