package dev.kindling.examples.chapter02;

import dev.kindling.examples.Numbers;
import dev.kindling.examples.RunOptions;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.init.Initializers;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.loss.BinaryCrossEntropyWithLogits;
import dev.kindling.nn.loss.Loss;
import dev.kindling.optim.Sgd;
import dev.kindling.optim.Updater;
import dev.kindling.report.BarChart;
import dev.kindling.report.DecisionBoundary;
import dev.kindling.report.LineChart;
import dev.kindling.report.MetricsJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Chapter 2. A flower in the plane has red and blue petals, and no straight line parts them: logistic regression does no
 * better than a coin. One hidden layer of four units bends the line, and gets nine points of ten right.
 *
 * <p>We write this network by hand first, then say the same with layers, and then look at how many hidden units it
 * takes.
 *
 * <pre>./run 02-shallow-network</pre>
 */
@Command(
    name = "02-shallow-network",
    header = "One hidden layer parts a flower that no line can part",
    description =
        "Forward and backward by hand, then with layers; accuracy by number of hidden units.%n")
public final class ShallowNetwork implements Callable<Integer> {

  private static final int POINTS_PER_CLASS = 200;
  private static final int[] HIDDEN_UNITS = {1, 2, 3, 4, 5, 20, 50};

  @Mixin private RunOptions run;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      defaultValue = "4",
      converter = Numbers.Count.class,
      description = "Hidden units of the network that is drawn (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10000",
      converter = Numbers.Count.class,
      description = "Steps of gradient descent (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "1.2",
      converter = Numbers.Positive.class,
      description = "How far a step goes (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = run.console();
    long start = System.nanoTime();
    Flower flower = Flower.grow(POINTS_PER_CLASS, Rng.seeded(run.seed()));
    console.printf("%d points on a flower, two classes%n%n", flower.size());

    // 1. A line: logistic regression is a network without a hidden layer.
    Model line = Model.of(flower.points().shape().tail(), run.seed(), new Dense(1));
    train(line, flower);
    double lineAccuracy = accuracy(line.predict(flower.points()), 0, flower.labels());
    console.printf("logistic regression          %.1f%% right%n", 100 * lineAccuracy);

    // 2. A hidden layer, every step by hand.
    HandWrittenNetwork byHand = new HandWrittenNetwork(hidden, Rng.seeded(run.seed()));
    double[] costs = byHand.train(flower.points(), flower.labels(), epochs, (float) learningRate);
    double handAccuracy = accuracy(byHand.predict(flower.points()), 0.5f, flower.labels());
    console.printf("%d hidden units, by hand      %.1f%% right%n", hidden, 100 * handAccuracy);

    // 3. The same with layers.
    Model network = network(hidden);
    double[] layerCosts = train(network, flower);
    double accuracy = accuracy(network.predict(flower.points()), 0, flower.labels());
    console.printf("%d hidden units, with layers  %.1f%% right%n%n", hidden, 100 * accuracy);

    // 4. How many hidden units does it take?
    double[] byUnits = new double[HIDDEN_UNITS.length];
    for (int i = 0; i < HIDDEN_UNITS.length; i++) {
      Model model = network(HIDDEN_UNITS[i]);
      train(model, flower);
      byUnits[i] = accuracy(model.predict(flower.points()), 0, flower.labels());
      console.printf("%2d hidden units   %.1f%% right%n", HIDDEN_UNITS[i], 100 * byUnits[i]);
    }

    // 5. What there is to look at.
    int[] labels = new int[flower.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) flower.labels().get(i, 0);
    }
    DecisionBoundary curve =
        DecisionBoundary.of(flower.points(), labels, network::predict)
            .titled("Where the network draws the line")
            .subtitle(
                String.format(Locale.ROOT, "%d hidden units, %.1f%% right", hidden, 100 * accuracy))
            .threshold(0);
    DecisionBoundary straight =
        DecisionBoundary.of(flower.points(), labels, line::predict)
            .titled("Where logistic regression draws the line")
            .subtitle(String.format(Locale.ROOT, "%.1f%% right", 100 * lineAccuracy))
            .threshold(0);
    LineChart cost =
        LineChart.titled("The cost falls")
            .axes("step", "cross-entropy")
            .line("by hand", costs)
            .line("with layers", layerCosts);
    BarChart bars =
        BarChart.titled("How many hidden units does it take?")
            .axes("hidden units", "share of points on the right side")
            .reference("logistic regression", lineAccuracy);
    for (int i = 0; i < HIDDEN_UNITS.length; i++) {
      bars.bar(String.valueOf(HIDDEN_UNITS[i]), byUnits[i]);
    }
    run.save(curve, "boundary");
    run.save(straight, "logistic-regression");
    run.save(cost, "cost");
    run.save(bars, "hidden-units");
    network.save(run.file("model.safetensors"));

    Map<String, Double> accuracies = new LinkedHashMap<>();
    for (int i = 0; i < HIDDEN_UNITS.length; i++) {
      accuracies.put(String.valueOf(HIDDEN_UNITS[i]), byUnits[i]);
    }
    MetricsJson.of(run.chapter())
        .seed(run.seed())
        .dataset("a flower in the plane")
        .examples(flower.size(), 0)
        .epochs(epochs)
        .seconds((System.nanoTime() - start) / 1e9)
        .metric("trainAccuracy", accuracy)
        .metric("handWrittenAccuracy", handAccuracy)
        .metric("logisticRegressionAccuracy", lineAccuracy)
        .metric("accuracyByHiddenUnits", accuracies)
        .metric("finalLoss", layerCosts[epochs - 1])
        .save(run.file("metrics.json"));
    return 0;
  }

  private Model network(int hiddenUnits) {
    return Model.of(
        Shape.of(2),
        run.seed(),
        new Dense(hiddenUnits).withInit(Initializers.normal(0, 0.5f)),
        new Tanh(),
        new Dense(1).withInit(Initializers.normal(0, 0.5f)));
  }

  /** The loop of every training: forward, loss, backward, step. Returns the cost before each step. */
  private double[] train(Model model, Flower flower) {
    Loss loss = new BinaryCrossEntropyWithLogits(); // sigmoid and cross-entropy in one
    Updater updater = Updater.of(model, Sgd.withRate(learningRate));
    Pass pass = model.newPass(Mode.TRAIN, run.seed());
    Tensor gradient = Tensor.zeros(flower.labels().shape());
    double[] costs = new double[epochs];
    for (int step = 0; step < epochs; step++) {
      Tensor logits = model.forward(flower.points(), pass);
      costs[step] = loss.gradient(logits, flower.labels(), gradient);
      model.parameters().clearGradients();
      model.backward(gradient, pass);
      updater.step();
    }
    return costs;
  }

  /** The share of points on the right side of the threshold. */
  private static double accuracy(Tensor prediction, float threshold, Tensor labels) {
    int right = 0;
    for (int i = 0; i < labels.size(); i++) {
      boolean isOne = prediction.data()[i] > threshold;
      right += isOne == (labels.data()[i] == 1) ? 1 : 0;
    }
    return right / (double) labels.size();
  }
}
