package dev.kindling.nn;

import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All parameters of a model, laid one behind the other in one array of values and one of gradients: first the weights,
 * then the biases, then the norms, each group in the order of the layers. An optimizer keeps its state in arrays of the
 * same layout and goes over all of them in one sweep.
 */
public final class Parameters {

  private final List<Parameter> inLayerOrder;
  private final List<Parameter> inMemoryOrder;
  private final float[] values;
  private float @Nullable [] grads;

  Parameters(List<Parameter> all) {
    inLayerOrder = List.copyOf(all);
    List<Parameter> sorted = new ArrayList<>(all);
    sorted.sort((a, b) -> a.role().compareTo(b.role())); // stable
    inMemoryOrder = Collections.unmodifiableList(sorted);
    long size = 0;
    for (Parameter p : sorted) {
      size += p.size();
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new ShapeException(
          "The model has " + size + " parameters; one array holds at most 2^31 - 9");
    }
    values = new float[(int) size];
    int offset = 0;
    for (Parameter p : sorted) {
      p.attach(this, offset);
      offset += p.size();
    }
  }

  /** Gives every parameter its first values; each draws from a stream of its own. */
  void initialize(Rng rng) {
    for (int i = 0; i < inLayerOrder.size(); i++) {
      Parameter p = inLayerOrder.get(i);
      p.initializer().fill(p.value(), rng.split(i));
    }
  }

  /** The parameters in the order of the layers. */
  public List<Parameter> list() {
    return inLayerOrder;
  }

  /** The parameters in the order in which they lie in {@link #values}, without gaps. */
  public List<Parameter> inMemoryOrder() {
    return inMemoryOrder;
  }

  /** The number of elements of all parameters. */
  public int size() {
    return values.length;
  }

  /** All values; the array is the model's own. */
  public float[] values() {
    return values;
  }

  /** All gradients, of the layout of {@link #values}; taken at the first call. */
  public float[] grads() {
    if (grads == null) {
      grads = new float[values.length];
    }
    return grads;
  }

  /** Begins a new sum of gradients: the next backward pass overwrites, later ones add. */
  public void clearGradients() {
    for (int i = 0; i < inLayerOrder.size(); i++) {
      inLayerOrder.get(i).clear();
    }
  }

  /** Makes every gradient valid, 0 for parameters that no backward pass has reached. Optimizers call it first. */
  public void settleGradients() {
    grads();
    for (int i = 0; i < inLayerOrder.size(); i++) {
      inLayerOrder.get(i).settle();
    }
  }
}
