package dev.kindling.train;

import dev.kindling.data.ArrayDataset;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;

/** Small things to learn. */
final class Problems {

  private Problems() {}

  /** Exclusive or, with class indices. */
  static ArrayDataset xor() {
    return ArrayDataset.of(
        Tensor.of(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2),
        Tensor.of(new float[] {0, 1, 1, 0}, 4));
  }

  /** Points of a plane on either side of a line, which they keep away from. */
  static ArrayDataset separable(int n, long seed) {
    Rng rng = Rng.seeded(seed);
    Tensor x = Tensor.zeros(n, 2);
    Tensor y = Tensor.zeros(n);
    for (int i = 0; i < n; i++) {
      float a = (float) rng.nextGaussian();
      boolean yes = rng.nextBoolean(0.5);
      x.set(a, i, 0);
      x.set(a + (yes ? 1 : -1) * (0.2f + rng.nextFloat()), i, 1);
      y.set(yes ? 1 : 0, i);
    }
    return ArrayDataset.of(x, y);
  }

  /** A linear function of 3 inputs. */
  static ArrayDataset linear(int n, long seed) {
    Tensor x = Rng.seeded(seed).fillNormal(Tensor.zeros(n, 3), 0, 1);
    Tensor y = Tensor.zeros(n, 1);
    for (int i = 0; i < n; i++) {
      y.set(2 * x.get(i, 0) - x.get(i, 1) + 0.5f * x.get(i, 2) + 1, i, 0);
    }
    return ArrayDataset.of(x, y);
  }

  /** A classifier of points of the plane, with dropout. */
  static Model classifier(long seed) {
    return Model.of(Shape.of(2), seed, new Dense(32), new Relu(), new Dropout(0.1f), new Dense(2));
  }
}
