package dev.kindling.nn.loss;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;

/**
 * What training makes small: one number for a batch's predictions and targets, the mean over the batch, and its
 * gradient by the predictions. Losses hold settings and no state, so that one can be shared between threads.
 */
public interface Loss {

  /** As in {@code "softmax cross-entropy"}. */
  String name();

  /**
   * Whether outputs and targets of these shapes (of one example, without the batch axis) go together.
   *
   * @throws dev.kindling.nd.ShapeException if not, naming the loss, what it expected and the likely fix
   */
  void check(Shape output, Shape target);

  /**
   * The loss, accumulated in double.
   *
   * @param prediction [batch, output...]
   * @param target [batch, target...]
   */
  double value(Tensor prediction, Tensor target);

  /**
   * The loss, and its gradient by the predictions.
   *
   * @param gradient of prediction's shape, overwritten; must not share memory with prediction
   * @return the loss
   */
  double gradient(Tensor prediction, Tensor target, Tensor gradient);
}
