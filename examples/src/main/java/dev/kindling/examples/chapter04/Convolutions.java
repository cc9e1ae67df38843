package dev.kindling.examples.chapter04;

import dev.kindling.data.DataLoader;
import dev.kindling.data.Dataset;
import dev.kindling.data.Standardizer;
import dev.kindling.examples.DataOptions;
import dev.kindling.examples.Numbers;
import dev.kindling.examples.RunOptions;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.report.LearningCurves;
import dev.kindling.report.MetricsJson;
import dev.kindling.train.History;
import dev.kindling.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Chapter 4. A convolution looks at small neighbourhoods, everywhere with the same weights: first by hand, with weights
 * made up; then in a network that learns them, from pictures of clothes, and from photographs of cats and dogs, which it
 * tells apart far better than the network of chapter 3.
 *
 * <pre>
 * ./run 04-convolutions
 * ./run 04-convolutions --idx fashion-mnist
 * ./run 04-convolutions --data train --test validation --limit 5000
 * ./run classify --model out/04-convolutions/model.safetensors photo.jpg
 * </pre>
 */
@Command(
    name = "04-convolutions",
    header = "Convolutions: by hand, on clothes, on cats and dogs",
    description =
        "Learns from pictures of clothes that ship, from --idx files, or from photographs in --data.%n")
public final class Convolutions implements Callable<Integer> {

  /** So many training pictures say how well the training pictures are known. */
  private static final int SAMPLE = 1000;

  @Spec private CommandSpec spec;
  @Mixin private Network network;
  @Mixin private Teaching teaching;
  @Mixin private DataOptions folders;
  @Mixin private RunOptions run;

  @Option(
      names = "--idx",
      paramLabel = "DIR",
      order = 13,
      description = "A folder with the four IDX files of Fashion-MNIST or MNIST.")
  void idx(Path folder) {
    idx = DataOptions.folder(spec, "--idx", folder);
  }

