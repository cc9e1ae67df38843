package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.init.Initializers;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.loss.BinaryCrossEntropyWithLogits;
import dev.kindling.nn.loss.Loss;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.Adam;
import dev.kindling.optim.Updater;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network of dense layers with ReLU between them, a batch of numbers at random, and all that its training takes. One
 * output means yes or no, more mean classes.
 */
public final class Network {

  /**
   * So small that nothing is learned: with the one batch learned by heart, gradients would end up as numbers too small
   * for the processor's fast path, and every library would be timed on those.
   */
  public static final float LEARNING_RATE = 1e-7f;

  private final int[] widths;
  private final Model model;
  private final Tensor x; // [batch, in]
  private final Tensor target; // [batch] or [batch, 1]
  private final Tensor gradient; // [batch, out]
  private final Tensor prediction; // [batch, out]
  private final Loss loss;
  private final Pass pass;
  private final Updater updater;

  /**
   * As its name says.
   *
   * @param name the widths, as in "784-128-64-10"
   */
  public Network(String name, int batch) {
    widths = Arrays.stream(name.split("-")).mapToInt(Integer::parseInt).toArray();
    List<Layer> layers = new ArrayList<>();
    for (int i = 1; i < widths.length; i++) {
      if (i > 1) {
        layers.add(new Relu());
      }
      layers.add(new Dense(widths[i]).withInit(Initializers.xavierUniform()));
    }
    model = Model.of(Shape.of(widths[0]), 1, layers.toArray(Layer[]::new));
    int classes = widths[widths.length - 1];
    Rng rng = Rng.seeded(2);
    x = rng.fillUniform(Tensor.zeros(batch, widths[0]), 0, 1);
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

  /** The network of this name with the batch that the comparisons use. */
  public static Network named(String name) {
    return new Network(name, name.startsWith("2-") ? 400 : 64);
  }

  /** From the inputs' to the outputs'. */
  public int[] widths() {
    return widths.clone();
  }

  /** The model, with its parameters. */
  public Model model() {
    return model;
  }

  /** The batch's inputs, [batch, in]. */
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

  /** The outputs for the batch, [batch, out]; the same tensor at every call. */
  public Tensor predict() {
    return model.predict(x, prediction);
  }

  /** Of one training step's matrix products: two of every layer, and a third of all but the first. */
  public long stepFlops() {
    long sum = 0;
    for (int i = 1; i < widths.length; i++) {
      sum += (i == 1 ? 4L : 6L) * x.dim(0) * widths[i - 1] * widths[i];
    }
    return sum;
  }

  /** Of one prediction's matrix products. */
  public long predictionFlops() {
    long sum = 0;
    for (int i = 1; i < widths.length; i++) {
      sum += 2L * x.dim(0) * widths[i - 1] * widths[i];
    }
    return sum;
  }
}
