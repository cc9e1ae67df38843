package dev.kindling.nn.models;

import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.MaxPool2d;

/**
 * The network that read digits on cheques (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
 * recognition", 1998), with today's ReLU and maximum pooling.
 *
 * <p>Shapes: [channels, 28, 28], as MNIST's and Fashion-MNIST's images, → [classes], logits. Other sizes from 12 × 12 on work,
 * too. 61,706 parameters for one channel and ten classes.
 */
public final class LeNet5 {

  private LeNet5() {}

  /**
   * A network for this many classes.
   *
   * @throws IllegalArgumentException if classes is below 1
   */
  public static Sequential of(int classes) {
    Checks.atLeastOne("LeNet5", "classes", classes);
    return new Sequential(
        new Conv2d(6, 5).withPadding(2),
        new Relu(),
        new MaxPool2d(2),
        new Conv2d(16, 5),
        new Relu(),
        new MaxPool2d(2),
        new Flatten(),
        new Dense(120),
        new Relu(),
        new Dense(84),
        new Relu(),
        new Dense(classes));
  }
}
