package dev.kindling.nn.check;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Residual;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Elu;
import dev.kindling.nn.activation.Gelu;
import dev.kindling.nn.activation.HardSigmoid;
import dev.kindling.nn.activation.HardSwish;
import dev.kindling.nn.activation.LeakyRelu;
import dev.kindling.nn.activation.LogSoftmax;
import dev.kindling.nn.activation.Mish;
import dev.kindling.nn.activation.Prelu;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Selu;
import dev.kindling.nn.activation.Sigmoid;
import dev.kindling.nn.activation.Silu;
import dev.kindling.nn.activation.Softmax;
import dev.kindling.nn.activation.Softplus;
import dev.kindling.nn.activation.Softsign;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.GaussianNoise;
import dev.kindling.nn.layers.Identity;
import dev.kindling.nn.layers.LayerNorm;
import dev.kindling.nn.layers.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A layer to be checked, and the ranks of the examples that it takes. A new layer is entered in {@link #all}, once for each
 * setting that changes its formulas; a test fails if one is missing.
 *
 * @param maker a fresh layer
 * @param shapes of one example
 */
public record LayerCase(Supplier<Layer> maker, List<Shape> shapes) {

  /** Every layer of the module. */
  public static List<LayerCase> all() {
    List<LayerCase> all = new ArrayList<>();
    for (Supplier<Layer> elementwise :
        List.<Supplier<Layer>>of(
            Relu::new,
            LeakyRelu::new,
            () -> new LeakyRelu(-0.3f),
            Elu::new,
            () -> new Elu(0.5f),
            Selu::new,
            Gelu::new,
            Gelu::tanh,
            Silu::new,
            Sigmoid::new,
            Tanh::new,
            Softplus::new,
            () -> new Softplus(2.5f),
            Softsign::new,
            HardSigmoid::new,
            HardSwish::new,
            Mish::new,
            Softmax::new,
            LogSoftmax::new,
            Prelu::new,
            Prelu::perChannel,
            () -> Prelu.perChannel().withInitial(-0.5f),
            () -> new Dropout(0),
            () -> new Dropout(0.4f),
            () -> new GaussianNoise(0),
            () -> new GaussianNoise(0.3f),
            Flatten::new,
            () -> new Reshape(1, -1))) {
      all.add(new LayerCase(elementwise, random(3, 1, 2, 3)));
    }
    all.add(new LayerCase(() -> new Dense(4), random(5, 1, 2)));
    all.add(new LayerCase(() -> new Dense(1).withoutBias(), random(2, 1, 2)));
    all.add(new LayerCase(BatchNorm1d::new, random(5, 1, 2)));
    all.add(
        new LayerCase(() -> new BatchNorm1d().withoutAffine().withEpsilon(0.1f), random(2, 1, 2)));
    all.add(new LayerCase(BatchNorm2d::new, random(5, 3)));
    all.add(new LayerCase(() -> new BatchNorm2d().withoutAffine(), random(2, 3)));
    all.addAll(ImageCases.all());
    all.addAll(ConvCases.all());
    all.add(new LayerCase(LayerNorm::new, random(3, 1, 2, 3)));
    all.add(new LayerCase(() -> LayerNorm.overLast(2).withEpsilon(0.1f), random(2, 2, 3)));
    all.add(new LayerCase(() -> new LayerNorm().withoutAffine(), random(2, 1, 2)));
    all.add(
        new LayerCase(
            () -> new Sequential(new Dense(6), new Tanh(), new Dense(3)), random(2, 1, 2)));
    all.add(
        new LayerCase(
            () -> new Residual(new Dense(4), new Sigmoid()), List.of(Shape.of(4), Shape.of(3, 4))));
    all.add(
        new LayerCase(
            () -> Residual.withShortcut(new Dense(2), new Dense(5), new Tanh(), new Dense(2)),
            random(1, 1, 2)));
    // A body that hands on the very gradient that it got, alone and within another detour.
    all.add(new LayerCase(() -> new Residual(new Identity()), random(2, 1, 2)));
    all.add(new LayerCase(() -> new Residual(new Residual(new Identity())), random(2, 1, 2)));
    all.addAll(ContainerCases.all());
    return all;
  }

  /** For each rank, as many shapes with axes of 2 to 7, and one where an axis is longer than a vector of the processor. */
  static List<Shape> random(int each, int... ranks) {
    Random random = new Random(5);
    List<Shape> shapes = new ArrayList<>();
    for (int rank : ranks) {
      for (int i = 0; i < each; i++) {
        shapes.add(Shape.of(random.ints(rank, 2, 8).toArray()));
      }
    }
    int[] wide = random.ints(ranks[0], 2, 4).toArray();
    wide[wide.length - 1] = 37;
    shapes.add(Shape.of(wide));
    return shapes;
  }

  @Override
  public String toString() {
    return maker.get().toString();
  }
}
