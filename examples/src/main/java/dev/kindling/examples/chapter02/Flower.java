package dev.kindling.examples.chapter02;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * A flower in the plane: two classes of petals that no straight line can part.
 *
 * @param points [n, 2]
 * @param labels [n, 1], 0 or 1
 */
record Flower(Tensor points, Tensor labels) {

  /** Petals r = 4·sin(4t), half of the turn for each class, with a little noise in angle and radius. */
  static Flower grow(int pointsPerClass, Rng rng) {
    int n = 2 * pointsPerClass;
    Tensor points = Tensor.zeros(n, 2);
    Tensor labels = Tensor.zeros(n, 1);
    for (int i = 0; i < n; i++) {
      int label = i / pointsPerClass;
      double share = (i % pointsPerClass) / (pointsPerClass - 1.0);
      double angle = (label + share) * 3.12 + 0.2 * rng.nextGaussian();
      double radius = 4 * Math.sin(4 * angle) + 0.2 * rng.nextGaussian();
      points.set((float) (radius * Math.sin(angle)), i, 0);
      points.set((float) (radius * Math.cos(angle)), i, 1);
      labels.set(label, i, 0);
    }
    return new Flower(points, labels);
  }

  int size() {
    return points.dim(0);
  }
}
