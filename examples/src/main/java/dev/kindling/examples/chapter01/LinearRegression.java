package dev.kindling.examples.chapter01;

import dev.kindling.data.ArrayDataset;
import dev.kindling.examples.Numbers;
import dev.kindling.examples.RunOptions;
import dev.kindling.nd.Ops;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.linalg.Ejml;
import dev.kindling.nn.Model;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.loss.MeanSquaredError;
import dev.kindling.optim.Sgd;
import dev.kindling.report.LineChart;
import dev.kindling.report.MetricsJson;
import dev.kindling.train.History;
import dev.kindling.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Chapter 1. In 1903 Karl Pearson published the heights of 1,078 fathers and their grown sons. Tall fathers have tall
 * sons, but not quite as tall: the line through the points is flatter than the diagonal, and Galton called that
 * "regression".
 *
 * <p>We find this line three times: in closed form, by gradient descent written out on tensors, and with a layer and a
 * trainer. All three must agree.
 *
 * <pre>./run 01-linear-regression</pre>
 */
@Command(
    name = "01-linear-regression",
    header = "A line through 1,078 fathers and sons",
    description = "Gradient descent by hand, then with a layer, both against the closed form.%n")
public final class LinearRegression implements Callable<Integer> {

  @Mixin private RunOptions run;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "100",
      converter = Numbers.Count.class,
      description = "Steps of gradient descent (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.1",
      converter = Numbers.Positive.class,
      description = "How far a step goes (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = run.console();
    long start = System.nanoTime();

    // 1. The data: two columns of heights in inches.
    Heights heights = Heights.load();
    int n = heights.size();
    console.printf("%d fathers and sons, heights in inches%n%n", n);

    // 2. Heights lie around 68, far from 0, and gradient descent would crawl along a narrow valley.
    // After
    // standardization, (height - mean) / std for both columns, the valley is a round bowl.
    Scale fatherScale = Scale.of(heights.fathers());
    Scale sonScale = Scale.of(heights.sons());
    Tensor x = fatherScale.standardize(heights.fathers());
    Tensor y = sonScale.standardize(heights.sons());

    // 3. The answer in closed form, by EJML: least squares of [x, 1] · [slope, intercept] = y.
    Line closed = closedForm(x, y).inUnitsOf(fatherScale, sonScale);
    console.printf("closed form   %s%n", closed);

    // 4. Gradient descent, every line written out.
    double[] costs = new double[epochs];
    Line byHand = descend(x, y, costs).inUnitsOf(fatherScale, sonScale);
    console.printf("by hand       %s%n", byHand);

    // 5. The same with a layer: Dense(1) is y = w·x + b. One batch holds all examples, so one epoch
    // is one step.
    Model model = Model.of(x.shape().tail(), run.seed(), new Dense(1));
    Trainer trainer = Trainer.of(model, new MeanSquaredError(), Sgd.withRate(learningRate));
    History history = trainer.fit(ArrayDataset.of(x, y).loader(n), epochs);
    float w = model.parameters().list().get(0).value().item();
    float b = model.parameters().list().get(1).value().item();
    Line withLayer = new Line(w, b).inUnitsOf(fatherScale, sonScale);
    console.printf("with Dense(1) %s%n%n", withLayer);
    console.printf(
        "A father one inch taller has a son %.2f inches taller; a father of 72 inches has one of %.1f.%n",
        closed.slope(), closed.at(72));

    double slopeError = Math.max(byHand.slopeDistance(closed), withLayer.slopeDistance(closed));
    double interceptError =
        Math.max(byHand.interceptDistance(closed), withLayer.interceptDistance(closed));

    // 6. What there is to look at.
    LineChart line =
        LineChart.titled("Fathers and sons")
            .subtitle(String.format(Locale.ROOT, "%d pairs; %s", n, closed))
            .axes("father, inches", "son, inches")
            .points("one pair", doubles(heights.fathers()), doubles(heights.sons()))
            .line("gradient descent", withLayer.slope(), withLayer.intercept());
    LineChart cost =
        LineChart.titled("The cost falls")
            .axes("step", "mean squared error, standardized")
            .line("by hand", costs)
            .line("with Dense(1)", history.loss())
            .logarithmic();
    run.save(line, "line");
    run.save(cost, "cost");
    model.save(run.file("model.safetensors"));
    MetricsJson.of(run.chapter())
        .seed(run.seed())
        .dataset("Pearson's fathers and sons")
        .examples(n, 0)
        .epochs(epochs)
        .seconds((System.nanoTime() - start) / 1e9)
        .metric("slope", withLayer.slope())
        .metric("intercept", withLayer.intercept())
        .metric("slopeError", slopeError)
        .metric("interceptError", interceptError)
        .metric("finalLoss", history.last().train().loss())
        .save(run.file("metrics.json"));
    return 0;
  }

  private static double[] doubles(Tensor t) {
    double[] values = new double[t.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = t.data()[t.offset() + i];
    }
    return values;
  }

  /** Least squares by EJML's QR decomposition. */
  private static Line closedForm(Tensor x, Tensor y) {
    int n = x.dim(0);
    Tensor design = Tensor.full(1, n, 2); // columns x and 1
    for (int i = 0; i < n; i++) {
      design.set(x.get(i, 0), i, 0);
    }
    Tensor solution = Ejml.solve(design, y);
    return new Line(solution.get(0, 0), solution.get(1, 0));
  }

  /**
   * The cost of a line is J(w, b) = mean (w·x + b - y)². Its slope in the direction of w is 2·mean((w·x + b - y)·x), in
   * the direction of b 2·mean(w·x + b - y). Each step goes a little way against both.
   */
  private Line descend(Tensor x, Tensor y, double[] costs) {
    int n = x.dim(0);
    float w = 0;
    float b = 0;
    Tensor error = Tensor.zeros(n, 1);
    for (int step = 0; step < costs.length; step++) {
      Ops.affine(w, x, b, error); // the predictions: w·x + b
      Ops.sub(error, y, error); // how far each is off
      costs[step] = Reduce.dot(error, error) / n;
      double dw = 2 * Reduce.dot(error, x) / n;
      double db = 2 * Reduce.mean(error);
      w -= (float) (learningRate * dw);
      b -= (float) (learningRate * db);
    }
    return new Line(w, b);
  }
}