  private @Nullable Path idx;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      converter = Numbers.Count.class,
      defaultValue = "96",
      order = 14,
      description =
          "Width and height that photographs of --data are brought to; larger than they are helps too, since the network looks at more places (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--first-size",
      paramLabel = "PIXELS",
      converter = Numbers.Count.class,
      defaultValue = "48",
      order = 15,
      description =
          "Width and height of photographs in the first epochs, which go faster for it (default: ${DEFAULT-VALUE}).")
  private int firstSize;

  @Option(
      names = "--first-epochs",
      paramLabel = "N",
      order = 16,
      description =
          "How many epochs the first are; 0 for none (default: 2 of 3 epochs with --data if --first-size is below --size, else 0).")
  private @Nullable Integer firstEpochs;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = run.console();
    long start = System.nanoTime();
    Pictures pictures = pictures(size);
    int epochs = teaching.epochs(pictures);
    int first = firstEpochs(pictures.kind(), epochs);
    Dataset train = pictures.train();
    Dataset test = pictures.test();
    console.printf(
        "%s: %,d to learn from, %,d to measure on%n", pictures.name(), train.size(), test.size());

    // 1. A convolution by hand, in plain loops, and the same by the library's layer.
    Tensor picture = Tensor.zeros(pictures.shape());
    test.read(0, picture, Tensor.zeros());
    Tensor gray = gray(picture);
    run.save(ByHand.drawn(gray), "by-hand");
    double difference = ByHand.difference(gray);
    console.printf("By hand and by Conv2d: they differ by at most %.1e%n", difference);

    // 2. The network. It begins with kernels of noise.
    Standardizer standardizer = pictures.standardizer();
    Model model = model(pictures);
    console.println(model.summary());

    // 3. Training. The first epochs look at smaller pictures. The same weights fit them, since a
    // kernel doesn't ask how large the picture is, and go on at full size.
    Trainer trainer = trainer(model, pictures, epochs);
    if (first > 0) {
      Pictures small = pictures(firstSize);
      Trainer before = trainer(model(small), small, epochs);
      fit(before, small, standardizer, first);
      trainer.restore(before.snapshot());
    }
    History history = fit(trainer, pictures, standardizer, epochs);

    // 4. How good is it, on pictures that it has never seen? It looks at each several times: in the
    // mirror too, and at photographs moved a little.
    boolean mirrored = teaching.mirrored(pictures.kind());
    int moved = teaching.moved(pictures.kind(), pictures.shape().dim(1));
    Classifier classifier =
        new Classifier(model, pictures.classes(), standardizer, mirrored, moved);
    Tensor probabilities = classifier.probabilities(test);
    double accuracy = accuracy(probabilities, test);
    double oneLook = accuracy(classifier.withOneLook().probabilities(test), test);
    Dataset sample = sample(train);
    double onTrain = accuracy(classifier.probabilities(sample), sample);
    double seconds = (System.nanoTime() - start) / 1e9;
    console.printf(
        "%n%.1f%% of the test pictures right, %.1f%% of training pictures, after %d epochs in %.0f s%n",
        100 * accuracy, 100 * onTrain, epochs, seconds);

    // 5. What there is to look at.
    run.save(LearningCurves.of(history).titled("Learning from " + pictures.name()), "curves");
    run.save(Gallery.filters(model), "filters");
    run.save(Gallery.maps(classifier, picture), "feature-maps");
    run.save(Gallery.confusion(probabilities, test.labels(), pictures.classes()), "confusion");
    run.save(Gallery.mistakes(probabilities, test), "mistakes");
    Path file = run.file("model.safetensors");
    classifier.save(file);
    MetricsJson.of(run.chapter())
        .seed(run.seed())
        .dataset(pictures.name())
        .examples(train.size(), test.size())
        .epochs(epochs)
        .seconds(seconds)
        .metric("testAccuracy", accuracy)
        .metric("testAccuracyOneLook", oneLook)
        .metric("trainAccuracy", onTrain)
        .metric("finalLoss", history.last().train().loss())
        .metric("byHandDifference", difference)
        .metric("parameters", model.parameters().size())
        .metric("modelBytes", (double) Files.size(file))
        .save(run.file("metrics.json"));
    console.println("Kernels, feature maps, mistakes and the model are in " + run.folder());
    return 0;
  }

  private Pictures pictures(int pixels) throws IOException {
    boolean photographs = folders.data().isPresent() || folders.test().isPresent();
    if (photographs && idx != null) {
      throw new ParameterException(
          spec.commandLine(), "--idx and --data can't both be given: learn from one of them");
    }
    for (String option : List.of("--size", "--first-size", "--limit")) {
      if (!photographs && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(spec.commandLine(), option + " is for photographs, of --data");
      }
    }
    if (photographs) {
      return Pictures.folder(folders, pixels, run.file("cache"), run.seed());
    }
    return idx == null ? Pictures.shipped() : Pictures.idx(idx);
  }

  private int firstEpochs(Pictures.Kind kind, int epochs) {
    boolean photographs = kind == Pictures.Kind.PHOTOGRAPHS;
    if (firstEpochs == null) {
      return photographs && firstSize < size ? 2 * epochs / 3 : 0;
    }
    if (firstEpochs < 0 || firstEpochs >= epochs || (firstEpochs > 0 && !photographs)) {
      throw new ParameterException(
          spec.commandLine(),
          photographs
              ? "--first-epochs must be at least 0 and below --epochs "
                  + epochs
                  + ", got "
                  + firstEpochs
              : "--first-epochs is for photographs, of --data");
    }
    if (firstEpochs > 0 && firstSize >= size) {
      throw new ParameterException(
          spec.commandLine(),
          "--first-size must be below --size " + size + " with --first-epochs, got " + firstSize);
    }
    return firstEpochs;
  }

  private Model model(Pictures pictures) {
    return Model.of(
        pictures.shape(), run.seed(), network.layers(pictures.kind(), pictures.classes().size()));
  }

  private Trainer trainer(Model model, Pictures pictures, int epochs) {
    long steps = (long) epochs * batches(pictures.train(), pictures.kind()).batches();
    return teaching.trainer(model, steps, run.seed());
  }

  private DataLoader batches(Dataset train, Pictures.Kind kind) {
    return teaching.batches(train, kind, run.seed());
  }

  private History fit(Trainer trainer, Pictures pictures, Standardizer standardizer, int epochs) {
    return trainer.fit(
        batches(pictures.train().map(standardizer), pictures.kind()),
        pictures.test().map(standardizer).loader(128).workers(1),
        epochs);
  }

  /** [height, width] of a picture of one or three channels. */
  private static Tensor gray(Tensor picture) {
    return Reduce.mean(picture, 0, Tensor.zeros(picture.dim(1), picture.dim(2)));
  }

  private static double accuracy(Tensor probabilities, Dataset pictures) {
    int[] labels = pictures.labels();
    long right =
        IntStream.range(0, labels.length)
            .filter(i -> Gallery.said(probabilities, i) == labels[i])
            .count();
    return (double) right / labels.length;
  }

  /** Pictures from all over the set. */
  private static Dataset sample(Dataset all) {
    int n = Math.min(SAMPLE, all.size());
    return all.subset(IntStream.range(0, n).map(i -> (int) ((long) i * all.size() / n)).toArray());
  }
}
