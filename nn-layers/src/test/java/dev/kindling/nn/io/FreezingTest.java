package dev.kindling.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Graph;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.Residual;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv1d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.Identity;
import dev.kindling.nn.layers.MaxPool2d;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreezingTest {

  /** Norms behind convolutions with and without bias, in detours, behind dense layers, and in front of all. */
  private static Model images() {
    return trained(
        Model.of(
            Shape.of(3, 8, 8),
            1,
            new BatchNorm2d(),
            new Conv2d(32, 3).withPadding(1),
            new BatchNorm2d(),
            new Relu(),
            new Residual(
                new Conv2d(32, 3).withPadding(1).withoutBias(),
                new BatchNorm2d().withoutAffine(),
                new Tanh()),
            Residual.withShortcut(
                new Conv2d(8, 1).withoutBias(),
                new Conv2d(8, 3).withPadding(1).withoutBias(),
                new BatchNorm2d().withEpsilon(1e-3f)),
            new MaxPool2d(2),
            new Flatten(),
            new Dropout(0.5f),
            new Dense(10),
            new BatchNorm1d(),
            new Dense(4).withoutBias(),
            new BatchNorm1d()));
  }

  /** A model whose statistics and norms are those of nothing special. */
  private static Model trained(Model model) {
    Rng rng = Rng.seeded(5);
    for (Parameter p : model.parameters().list()) {
      if (p.role() != Parameter.Role.WEIGHT) {
        rng.fillUniform(p.value(), 0.5f, 1.5f);
      }
    }
    Pass pass = model.newPass(Mode.TRAIN, 1);
    for (int i = 0; i < 20; i++) {
      model.forward(rng.fillNormal(Tensor.zeros(model.inputShape().prepend(16)), 1, 2), pass);
    }
    return model;
  }

  private static Tensor batch(Model model, int n) {
    return Rng.seeded(n).fillNormal(Tensor.zeros(model.inputShape().prepend(n)), 1, 2);
  }

  private static void sameOutputs(Model model, Model frozen) {
    for (int n : new int[] {1, 2, 33}) {
      float[] expected = model.predict(batch(model, n)).toArray();
      float[] got = frozen.predict(batch(model, n)).toArray();
      assertArrayEquals(expected, got, 1e-4f, n + " examples");
    }
  }

  private static long norms(Model model) {
    return model.layers().stream().filter(l -> l.toString().startsWith("BatchNorm")).count();
  }

  @Test
  void normsBecomeAPartOfTheLayersInFront() {
    Model model = images();
    Model frozen = model.frozen();
    assertEquals(6, norms(model));
    assertEquals(1, norms(frozen)); // nothing is in front of the first
    assertTrue(frozen.layers().get(2) instanceof Identity);
    sameOutputs(model, frozen);
  }

  @Test
  void sequencesAndGraphs() {
    Model sequences =
        trained(Model.of(Shape.of(4, 12), 1, new Conv1d(6, 3), new BatchNorm1d(), new Relu()));
    assertEquals(0, norms(sequences.frozen()));
    sameOutputs(sequences, sequences.frozen());

    Model graph =
        trained(
            Model.of(
                Shape.of(5),
                1,
                Graph.builder()
                    .input("x")
                    .layer("a", new Dense(5), "x")
                    .layer("norm", new BatchNorm1d(), "a")
                    .add("sum", "x", "norm")
                    .output("sum")
                    .build()));
    assertEquals(1, norms(graph.frozen())); // others may look at what is in front of it
    sameOutputs(graph, graph.frozen());
  }

  @Test
  void withoutNormsEveryBitStays() {
    Model model =
        Model.of(
            Shape.of(24, 9, 10),
            1,
            new Conv2d(40, 3).withPadding(1),
            new Relu(),
            new Conv2d(8, 3).withStride(2),
            new Flatten(),
            new Dense(3));
    for (int n : new int[] {1, 5}) {
      assertArrayEquals(
          model.predict(batch(model, n)).toArray(),
          model.frozen().predict(batch(model, n)).toArray());
    }
  }

  @Test
  void whatHappensToTheModelLaterIsItsOwn() {
    Model model = images();
    Model frozen = model.frozen();
    float[] before = frozen.predict(batch(model, 3)).toArray();
    for (Parameter p : model.parameters().list()) {
      p.value().fill(0);
    }
    model.buffers().forEach(b -> b.value().fill(7));
    assertArrayEquals(before, frozen.predict(batch(model, 3)).toArray());
  }

  @Test
  void itOnlyPredicts(@TempDir Path folder) throws Exception {
    Model model = images();
    Model frozen = model.frozen();
    assertTrue(frozen.isFrozen());
    assertFalse(model.isFrozen());
    assertTrue(frozen.parameters().list().stream().allMatch(Parameter::frozen));
    assertEquals(
        "A frozen model only predicts. Train the model that it was made from, and freeze that again",
        assertThrows(IllegalStateException.class, () -> frozen.newPass(Mode.TRAIN, 1))
            .getMessage());
    Path file = folder.resolve("model.safetensors");
    frozen.save(file);
    assertThrows(IllegalStateException.class, () -> frozen.loadWeights(file));
    Model again = Model.load(file); // an ordinary model, without the norms
    assertArrayEquals(
        frozen.predict(batch(model, 3)).toArray(), again.predict(batch(model, 3)).toArray());
    again.newPass(Mode.TRAIN, 1);
  }

  @Test
  void layersOfOnesOwnCantBeCopied() {
    Model model = Model.of(Shape.of(2), 1, new Dense(2), new Twice());
    assertEquals(
        "layer 2 'twice1' Twice([2]→[2]): only the library's own layers can be copied, so the model can't be frozen. Predict with it as it is",
        assertThrows(IllegalArgumentException.class, model::frozen).getMessage());
  }
}
