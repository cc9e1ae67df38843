package dev.kindling.train;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/** Tensors of the shapes that were asked for last: a whole batch's and a short one's. */
final class Scratch {

  private @Nullable Tensor recent;
  private @Nullable Tensor other;

  Tensor of(Shape shape) {
    Tensor t = recent;
    if (t != null && t.shape().equals(shape)) {
      return t;
    }
    recent = other;
    other = t;
    t = recent;
    if (t == null || !t.shape().equals(shape)) {
      t = Tensor.zeros(shape);
      recent = t;
    }
    return t;
  }
}
