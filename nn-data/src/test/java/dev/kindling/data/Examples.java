package dev.kindling.data;

import dev.kindling.nd.Tensor;

/** Small datasets for tests. */
final class Examples {

  private Examples() {}

  /** n examples of shape [width]: example i is full of i, its class is i modulo {@code classes}. */
  static ArrayDataset numbered(int n, int width, int classes) {
    Tensor x = Tensor.zeros(n, width);
    Tensor y = Tensor.zeros(n);
    for (int i = 0; i < n; i++) {
      x.row(i).fill(i);
      y.set(i % classes, i);
    }
    return ArrayDataset.of(x, y);
  }
}
