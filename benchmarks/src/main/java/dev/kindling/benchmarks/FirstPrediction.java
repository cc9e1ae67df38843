package dev.kindling.benchmarks;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.Dense;

/** A program that makes one prediction and says so: what a start costs. */
public final class FirstPrediction {

  private FirstPrediction() {}

  /** Runs it. */
  public static void main(String[] args) {
    Model model =
        Model.of(
            Shape.of(784), 1, new Dense(128), new Relu(), new Dense(64), new Relu(), new Dense(10));
    System.out.println(model.predict(Tensor.zeros(1, 784)).size());
    System.out.flush();
  }
}
