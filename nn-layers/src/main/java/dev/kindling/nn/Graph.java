package dev.kindling.nn;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.GraphNode.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Layers wired in any way without a cycle: each node takes the outputs of nodes before it.
 *
 * <pre>{@code
 * Graph graph =
 *     Graph.builder()
 *         .input("image", Shape.of(3, 32, 32))
 *         .input("place", Shape.of(2))
 *         .layer("seen", new Sequential(new Conv2d(16, 3), new Relu(), new GlobalAvgPool()), "image")
 *         .layer("where", new Dense(16), "place")
 *         .add("both", "seen", "where")
 *         .layer("kind", new Dense(10), "both")
 *         .layer("age", new Dense(1), "both")
 *         .output("kind", "age")
 *         .build();
 * Model model = Model.of(graph.inputs().shape(), 42, graph);
 * Tensor y = model.predict(graph.inputs().join(Map.of("image", images, "place", places)));
 * Tensor ages = graph.outputs().part(y, "age");
 * }</pre>
 *
 * <p>With one input and one output it is a layer as any other. Several inputs lie one behind the other in each example of the
 * one input that every layer has, and so do outputs; {@link #inputs} and {@link #outputs} join and part them, and {@link
 * dev.kindling.nn.loss.JointLoss} trains them together.
 *
 * <p>Shapes: the input's, or [elements of all inputs], → the output's, or [elements of all outputs].
 *
 * <p>Backward: in the opposite order, the gradients of all uses of a node are added and go through it.
 */
public final class Graph extends Container {

  private final List<GraphNode> nodes;
  private final List<Integer> inputNodes;
  private final List<Integer> outputNodes;
  private final List<Layer> layers;
  private final List<Shape> shapes = new ArrayList<>();
  private final int inputMemory;
  private final int outputMemory;
  private @Nullable Parts inputs;
  private @Nullable Parts outputs;

