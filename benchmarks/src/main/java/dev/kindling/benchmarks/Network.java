package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.init.Initializers;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.MaxPool2d;
import dev.kindling.nn.loss.BinaryCrossEntropyWithLogits;
import dev.kindling.nn.loss.Loss;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.nn.models.LeNet5;
import dev.kindling.nn.models.ResNet;
import dev.kindling.optim.Adam;
import dev.kindling.optim.Updater;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network, a batch of numbers at random, and all that its training takes. One output means yes or no, more mean classes.
 *
 * <p>The networks: "LeNet-5" for images of 1 × 28 × 28, "CNN-32-64-128" for 3 × 64 × 64 and one output, "ResNet-8" for 3 × 32
 * × 32, or the widths of dense layers with ReLU between them, as in "784-128-64-10".
 */
public final class Network {

  /**
   * So small that nothing is learned: with the one batch learned by heart, gradients would end up as numbers too small
   * for the processor's fast path, and every library would be timed on those.
   */
  public static final float LEARNING_RATE = 1e-7f;

  private final Model model;
  private final Tensor x; // [batch, …]
  private final Tensor target; // [batch] or [batch, 1]
  private final Tensor gradient; // [batch, out]
  private final Tensor prediction; // [batch, out]
  private final Loss loss;
  private final Pass pass;
  private final Updater updater;
  private @Nullable Model frozen;

  /**
   * As its name says.
   *
   * @param name one of those above
   */
  public Network(String name, int batch) {
    model = model(name);
    int classes = model.outputShape().size();
    Rng rng = Rng.seeded(2);
    x = rng.fillUniform(Tensor.zeros(model.inputShape().prepend(batch)), 0, 1);
    target = Tensor.zeros(classes == 1 ? Shape.of(batch, 1) : Shape.of(batch));
    for (int i = 0; i < batch; i++) {
      target.data()[i] = rng.nextInt(Math.max(2, classes));
    }
    gradient = Tensor.zeros(batch, classes);
    prediction = Tensor.zeros(batch, classes);
    loss = classes == 1 ? new BinaryCrossEntropyWithLogits() : new SoftmaxCrossEntropy();
    pass = model.newPass(Mode.TRAIN, 3);
    updater = Updater.of(model, Adam.withRate(LEARNING_RATE));
  }

  /** The network of this name with the batch that the comparisons use: 64, but 400 for "2-…" and 32 for "CNN-…". */
  public static Network named(String name) {
    return new Network(name, name.startsWith("2-") ? 400 : name.startsWith("CNN-") ? 32 : 64);
  }

  private static Model model(String name) {
    return switch (name) {
      case "LeNet-5" -> Model.of(Shape.of(1, 28, 28), 1, LeNet5.of(10));
      case "CNN-32-64-128" -> Model.of(Shape.of(3, 64, 64), 1, convolutions(32, 64, 128));
      case "ResNet-8" -> Model.of(Shape.of(3, 32, 32), 1, ResNet.resNet8(10));
      default -> dense(Arrays.stream(name.split("-")).mapToInt(Integer::parseInt).toArray());
    };
  }

  private static Model dense(int[] widths) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 1; i < widths.length; i++) {
      if (i > 1) {
        layers.add(new Relu());
      }
      layers.add(new Dense(widths[i]).withInit(Initializers.xavierUniform()));
    }
    return Model.of(Shape.of(widths[0]), 1, new Sequential(layers));
  }

  private static Layer convolutions(int... channels) {
    List<Layer> layers = new ArrayList<>();
    for (int out : channels) {
      layers.addAll(List.of(new Conv2d(out, 3).withPadding(1), new Relu(), new MaxPool2d(2)));
    }
    layers.addAll(List.of(new Flatten(), new Dense(128), new Relu(), new Dense(1)));
    return new Sequential(layers);
  }

  /** The model, with its parameters. */
  public Model model() {
    return model;
  }

  /** The batch's inputs, [batch, …]. */
  public Tensor x() {
    return x;
  }

  /** The batch's targets: class indices [batch], or 0 and 1 [batch, 1]. */
  public Tensor target() {
    return target;
  }

  /** Forward, loss, backward, Adam. Returns the loss. */
  public double step() {
    Tensor y = model.forward(x, pass);
    double value = loss.gradient(y, target, gradient);
    model.parameters().clearGradients();
    model.backward(gradient, pass);
    updater.step();
    return value;
  }

  /** The frozen model's outputs for the batch, [batch, out]; the same tensor at every call. */
  public Tensor predict() {
    if (frozen == null) {
      frozen = model.frozen();
    }
    return frozen.predict(x, prediction);
  }

  /**
   * Of one training step's matrix products and convolutions, by their definition: two of every layer, and a third of all
   * but the first.
   */
  public long stepFlops() {
    long[] each = layerFlops();
    return 3 * Arrays.stream(each).sum() - each[0];
  }

  /** Of one prediction's matrix products and convolutions, by their definition. */
  public long predictionFlops() {
    return Arrays.stream(layerFlops()).sum();
  }

  /** Forward, of the layers with weights: every weight is used once for each place of the output. */
  private long[] layerFlops() {
    return model.layers().stream()
        .filter(layer -> layer instanceof Dense || layer instanceof Conv2d)
        .mapToLong(
            layer -> {
              Tensor weight = layer.parameters().get(0).value();
              int places = layer.outputShape().size() / weight.dim(0);
              return 2L * x.dim(0) * weight.size() * places;
            })
        .toArray();
  }
}
