package dev.kindling.examples.chapter03;

import dev.kindling.examples.Numbers;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Residual;
import dev.kindling.nn.activation.Gelu;
import dev.kindling.nn.activation.LeakyRelu;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.LayerNorm;
import dev.kindling.optim.Adam;
import dev.kindling.optim.AdamW;
import dev.kindling.optim.Optimizer;
import dev.kindling.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Every choice that a deep network asks for, each a flag. */
final class Choices {

  /** What bends the line between two layers. */
  enum Bend {
    RELU,
    LEAKY_RELU,
    GELU,
    TANH
  }

  /** How weights follow their gradients. */
  enum Rule {
    GD,
    MOMENTUM,
    ADAM,
    ADAMW
  }

  @Option(
      names = "--layers",
      paramLabel = "N,N,…",
      split = ",",
      converter = Numbers.Count.class,
      order = 1,
      description = "Units of each hidden layer (default: 512,128 with --data, else 256,64).")
  private int @Nullable [] layers;

  @Option(
      names = "--residual",
      negatable = true,
      order = 2,
      description =
          "Hidden layers after the first become residual blocks with layer norm (default: no).")
  private boolean residual;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      defaultValue = "relu",
      order = 3,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Bend activation = Bend.RELU;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      defaultValue = "0.2",
      order = 4,
      description =
          "Share of the units that a training step leaves out (default: ${DEFAULT-VALUE}).")
  private double dropout;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = "adamw",
      order = 5,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Rule optimizer = Rule.ADAMW;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      converter = Numbers.Positive.class,
      order = 6,
      description =
          "The largest rate of the schedule (default: 0.0015 for adam and adamw, 0.05 for gd, 0.01 for momentum).")
  private @Nullable Double learningRate;

  @Option(
      names = "--schedule",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      order = 7,
      description =
          "The rate rises over a tenth of the training and then falls to 0 (default: yes).")
  private boolean schedule;

  @Option(
      names = "--l2",
      paramLabel = "X",
      converter = Numbers.NotNegative.class,
      defaultValue = "0.05",
      order = 8,
      description =
          "How strongly weights are pulled to 0: decoupled for adamw, else L2 (default: ${DEFAULT-VALUE}).")
  private double l2;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      converter = Numbers.Count.class,
      defaultValue = "128",
      order = 9,
      description = "Examples in a step (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  int batchSize() {
    return batchSize;
  }

  boolean scheduled() {
    return schedule;
  }

  double rate() {
    if (learningRate != null) {
      return learningRate;
    }
    return switch (optimizer) {
      case GD -> 0.05;
      case MOMENTUM -> 0.01;
      case ADAM, ADAMW -> 1.5e-3;
    };
  }

  Optimizer rule() {
    return switch (optimizer) {
      case GD -> Sgd.withRate(rate()).withWeightDecay(l2);
      case MOMENTUM -> Sgd.withRate(rate()).withMomentum(0.9).withWeightDecay(l2);
      case ADAM -> Adam.withRate(rate()).withWeightDecay(l2);
      case ADAMW -> AdamW.withRate(rate()).withWeightDecay(l2);
    };
  }

  /**
   * The network: pixels in, a number for each class out.
   *
   * @param photographs whether it learns from a folder, which takes a larger network than the pictures that ship
   * @param classes how many there are
   */
  Layer[] network(boolean photographs, int classes) {
    int[] units =
        layers != null ? layers : photographs ? new int[] {512, 128} : new int[] {256, 64};
    List<Layer> all = new ArrayList<>();
    all.add(new Flatten());
    for (int i = 0; i < units.length; i++) {
      if (residual && i > 0) {
        all.add(block(units[i - 1], units[i]));
      } else {
        all.add(new Dense(units[i]));
        if (!residual) {
          all.add(bend());
          all.add(new Dropout((float) dropout));
        }
      }
    }
    if (residual) {
      all.add(new LayerNorm());
    }
    all.add(new Dense(classes));
    return all.toArray(new Layer[0]);
  }

  /** A detour: what comes in is normalized, seen by two layers, and added to what comes in. */
  private Layer block(int in, int out) {
    Layer[] body = {
      new LayerNorm(),
      new Dense(out),
      bend(),
      new Dropout((float) dropout),
      new Dense(out),
      new Dropout((float) dropout)
    };
    return in == out ? new Residual(body) : Residual.withShortcut(new Dense(out), body);
  }

  private Layer bend() {
    return switch (activation) {
      case RELU -> new Relu();
      case LEAKY_RELU -> new LeakyRelu();
      case GELU -> new Gelu();
      case TANH -> new Tanh();
    };
  }
}
