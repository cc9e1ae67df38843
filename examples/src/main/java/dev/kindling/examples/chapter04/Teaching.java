package dev.kindling.examples.chapter04;

import dev.kindling.data.DataLoader;
import dev.kindling.data.Dataset;
import dev.kindling.data.Transform;
import dev.kindling.data.augment.RandomAffine;
import dev.kindling.data.augment.RandomCrop;
import dev.kindling.data.augment.RandomFlip;
import dev.kindling.examples.Numbers;
import dev.kindling.examples.chapter04.Pictures.Kind;
import dev.kindling.nn.Model;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.AdamW;
import dev.kindling.optim.Muon;
import dev.kindling.optim.Optimizer;
import dev.kindling.optim.schedule.OneCycle;
import dev.kindling.report.ProgressBar;
import dev.kindling.train.Accuracy;
import dev.kindling.train.Averaging;
import dev.kindling.train.Trainer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the network is taught, each choice a flag. */
final class Teaching {

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Numbers.Count.class,
      order = 2,
      description =
          "How often every picture is seen (default: 26 with --data; with --idx 10, or 5 for digits; else 8).")
  private @Nullable Integer epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = Numbers.Count.class,
      defaultValue = "64",
      order = 3,
      description = "Pictures in a step (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  /** By what rule gradients change the weights. */
  enum Rule {
    MUON,
    ADAMW
  }

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = "muon",
      order = 4,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Rule optimizer = Rule.MUON;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      converter = Numbers.Positive.class,
      order = 5,
      description =
          "The highest rate; it rises to there and falls to nearly 0 (default: 0.016 for muon, 0.004 for adamw).")
  private @Nullable Double learningRate;

  @Option(
      names = "--rise",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      defaultValue = "0.25",
      order = 6,
      description = "Share of the training in which the rate rises (default: ${DEFAULT-VALUE}).")
  private double rise;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      converter = Numbers.NotNegative.class,
      defaultValue = "0.05",
      order = 7,
      description =
          "How strongly the optimizer pulls the weights to 0 (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--smoothing",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      defaultValue = "0.1",
      order = 8,
      description =
          "Share of a label that is spread over all classes, so that it is never quite sure (default: ${DEFAULT-VALUE}).")
  private double smoothing;

  @Option(
      names = "--average",
      paramLabel = "D",
      converter = Numbers.Fraction.class,
      defaultValue = "0.995",
      order = 9,
      description =
          "Decay of the average of the weights that is measured and saved; 0 for none (default: ${DEFAULT-VALUE}).")
  private double average;

  @Option(
      names = "--mirror",
      negatable = true,
      order = 20,
      description =
          "Mirrors half of the pictures, and looks in the mirror too when it counts (default: yes, but for digits).")
  private @Nullable Boolean mirror;

  @Option(
      names = "--shift",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      order = 21,
      description =
          "Moves pictures by up to this share of their size (default: 0.125 with --data, 0.07 for digits, else 0.036).")
  private @Nullable Double shift;

  @Option(
      names = "--test-shift",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      order = 23,
      description =
          "When it counts, looks at pictures moved by this share of their size in four directions too; 0 for no (default: 0.0625 with --data, else 0).")
  private @Nullable Double testShift;

  @Option(
      names = "--zoom",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      defaultValue = "0",
      order = 22,
      description = "Enlarges or shrinks pictures by up to this share (default: ${DEFAULT-VALUE}).")
  private double zoom;

  int epochs(Pictures pictures) {
    return epochs != null ? epochs : pictures.epochs();
  }

  boolean mirrored(Kind kind) {
    return mirror != null ? mirror : kind.mirrored;
  }

  /** By how many pixels a picture of this size is moved for further looks. */
  int moved(Kind kind, int size) {
    return (int) Math.round((testShift != null ? testShift : kind.testShift) * size);
  }

  /** The pictures in another order each epoch, and each a little different every time. */
  DataLoader batches(Dataset train, Kind kind, long seed) {
    return train.loader(batchSize).shuffled(seed).augment(changes(train, kind)).workers(1);
  }

  private Transform changes(Dataset train, Kind kind) {
    double far = shift != null ? shift : kind.shift;
    int pixels = (int) Math.round(far * train.inputShape().dim(1));
    Transform moved =
        zoom > 0
            ? new RandomAffine().translate(far).zoom(1 - zoom, 1 + zoom).withEdges()
            : new RandomCrop(pixels).withEdges();
    return RandomFlip.horizontal(mirrored(kind) ? 0.5 : 0).then(moved);
  }

  /**
   * A trainer for the whole of a training.
   *
   * @param steps of the optimizer until it is over
   */
  Trainer trainer(Model model, long steps, long seed) {
    Trainer trainer =
        Trainer.of(model, new SoftmaxCrossEntropy().withLabelSmoothing((float) smoothing), rule())
            .schedule(new OneCycle(rate(), steps).withRise(rise))
            .seed(seed)
            .metric(new Accuracy())
            .callback(ProgressBar.to(System.out));
    return average > 0 ? trainer.averaging(Averaging.exponential(average)) : trainer;
  }

  private double rate() {
    if (learningRate != null) {
      return learningRate;
    }
    return optimizer == Rule.MUON ? 0.016 : 0.004;
  }

  private Optimizer rule() {
    return switch (optimizer) {
      case MUON -> Muon.withRate(rate()).withWeightDecay(weightDecay);
      case ADAMW -> AdamW.withRate(rate()).withWeightDecay(weightDecay);
    };
  }
}
