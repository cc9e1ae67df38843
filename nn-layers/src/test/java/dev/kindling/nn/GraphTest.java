package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.check.GradientCheck;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.Identity;
import dev.kindling.nn.loss.JointLoss;
import dev.kindling.nn.loss.MeanSquaredError;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class GraphTest {

  // ---------------------------------------------------------------- the same as other containers

  @Test
  void aChainIsASequential() {
    same(
        new Sequential(new Dense(5), new Relu(), new Dense(3)),
        Graph.builder()
            .input("x")
            .layer("a", new Dense(5), "x")
            .layer("b", new Relu(), "a")
            .layer("c", new Dense(3), "b")
            .output("c")
            .build());
  }

  @Test
  void aSumIsAResidual() {
    same(
        Residual.withShortcut(new Dense(3), new Dense(5), new Tanh(), new Dense(3)),
        Graph.builder()
            .input("x")
            .layer("body", new Sequential(new Dense(5), new Tanh(), new Dense(3)), "x")
            .layer("shortcut", new Dense(3), "x")
            .add("sum", "body", "shortcut")
            .output("sum")
            .build());
  }

  @Test
  void aJoinIsAConcat() {
    same(
        new Concat(new Dense(3), new Identity(), new Sequential(new Dense(2), new Tanh())),
        Graph.builder()
            .input("x")
            .layer("a", new Dense(3), "x")
            .layer("b", new Sequential(new Dense(2), new Tanh()), "x")
            .concat("all", "a", "x", "b")
            .output("all")
            .build());
  }

  private static void same(Layer expected, Layer actual) {
    // The gradients of several uses are added in another order.
    assertArrayEquals(run(expected), run(actual), 1e-6f);
  }

  /** Output, input gradient and parameters' gradients. */
  private static float[] run(Layer layer) {
    Model model = Model.of(Shape.of(4), 3, layer);
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(6, 4), 0, 1);
    Tensor dy = Rng.seeded(2).fillNormal(Tensor.zeros(model.outputShape().prepend(6)), 0, 1);
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    float[] y = model.forward(x, pass).toArray();
    model.parameters().clearGradients();
    float[] dx = model.backward(dy, pass).toArray();
    float[] grads = model.parameters().grads();
    float[] all = new float[y.length + dx.length + grads.length];
    System.arraycopy(y, 0, all, 0, y.length);
    System.arraycopy(dx, 0, all, y.length, dx.length);
    System.arraycopy(grads, 0, all, y.length + dx.length, grads.length);
    return all;
  }

  // ---------------------------------------------------------------- several inputs and outputs

  private static Graph twoByTwo() {
    return Graph.builder()
        .input("image", Shape.of(2, 3))
        .input("place", Shape.of(2))
        .layer("seen", new Sequential(new Flatten(), new Dense(8)), "image")
        .layer("where", new Dense(8), "place")
        .add("sum", "seen", "where")
        .layer("both", new Tanh(), "sum")
        .layer("kind", new Dense(3), "both")
        .layer("age", new Dense(1), "both")
        .output("kind", "age")
        .build();
  }

  @Test
  void inputsAndOutputsHaveNames() {
    Graph graph = twoByTwo();
    assertEquals("image [2, 3], place [2]", graph.inputs().toString());
    Model model = Model.of(graph.inputs().shape(), 1, graph);
    assertEquals("kind [3], age [1]", graph.outputs().toString());
    assertEquals(List.of("kind", "age"), graph.outputs().names());
    Tensor images = Rng.seeded(1).fillNormal(Tensor.zeros(4, 2, 3), 0, 1);
    Tensor places = Rng.seeded(2).fillNormal(Tensor.zeros(4, 2), 0, 1);
    Tensor x = graph.inputs().join(Map.of("place", places, "image", images));
    assertArrayEquals(images.data(), graph.inputs().part(x, "image").data());
    assertArrayEquals(places.data(), graph.inputs().part(x, "place").data());

    Tensor y = model.predict(x);
    Tensor age = graph.outputs().part(y, "age");
    assertEquals(Shape.of(4, 1), age.shape());
    assertEquals(Shape.of(4, 3), graph.outputs().part(y, "kind").shape());
    assertArrayEquals(y.data(), graph.outputs().join(graph.outputs().split(y)).data());
    // By hand, out of the same weights.
    Model left = Model.of(Shape.of(6), 1, new Dense(8));
    Model right = Model.of(Shape.of(2), 1, new Dense(8));
    Model end = Model.of(Shape.of(8), 1, new Tanh(), new Dense(1));
    copy(model, "seen.dense1", left);
    copy(model, "where", right);
    copy(model, "age", end);
    Tensor a = left.predict(images.reshape(4, 6));
    Tensor b = right.predict(places);
    for (int i = 0; i < a.size(); i++) {
      a.data()[i] += b.data()[i];
    }
    assertArrayEquals(end.predict(a).data(), age.data());
  }

  private static void copy(Model from, String layer, Model to) {
    for (Parameter p : from.parameters().list()) {
      if (p.name().startsWith(layer + ".")) {
        boolean weight = p.name().endsWith("weight");
        to.parameters().list().get(weight ? 0 : 1).value().copyFrom(p.value());
      }
    }
  }

  @Test
  void aJointLossTrainsAllOutputsAndTheFileKeepsTheGraph(@TempDir Path folder) throws Exception {
    Graph graph = twoByTwo();
    Model model = Model.of(graph.inputs().shape(), 1, graph);
    JointLoss loss =
        JointLoss.of(graph.outputs())
            .with("kind", 1, new SoftmaxCrossEntropy(), Shape.of())
            .with("age", 0.5, new MeanSquaredError(), Shape.of(1));
    Tensor kinds = Tensor.of(new float[] {0, 1, 2, 1, 0, 2}, 6);
    Tensor ages = Tensor.of(new float[] {1, 0, -1, 2, 0.5f, 1}, 6, 1);
    Tensor target = loss.targets().join(Map.of("kind", kinds, "age", ages));
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(6, 8), 0, 1);
    loss.check(model.outputShape(), loss.targets().shape());
    Tensor dy = Tensor.zeros(6, 4);
    Pass pass = model.newPass(Mode.TRAIN, 1);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 300; step++) {
      last = loss.gradient(model.forward(x, pass), target, dy);
      first = step == 0 ? last : first;
      model.parameters().clearGradients();
      model.backward(dy, pass);
      float[] values = model.parameters().values();
      float[] grads = model.parameters().grads();
      for (int i = 0; i < values.length; i++) {
        values[i] -= 0.2f * grads[i];
      }
    }
    assertTrue(last < 0.05 * first, first + " → " + last);

    Path file = folder.resolve("graph.safetensors");
    model.save(file);
    Model read = Model.load(file);
    assertArrayEquals(model.predict(x).data(), read.predict(x).data());
    assertEquals(graph.config().toString(), read.root().config().toString());
    assertEquals("image [2, 3], place [2]", ((Graph) read.root()).inputs().toString());
  }

  @Test
  void aJointLossIsTheWeightedSum() {
    Parts outputs = twoByTwoOutputs();
    JointLoss loss =
        JointLoss.of(outputs)
            .with("age", 0.5, new MeanSquaredError(), Shape.of(1))
            .with("kind", 2, new SoftmaxCrossEntropy(), Shape.of());
    Tensor y = Rng.seeded(1).fillNormal(Tensor.zeros(5, 4), 0, 1);
    Tensor kinds = Tensor.of(new float[] {0, 1, 2, 1, 0}, 5);
    Tensor ages = Rng.seeded(2).fillNormal(Tensor.zeros(5, 1), 0, 1);
    Tensor target = loss.targets().join(Map.of("kind", kinds, "age", ages));
    double expected =
        0.5 * new MeanSquaredError().value(outputs.part(y, "age"), ages)
            + 2 * new SoftmaxCrossEntropy().value(outputs.part(y, "kind"), kinds);
    assertEquals(expected, loss.value(y, target), 1e-12);
    GradientCheck.loss(loss, y, target).assertOk();
    // An output without a loss has no say.
    JointLoss one = JointLoss.of(outputs).with("age", 1, new MeanSquaredError(), Shape.of(1));
    Tensor dy = Tensor.full(9, 5, 4);
    one.gradient(y, ages, dy);
    for (float d : outputs.part(dy, "kind").data()) {
      assertEquals(0, d);
    }
  }

  private static Parts twoByTwoOutputs() {
    Graph graph = twoByTwo();
    Model.of(graph.inputs().shape(), 1, graph);
    return graph.outputs();
  }

  // ---------------------------------------------------------------- what is refused

  @Test
  void wiringThatCannotBe() {
    bad(
        "Graph: node 'b' takes 'c', which isn't named before it; there are [x, a]",
        () -> Graph.builder().input("x").layer("a", new Relu(), "x").layer("b", new Relu(), "c"));
    bad(
        "Graph: a node's name must not be empty, hold a '.' or be given twice, got 'x'",
        () -> Graph.builder().input("x").add("x", "x"));
    bad("Graph: node 's' takes nothing", () -> Graph.builder().input("x").add("s"));
    bad(
        "Graph: nothing takes 'b'. Make it an output, or leave it out",
        () ->
            Graph.builder()
                .input("x")
                .layer("a", new Relu(), "x")
                .layer("b", new Relu(), "x")
                .output("a")
                .build());
    bad(
        "Graph: each of several inputs needs a shape, [x, z]",
        () ->
            Graph.builder()
                .input("x")
                .input("z", Shape.of(2))
                .add("s", "x", "z")
                .output("s")
                .build());
    bad("Graph: at least one input and one output are needed", () -> Graph.builder().build());
    bad("Graph: 'x' is an output twice", () -> Graph.builder().input("x").output("x", "x"));
    bad("Concat needs at least one branch", () -> new Concat());
  }

  @Test
  void shapesThatDontMeet() {
    refuses(
        "layer 0 'graph1' Graph: node 'sum' adds 'a' [3] and 'x' [4]; shapes must be equal",
        Shape.of(4),
        Graph.builder()
            .input("x")
            .layer("a", new Dense(3), "x")
            .add("sum", "a", "x")
            .output("sum")
            .build());
    refuses(
        "layer 0 'graph1' Graph: node 'both' joins 'x' [2, 4] and 'a' [2, 3]; all axes but the first must be equal",
        Shape.of(2, 4),
        Graph.builder()
            .input("x")
            .layer("a", new Dense(3), "x")
            .concat("both", "x", "a")
            .output("both")
            .build());
    refuses(
        "layer 0 'graph1' Graph: expected [8]: image [2, 3], place [2], got [9]",
        Shape.of(9),
        twoByTwo());
    refuses(
        "layer 0 'concat1' Concat: the branches give [[2, 4], [2, 3]]; all axes but the first must be equal",
        Shape.of(2, 4),
        new Concat(new Identity(), new Dense(3)));
    refuses(
        "layer 1 'a' Dense(→3): expected [features] or [time, features], got [1, 2, 3]. Missing Flatten?",
        Shape.of(1, 2, 3),
        Graph.builder().input("x").layer("a", new Dense(3), "x").output("a").build());
  }

  @Test
  void partsThatDontFit() {
    Parts parts = twoByTwo().inputs();
    Tensor images = Tensor.zeros(4, 2, 3);
    bad("expected parts [image, place], got [image]", () -> parts.join(Map.of("image", images)));
    bad("no part 'size', there are [image, place]", () -> parts.part(Tensor.zeros(4, 8), "size"));
    assertEquals(
        "part 'place': expected [4, 2], got [3, 2]",
        assertThrows(
                ShapeException.class,
                () -> parts.join(Map.of("image", images, "place", Tensor.zeros(3, 2))))
            .getMessage());
    assertEquals(
        "parts [image, place]: expected a batch [n, …] of [8], got [8]",
        assertThrows(ShapeException.class, () -> parts.part(Tensor.zeros(8), "place"))
            .getMessage());
    bad(
        "JointLoss: one finite weight for each output, got NaN for 'age'",
        () ->
            JointLoss.of(twoByTwoOutputs())
                .with("age", Double.NaN, new MeanSquaredError(), Shape.of(1)));
  }

  private static void bad(String message, Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }

  private static void refuses(String message, Shape in, Layer layer) {
    assertEquals(
        message, assertThrows(ShapeException.class, () -> Model.of(in, 1, layer)).getMessage());
  }
}
