package dev.kindling.nn.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.loss.Loss;
import dev.kindling.nn.loss.MeanSquaredError;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.nn.testing.Conformance;
import dev.kindling.nn.testing.Conformance.Case;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelsTest {

  /** The numbers of PyTorch 1.13 for the same networks; U-Net's, ResNets' and LeNet's are also those that others publish. */
  @Test
  void parametersAreAsManyAsElsewhere() {
    Shape colour = Shape.of(3, 32, 32);
    assertEquals(61_706, count(Shape.of(1, 28, 28), LeNet5.of(10)));
    assertEquals(78_042, count(colour, ResNet.resNet8(10)));
    assertEquals(175_258, count(colour, ResNet.resNet14(10)));
    assertEquals(272_474, count(colour, ResNet.resNet20(10)));
    assertEquals(308_650, count(colour, ResNet.of(10, 1, 32, 64, 128)));
    assertEquals(288_746, count(colour, Vgg.vgg7(10)));
    assertEquals(9_228_362, count(colour, Vgg.vgg11(10)));
    assertEquals(14_724_042, count(colour, Vgg.vgg16(10)));
    assertEquals(117_090, count(Shape.of(1, 64, 64), UNet.small(2)));
    assertEquals(31_037_698, count(Shape.of(3, 64, 64), UNet.of(2, 64, 128, 256, 512, 1024)));
  }

  private static int count(Shape in, Layer network) {
    return Model.uninitialized(in, network).parameters().size();
  }

  static List<Case> networks() {
    return Conformance.cases("network");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputsAndGradientsAreAsPytorchs(Case c) {
    JsonObject a = c.attrs();
    int[] widths = new int[a.getAsJsonArray("widths").size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = a.getAsJsonArray("widths").get(i).getAsInt();
    }
    int out = a.get("out").getAsInt();
    Layer network =
        a.get("kind").getAsString().equals("resnet")
            ? ResNet.of(out, 1, widths)
            : UNet.of(out, widths);
    Tensor x = c.in("in.x");
    Model model = Model.of(x.shape().tail(), 1, network);
    List<Parameter> parameters = model.parameters().list();
    for (int i = 0; i < parameters.size(); i++) {
      parameters.get(i).value().copyFrom(c.in("param." + i));
    }
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    c.assertClose("out.0", model.forward(x, pass));
    model.parameters().clearGradients();
    c.assertClose("grad.x", model.backward(c.in("upstream.0"), pass));
    for (int i = 0; i < parameters.size(); i++) {
      c.assertClose("gradparam." + i, parameters.get(i).grad());
    }
  }

  /**
   * A network that is small enough for a test.
   *
   * @param name for messages
   * @param in shape of an example
   * @param layers fresh
   */
  record Small(String name, Shape in, Layer layers) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Small> small() {
    return List.of(
        new Small("LeNet5", Shape.of(1, 16, 16), LeNet5.of(3)),
        new Small("Vgg", Shape.of(3, 8, 8), Vgg.of(3, new int[][] {{6}, {8, 8}})),
        new Small("ResNet", Shape.of(3, 8, 8), ResNet.of(3, 2, 4, 8)),
        new Small("UNet", Shape.of(1, 8, 8), UNet.of(2, 4, 8)));
  }

  @ParameterizedTest
  @MethodSource("small")
  void trainingLowersTheLossAndTheFileKeepsTheNetwork(Small small, @TempDir Path folder)
      throws Exception {
    Model model = Model.of(small.in(), 1, small.layers());
    int n = 12;
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(small.in().prepend(n)), 0, 1);
    boolean classes = model.outputShape().rank() == 1;
    Tensor target = Tensor.zeros(classes ? Shape.of(n) : model.outputShape().prepend(n));
    for (int i = 0; i < target.size(); i++) {
      target.data()[i] = i % 3;
    }
    Loss loss = classes ? new SoftmaxCrossEntropy() : new MeanSquaredError();
    Tensor dy = Tensor.zeros(model.outputShape().prepend(n));
    Pass pass = model.newPass(Mode.TRAIN, 1);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 20; step++) {
      last = loss.gradient(model.forward(x, pass), target, dy);
      first = step == 0 ? last : first;
      model.parameters().clearGradients();
      model.backward(dy, pass);
      float[] values = model.parameters().values();
      float[] grads = model.parameters().grads();
      for (int i = 0; i < values.length; i++) {
        values[i] -= 0.05f * grads[i];
      }
    }
    assertTrue(last < 0.9 * first, first + " → " + last);
    Path file = folder.resolve("network.safetensors");
    model.save(file);
    assertArrayEquals(model.predict(x).data(), Model.load(file).predict(x).data());
  }

  @Test
  void settingsAndSizesThatDontFitAreRefused() {
    bad("LeNet5: classes must be at least 1, got 0", () -> LeNet5.of(0));
    bad("ResNet: blocks must be at least 1, got 0", () -> ResNet.of(10, 0, 16));
    bad(
        "ResNet: widths must be at least one number, each at least 1, got []",
        () -> ResNet.of(10, 1));
    bad(
        "UNet: widths must be at least one number, each at least 1, got [4, 0]",
        () -> UNet.of(1, 4, 0));
    bad("Vgg: the number of blocks must be at least 1, got 0", () -> Vgg.of(10, new int[0][]));
    String message =
        assertThrows(
                ShapeException.class, () -> Model.of(Shape.of(1, 10, 10), 1, UNet.of(1, 4, 8, 16)))
            .getMessage();
    assertTrue(
        message.endsWith(
            "the branches give [[8, 5, 5], [8, 4, 4]]; all axes but the first must be equal"),
        message);
  }

  private static void bad(String message, Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }
}
