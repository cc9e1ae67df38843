package dev.kindling.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import dev.kindling.data.ArrayDataset;
import dev.kindling.data.Loader;
import dev.kindling.data.format.Npz;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Silu;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.loss.Loss;
import dev.kindling.nn.loss.MeanSquaredError;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.AdaGrad;
import dev.kindling.optim.Adam;
import dev.kindling.optim.AdamW;
import dev.kindling.optim.NAdam;
import dev.kindling.optim.Optimizer;
import dev.kindling.optim.PyTorch;
import dev.kindling.optim.RmsProp;
import dev.kindling.optim.Sgd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole training runs against PyTorch's: the loss of every step, and the weights at the end. */
class TrainingParityTest {

  /** A network that the runs train: its layers, its loss, and PyTorch's names of its parameters, in order. */
  private record Net(List<Layer> layers, Loss loss, List<String> parameters) {}

  /** By the first part of the files' names. To cover more runs, add a network and copy its files. */
  private static final List<String> KNOWN = List.of("mlp", "regress");

  private static Net net(String name) {
    return switch (name) {
      case "mlp" ->
          new Net(
              List.of(new Dense(16), new Relu(), new Dense(16), new Tanh(), new Dense(3)),
              new SoftmaxCrossEntropy(),
              List.of("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"));
      case "regress" ->
          new Net(
              List.of(new Dense(16), new Silu(), new Dense(2)),
              new MeanSquaredError(),
              List.of("0.weight", "0.bias", "2.weight", "2.bias"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static final Map<String, Optimizer> OPTIMIZERS =
      Map.of(
          "sgd", Sgd.withRate(0.05).withMomentum(0.9),
          "adam", Adam.withRate(0.01),
          "adamw", AdamW.withRate(0.01).withWeightDecay(0.1),
          "nadam", NAdam.withRate(0.01).withPyTorch1Steps(),
          "adagrad", AdaGrad.withRate(0.05),
          "rmsprop", RmsProp.withRate(0.01));

  static List<JsonObject> runs() {
    return PyTorch.manifest("manifest_train.json").stream()
        .filter(run -> KNOWN.contains(netName(run)))
        .toList();
  }

  private static String netName(JsonObject run) {
    return run.get("file").getAsString().replaceAll("train/(\\w+)_\\w+\\.npz", "$1");
  }

  @Test
  void thereAreRuns() {
    assertFalse(runs().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyLossAndEveryWeightIsPyTorchs(JsonObject run) throws IOException {
    Net net = net(netName(run));
    int steps = run.get("steps").getAsInt();
    try (Npz npz = Npz.open(PyTorch.file(run.get("file").getAsString()))) {
      Tensor x = npz.readTensor("X");
      Tensor y = npz.readTensor("Y");
      Shape in = x.shape().tail();
      Model model = Model.of(in, 1, net.layers.toArray(new Layer[0]));
      List<Parameter> parameters = model.parameters().list();
      assertEquals(net.parameters.size(), parameters.size());
      for (int i = 0; i < parameters.size(); i++) {
        parameters.get(i).value().copyFrom(npz.readTensor("init." + net.parameters.get(i)));
      }

      List<Double> losses = new ArrayList<>();
      Loader loader = ArrayDataset.of(x, y).loader(run.get("batch").getAsInt());
      Optimizer optimizer =
          Objects.requireNonNull(OPTIMIZERS.get(run.get("optimizer").getAsString()));
      Trainer.of(model, net.loss, optimizer)
          .callback(
              new Callback() {
                @Override
                public void onBatchEnd(Training training) {
                  losses.add(training.batchLoss());
                  if (losses.size() == steps) {
                    training.stop("all steps are done");
                  }
                }
              })
          .fit(loader, steps);

      double[] expected = npz.read("losses").toDoubles();
      assertEquals(expected.length, losses.size());
      double tolerance = tolerance(run.get("err32_loss").getAsDouble(), expected);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], losses.get(i), tolerance, "loss of step " + (i + 1));
      }
      for (int i = 0; i < parameters.size(); i++) {
        String name = net.parameters.get(i);
        double[] last = npz.read("final." + name).toDoubles();
        float[] got = parameters.get(i).value().toArray();
        double allowed = tolerance(run.get("err32_w").getAsDouble(), last);
        for (int j = 0; j < last.length; j++) {
          assertEquals(last[j], got[j], allowed, name + " " + j);
        }
      }
    }
  }

  /** Four times PyTorch's own float32 error, or 2e-6 of the largest. */
  private static double tolerance(double err32, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    return Math.max(4 * err32, 2e-6 * largest);
  }
}
