package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.init.Initializer;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that training changes, with its gradient. All parameters of a model lie in one array, and so do all
 * gradients, so that an optimizer sweeps over them once; a parameter is a view into both.
 *
 * <p>Not thread-safe: one thread trains a model at a time.
 */
public final class Parameter {

  /** What a parameter does, by which regularizers choose: weights decay, biases and norms usually don't. */
  public enum Role {
    /** Multiplies inputs. */
    WEIGHT,
    /** Is added. */
    BIAS,
    /** Scale or shift of a normalization. */
    NORM
  }

  private final Layer layer;
  private final String name;
  private final Role role;
  private final Shape shape;
  private final Initializer initializer;
  private @Nullable Parameters home;
  private @Nullable Tensor value;
  private @Nullable Tensor grad;
  private int offset;
  private boolean frozen;
  private boolean cleared = true;

  Parameter(Layer layer, String name, Role role, Shape shape, Initializer initializer) {
    this.layer = layer;
    this.name = name;
    this.role = role;
    this.shape = shape;
    this.initializer = initializer;
  }

  void attach(Parameters home, int offset) {
    this.home = home;
    this.offset = offset;
    this.value = Tensor.view(home.values(), offset, shape);
  }

  /** The path of its layer and its own name, as in {@code dense1.weight}: unique in the model. */
  public String name() {
    return layer.path() + "." + name;
  }

  /** What it does. */
  public Role role() {
    return role;
  }

  /** Its shape. */
  public Shape shape() {
    return shape;
  }

  /** The number of its elements. */
  public int size() {
    return shape.size();
  }

  /** Its values, which an optimizer changes. */
  public Tensor value() {
    if (value == null) {
      throw new IllegalStateException(name() + " has no values before its model is made");
    }
    return value;
  }

  /**
   * The gradient of the loss by {@link #value}, of the same shape. Memory for gradients is taken when one is first
   * asked for.
   */
  public Tensor grad() {
    if (grad == null) {
      if (home == null) {
        throw new IllegalStateException(name() + " has no gradient before its model is made");
      }
      grad = Tensor.view(home.grads(), offset, shape);
    }
    return grad;
  }

  /**
   * What a layer's backward pass multiplies the gradient so far by, before it adds its own: 0 the first time after
   * {@link Parameters#clearGradients}, so that nothing has to be zeroed, then 1. Each call counts as such an addition.
   */
  public float gradBeta() {
    float beta = cleared ? 0 : 1;
    cleared = false;
    return beta;
  }

  void clear() {
    cleared = true;
  }

  /** Zeroes the gradient if no backward pass has written it since it was cleared. */
  void settle() {
    if (cleared) {
      grad().fill(0);
      cleared = false;
    }
  }

  /** Where it begins in the arrays of {@link Parameters}. */
  public int offset() {
    return offset;
  }

  /** Keeps optimizers from changing it, or lets them again. */
  public void freeze(boolean frozen) {
    this.frozen = frozen;
  }

  /** Whether optimizers leave it alone. */
  public boolean frozen() {
    return frozen;
  }

  Initializer initializer() {
    return initializer;
  }

  @Override
  public String toString() {
    return name() + " " + shape;
  }
}
