package dev.kindling.examples.chapter03;

import dev.kindling.data.ArrayDataset;
import dev.kindling.data.DataLoader;
import dev.kindling.data.Standardizer;
import dev.kindling.data.augment.Mixup;
import dev.kindling.data.augment.RandomAffine;
import dev.kindling.data.augment.RandomFlip;
import dev.kindling.examples.DataOptions;
import dev.kindling.examples.Numbers;
import dev.kindling.examples.Photos;
import dev.kindling.examples.RunOptions;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.schedule.OneCycle;
import dev.kindling.report.ConfusionMatrixPlot;
import dev.kindling.report.ImageGrid;
import dev.kindling.report.LearningCurves;
import dev.kindling.report.MetricsJson;
import dev.kindling.report.ProgressBar;
import dev.kindling.train.Accuracy;
import dev.kindling.train.Averaging;
import dev.kindling.train.ConfusionMatrix;
import dev.kindling.train.Evaluation;
import dev.kindling.train.History;
import dev.kindling.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Chapter 3. A deep network looks at the pixels of a picture and says whether it is a cat or a dog. Nothing tells it that
 * neighbouring pixels belong together (that is chapter 4), so it has to be kept from learning the pictures by heart:
 * dropout, weight decay, and pictures that are mirrored, moved and zoomed a little each time they are seen.
 *
 * <pre>
 * ./run 03-cat-vs-dog
 * ./run 03-cat-vs-dog --data train --test validation --limit 5000
 * </pre>
 */
@Command(
    name = "03-cat-vs-dog",
    header = "A deep network tells cats from dogs",
    description = "Mini-batches, dropout, L2, gradient descent or Adam; every choice is a flag.%n")
public final class CatVsDog implements Callable<Integer> {

  private static final int SHOWN = 32;

  @Mixin private Choices choices;
  @Mixin private DataOptions folders;
  @Mixin private RunOptions run;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      converter = Numbers.Count.class,
      defaultValue = "32",
      order = 13,
      description =
          "Width and height that photographs of --data are brought to (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--augment",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      order = 14,
      description =
          "Mirrors, moves and zooms pictures a little, differently in each epoch (default: yes).")
  private boolean augment;

  @Option(
      names = "--mixup",
      paramLabel = "A",
      converter = Numbers.NotNegative.class,
      defaultValue = "0",
      order = 15,
      description =
          "Blends pairs of pictures and their labels, the more the larger; 0 for no (default: ${DEFAULT-VALUE}).")
  private double mixup;

  @Option(
      names = "--average",
      paramLabel = "D",
      converter = Numbers.Fraction.class,
      defaultValue = "0",
      order = 16,
      description =
          "Decay of the average of the weights that is measured and saved; 0 for none (default: ${DEFAULT-VALUE}).")
  private double average;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Numbers.Count.class,
      order = 17,
      description = "How often every picture is seen (default: 80 with --data, else 40).")
  private @Nullable Integer wantedEpochs;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = run.console();
    long start = System.nanoTime();
    boolean photographs = folders.data().isPresent() || folders.test().isPresent();

    // 1. The pictures, standardized: each colour gets mean 0 and deviation 1 over the training
    // pictures.
    Photos photos =
        photographs
            ? Photos.folder(folders, size, run.file("cache"), run.seed())
            : Photos.shipped();
    int epochs = wantedEpochs != null ? wantedEpochs : photographs ? 80 : 40;
    Standardizer standardizer = Standardizer.fit(photos.train());
    ArrayDataset train = photos.train().map(standardizer).inMemory();
    ArrayDataset test = photos.test().map(standardizer).inMemory();
    int classes = train.classNames().size();
    console.printf(
        "%s: %,d to learn from, %,d to measure on%n", photos.name(), train.size(), test.size());

    // 2. The network.
    Model model = Model.of(train.inputShape(), run.seed(), choices.network(photographs, classes));
    console.println(model.summary());

    // 3. Training. The network gives one number for a cat and one for a dog; softmax makes
    // probabilities of them.
    DataLoader batches =
        train.oneHot(classes).loader(choices.batchSize()).shuffled(run.seed()).workers(1);
    if (augment) {
      batches =
          batches.augment(
              RandomFlip.horizontal(0.5)
                  .then(new RandomAffine().translate(0.125).zoom(0.9, 1.1).withEdges()));
    }
    if (mixup > 0) {
      batches = batches.mix(new Mixup(mixup));
    }
    Trainer trainer =
        Trainer.of(model, new SoftmaxCrossEntropy(), choices.rule())
            .seed(run.seed())
            .metric(new Accuracy())
            .callback(ProgressBar.to(System.out));
    if (choices.scheduled()) {
      trainer.schedule(
          new OneCycle(choices.rate(), (long) epochs * batches.batches()).withRise(0.1));
    }
    if (average > 0) {
      trainer.averaging(Averaging.exponential(average));
    }
    History history = trainer.fit(batches, test.oneHot(classes).loader(256), epochs);

    // 4. How good is it, on pictures that it has never seen?
    Evaluation onTest = trainer.evaluate(test.oneHot(classes).loader(256));
    Evaluation onTrain = trainer.evaluate(train.oneHot(classes).loader(256));
    double seconds = (System.nanoTime() - start) / 1e9;
    console.printf(
        "%n%.1f%% of the test pictures right, %.1f%% of the training pictures, after %d epochs in %.0f s%n",
        100 * onTest.metric("accuracy"), 100 * onTrain.metric("accuracy"), epochs, seconds);

    // 5. What there is to look at.
    run.save(LearningCurves.of(history).titled("Learning cats and dogs"), "curves");
    Tensor logits = model.predict(test.x());
    run.save(confusion(logits, test), "confusion");
    run.save(grid(logits, test, photos), "predictions");
    model.save(run.file("model.safetensors"));
    MetricsJson.of(run.chapter())
        .seed(run.seed())
        .dataset(photos.name())
        .examples(train.size(), test.size())
        .epochs(epochs)
        .seconds(seconds)
        .metric("testAccuracy", onTest.metric("accuracy"))
        .metric("trainAccuracy", onTrain.metric("accuracy"))
        .metric("testLoss", onTest.loss())
        .metric("finalLoss", history.last().train().loss())
        .save(run.file("metrics.json"));
    console.println("Curves, a grid of predictions and the model are in " + run.folder());
    return 0;
  }

  private static ConfusionMatrixPlot confusion(Tensor logits, ArrayDataset test) {
    ConfusionMatrix matrix = new ConfusionMatrix();
    matrix.update(logits, test.y());
    return ConfusionMatrixPlot.of(matrix.counts(), test.classNames())
        .titled("What it takes for what");
  }

  /** Test pictures from all over the set, with what the network says of them. */
  private static ImageGrid grid(Tensor logits, ArrayDataset test, Photos photos) {
    ImageGrid grid = ImageGrid.titled("What it says of pictures it has never seen").columns(8);
    Tensor picture = Tensor.zeros(test.inputShape());
    Tensor label = Tensor.zeros();
    for (int k = 0; k < SHOWN; k++) {
      int i = (int) ((long) k * test.size() / SHOWN);
      photos.test().read(i, picture, label);
      Tensor probabilities = Reduce.softmax(logits.row(i), Tensor.zeros(test.classNames().size()));
      int said = Reduce.argmax(probabilities.data(), 0, probabilities.size());
      grid.add(
          picture.copy(),
          test.classNames().get(said),
          probabilities.get(said),
          test.classNames().get((int) label.item()));
    }
    return grid;
  }
}