  Graph(List<GraphNode> nodes, List<Integer> outputNodes, int memory) {
    this.nodes = List.copyOf(nodes);
    this.outputNodes = List.copyOf(outputNodes);
    this.inputMemory = memory;
    this.outputMemory = memory + 1;
    List<Integer> in = new ArrayList<>();
    List<Layer> all = new ArrayList<>();
    Map<String, Shape> known = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      GraphNode node = nodes.get(i);
      if (node.kind() == Kind.INPUT) {
        in.add(i);
        if (node.shape() != null) {
          known.put(node.name(), node.shape());
        }
      } else if (node.kind() == Kind.LAYER) {
        all.add(node.made());
      }
    }
    this.inputNodes = List.copyOf(in);
    this.layers = List.copyOf(all);
    this.inputs = known.isEmpty() ? null : new Parts(known);
  }

  /** To say what it is made of. */
  public static GraphBuilder builder() {
    return new GraphBuilder();
  }

  /**
   * How the inputs lie in the one that a model takes.
   *
   * @throws IllegalStateException if the input was named without a shape, and the graph is in no model yet
   */
  public Parts inputs() {
    return made(inputs);
  }

  /**
   * How the outputs lie in the one that a model gives.
   *
   * @throws IllegalStateException if the graph is in no model yet
   */
  public Parts outputs() {
    return made(outputs);
  }

  private Parts made(@Nullable Parts parts) {
    if (parts == null) {
      throw new IllegalStateException(label() + " is in no model yet, so it has no shapes");
    }
    return parts;
  }

  // ---------------------------------------------------------------- building

  @Override
  protected Shape build(Shape in, Build build) {
    Parts parts = inputs;
    if (parts == null) {
      parts = new Parts(Map.of(nodes.get(inputNodes.get(0)).name(), in));
      inputs = parts;
    }
    if (!parts.shape().equals(in)) {
      throw mismatch(parts.shape() + ": " + parts, in, "");
    }
    for (GraphNode node : nodes) {
      List<Shape> from = new ArrayList<>();
      for (int i : node.from()) {
        from.add(shapes.get(i));
      }
      shapes.add(
          switch (node.kind()) {
            case INPUT -> parts.shape(node.name());
            case LAYER -> buildChild(node.made(), from.get(0), build);
            case ADD -> sum(node, from);
            case CONCAT -> joined(node, from);
          });
    }
    Map<String, Shape> out = new LinkedHashMap<>();
    for (int i : outputNodes) {
      out.put(nodes.get(i).name(), shapes.get(i));
    }
    Parts joined = new Parts(out);
    outputs = joined;
    return joined.shape();
  }

  private Shape sum(GraphNode node, List<Shape> from) {
    for (Shape shape : from) {
      if (!shape.equals(from.get(0))) {
        throw misfit(
            "node '" + node.name() + "' adds " + described(node, from) + "; shapes must be equal");
      }
    }
    return from.get(0);
  }

  private Shape joined(GraphNode node, List<Shape> from) {
    Shape joined = Slices.joined(from);
    if (joined == null) {
      throw misfit(
          "node '"
              + node.name()
              + "' joins "
              + described(node, from)
              + "; all axes but the first must be equal");
    }
    return joined;
  }

  private String described(GraphNode node, List<Shape> from) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < from.size(); i++) {
      s.append(i == 0 ? "" : " and ");
      s.append('\'').append(nodes.get(node.from(i)).name()).append("' ").append(from.get(i));
    }
    return s.toString();
  }

  // ---------------------------------------------------------------- running: slot v of the pass is
  // for the output of node v

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    boolean single = inputNodes.size() == 1;
    int input = 0;
    for (int v = 0; v < nodes.size(); v++) {
      GraphNode node = nodes.get(v);
      Tensor y =
          switch (node.kind()) {
            case INPUT -> single ? x : Slices.take(x, inputs().start(input++), own(v, x, pass));
            case LAYER -> run(node.made(), pass.kept(this, node.from(0)), pass);
            case ADD -> add(node, own(v, x, pass), pass);
            case CONCAT -> concat(node, own(v, x, pass), pass);
          };
      pass.keep(this, v, y);
    }
    if (outputNodes.size() == 1) {
      return pass.kept(this, outputNodes.get(0));
    }
    Tensor y = pass.buffer(this, outputMemory, x.dim(0), outputShape());
    for (int i = 0; i < outputNodes.size(); i++) {
      Slices.put(pass.kept(this, outputNodes.get(i)), y, outputs().start(i));
    }
    return y;
  }

  private Tensor own(int v, Tensor x, Pass pass) {
    return pass.buffer(this, v, x.dim(0), shapes.get(v));
  }

  private Tensor add(GraphNode node, Tensor y, Pass pass) {
    Tensor sum = pass.kept(this, node.from(0));
    for (int i = 1; i < node.from().size(); i++) {
      sum = Ops.add(sum, pass.kept(this, node.from(i)), y);
    }
    return sum;
  }

  private Tensor concat(GraphNode node, Tensor y, Pass pass) {
    int at = 0;
    for (int i = 0; i < node.from().size(); i++) {
      Slices.put(pass.kept(this, node.from(i)), y, at);
      at += shapes.get(node.from(i)).size();
    }
    return y;
  }

  // ---------------------------------------------------------------- running backward: slot size +
  // v
  // is for the gradient by the output of node v, and the number there counts what it is the sum of

  @Override
  public Tensor backward(Tensor dy, Pass pass) {
    int size = nodes.size();
    for (int v = 0; v < size; v++) {
      pass.keepLong(this, size + v, 0);
    }
    for (int i = 0; i < outputNodes.size(); i++) {
      int v = outputNodes.get(i);
      receive(v, outputNodes.size() == 1 ? dy : outputGradient(i, dy, pass), pass);
    }
    for (int v = size - 1; v >= 0; v--) {
      if (pass.keptLong(this, size + v) > 0) { // else nothing before v learns
        back(nodes.get(v), pass.kept(this, size + v), pass);
      }
    }
    if (!needsInputGradient(pass)) {
      return Pass.NOTHING;
    }
    if (inputNodes.size() == 1) {
      return pass.kept(this, size + inputNodes.get(0));
    }
    Tensor dx = pass.buffer(this, inputMemory, dy.dim(0), inputShape());
    for (int i = 0; i < inputNodes.size(); i++) {
      Slices.put(pass.kept(this, size + inputNodes.get(i)), dx, inputs().start(i));
    }
    return dx;
  }

  private Tensor outputGradient(int i, Tensor dy, Pass pass) {
    Shape shape = shapes.get(outputNodes.get(i));
    Tensor part = pass.buffer(this, outputMemory + 1 + i, dy.dim(0), shape);
    return Slices.take(dy, outputs().start(i), part);
  }

  private void back(GraphNode node, Tensor dy, Pass pass) {
    switch (node.kind()) {
      case INPUT -> {}
      case LAYER -> {
        Tensor dx = node.made().backward(dy, pass);
        if (node.made().needsInputGradient(pass)) {
          receive(node.from(0), dx, pass);
        }
      }
      case ADD -> {
        for (int i = 0; i < node.from().size(); i++) {
          receive(node.from(i), dy, pass);
        }
      }
      case CONCAT -> {
        int at = 0;
        for (int i = 0; i < node.from().size(); i++) {
          Shape shape = shapes.get(node.from(i));
          Tensor part = pass.buffer(this, node.memory() + i, dy.dim(0), shape);
          receive(node.from(i), Slices.take(dy, at, part), pass);
          at += shape.size();
        }
      }
    }
  }

  /** Adds to the gradient of node v. The first is kept as it is; a second makes a sum in memory of its own. */
  private void receive(int v, Tensor d, Pass pass) {
    int slot = nodes.size() + v;
    long before = pass.keptLong(this, slot);
    Tensor sum = d;
    if (before > 0) {
      Tensor own = pass.buffer(this, slot, d.dim(0), shapes.get(v));
      sum = Ops.add(pass.kept(this, slot), d, own);
    }
    pass.keep(this, slot, sum);
    pass.keepLong(this, slot, before + 1);
  }

  // ---------------------------------------------------------------- in files

  @Override
  public List<Layer> children() {
    return layers;
  }

  @Override
  public Config config() {
    List<Config> all = new ArrayList<>();
    for (GraphNode node : nodes) {
      all.add(config(node));
    }
    return Config.of("Graph").with("nodes", List.copyOf(all)).with("outputs", names(outputNodes));
  }

  private Config config(GraphNode node) {
    Config c = Config.of(node.kind().name().toLowerCase(Locale.ROOT));
    c = c.with("name", node.name());
    if (node.kind() != Kind.INPUT) {
      return node.kind() == Kind.LAYER
          ? c.with("from", names(node.from())).withLayers("layer", List.of(node.made()))
          : c.with("from", names(node.from()));
    }
    return node.shape() == null ? c : c.with("shape", node.shape());
  }

  private List<String> names(List<Integer> numbers) {
    List<String> names = new ArrayList<>();
    for (int i : numbers) {
      names.add(nodes.get(i).name());
    }
    return List.copyOf(names);
  }
}
