package dev.kindling.nn.check;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Concat;
import dev.kindling.nn.Graph;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Sigmoid;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.layers.AvgPool2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.GroupNorm;
import dev.kindling.nn.layers.Identity;
import dev.kindling.nn.layers.Upsample;
import java.util.List;

/** The part of {@link LayerCase#all} that is about branches and graphs. */
final class ContainerCases {

  private ContainerCases() {}

  static List<LayerCase> all() {
    return List.of(
        new LayerCase(Identity::new, LayerCase.random(2, 1, 3)),
        new LayerCase(() -> new Concat(new Dense(3)), LayerCase.random(2, 1)),
        new LayerCase(
            () ->
                new Concat(new Identity(), new Sequential(new Dense(4), new Tanh()), new Dense(2)),
            LayerCase.random(3, 1)),
        new LayerCase(
            () ->
                new Concat(
                    new GroupNorm(2),
                    new Identity(),
                    new Sequential(new AvgPool2d(2), Upsample.nearest(2))),
            List.of(Shape.of(2, 4, 6), Shape.of(4, 2, 2))),
        new LayerCase(ContainerCases::diamond, LayerCase.random(3, 1)),
        new LayerCase(ContainerCases::severalUses, LayerCase.random(3, 1)),
        new LayerCase(ContainerCases::twoInputsAndOutputs, List.of(Shape.of(2 * 3 * 2 + 5))));
  }

  /** Two ways that meet. */
  private static Graph diamond() {
    return Graph.builder()
        .input("x")
        .layer("left", new Dense(4), "x")
        .layer("right", new Sequential(new Dense(4), new Tanh()), "x")
        .add("sum", "left", "right")
        .layer("end", new Sigmoid(), "sum")
        .output("end")
        .build();
  }

  /** A node that is used by layers, a sum (twice), a join, and is an output; and one that no parameter comes before. */
  private static Graph severalUses() {
    return Graph.builder()
        .input("x")
        .layer("wild", new Dropout(0.3f), "x")
        .layer("hub", new Dense(3), "wild")
        .layer("a", new Dense(3), "hub")
        .layer("b", new Tanh(), "hub")
        .add("sum", "hub", "a", "b", "hub")
        .concat("all", "sum", "x", "hub", "wild")
        .layer("end", new Dense(2), "all")
        .output("end", "hub", "all")
        .build();
  }

  private static Graph twoInputsAndOutputs() {
    return Graph.builder()
        .input("image", Shape.of(2, 3, 2))
        .input("row", Shape.of(5))
        .layer("seen", new Sequential(new GroupNorm(1), new Flatten(), new Dense(3)), "image")
        .layer("read", new Dense(3), "row")
        .add("both", "seen", "read")
        .concat("joined", "both", "row")
        .layer("big", new Dense(4), "joined")
        .layer("small", new Tanh(), "both")
        .output("big", "small")
        .build();
  }
}
