package dev.kindling.nn;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All the memory of running a model: outputs, what the backward pass needs, scratch, and the random stream of dropout.
 * One thread uses a pass at a time; a thread that runs the same model at the same time has a pass of its own.
 *
 * <p>Memory is asked for by layer and use (a small number that the layer chooses), and only ever grows. A batch of the
 * same size as one before gets the very same tensors, so a steady training loop allocates nothing.
 */
public final class Pass {

  /** What {@code backward} returns for a gradient that nobody needs. */
  static final Tensor NOTHING = Tensor.zeros(0);

  private static final int VIEWS = 4;

  private final Mode mode;
  private final Rng rng;
  private final Slot[][] layers;
  private boolean inputGradient;
  private boolean lookForNonFinite;
  private @Nullable Layer nonFinite;

  Pass(Mode mode, Rng rng, int layerCount) {
    this.mode = mode;
    this.rng = rng;
    this.layers = new Slot[layerCount][];
    Arrays.fill(layers, new Slot[0]);
  }

  /** Why the model is run. */
  public Mode mode() {
    return mode;
  }

  /** Whether the mode is {@link Mode#TRAIN}. */
  public boolean training() {
    return mode == Mode.TRAIN;
  }

  /** The random stream of this pass: its state, with the weights and the data, decides the result. */
  public Rng rng() {
    return rng;
  }

  /** Asks {@code backward} for the gradient by the model's input too, which training doesn't need. */
  public Pass inputGradient(boolean wanted) {
    inputGradient = wanted;
    return this;
  }

  /** Whether the gradient by the model's input is wanted. */
  public boolean inputGradient() {
    return inputGradient;
  }

  // ---------------------------------------------------------------- memory, for layers

  /** Memory of shape [batch, example...] for one use of one layer; what it holds is not defined. */
  public Tensor buffer(Layer layer, int use, int batch, Shape example) {
    Slot slot = slot(layer, use);
    for (int i = 0; i < VIEWS; i++) {
      Tensor t = slot.views[i];
      if (t != null && t.shape().isBatch(batch, example)) {
        return t;
      }
    }
    return slot.grow(example.prepend(batch));
  }

  /** Memory of the given shape for one use of one layer; what it holds is not defined. */
  public Tensor buffer(Layer layer, int use, Shape shape) {
    Slot slot = slot(layer, use);
    for (int i = 0; i < VIEWS; i++) {
      Tensor t = slot.views[i];
      if (t != null && t.shape().equals(shape)) {
        return t;
      }
    }
    return slot.grow(shape);
  }

  /** A view of {@code t} under the shape [batch, example...], made once for each tensor. */
  public Tensor reshaped(Layer layer, int use, Tensor t, Shape example) {
    Slot slot = slot(layer, use);
    int batch = t.dim(0);
    for (int i = 0; i < VIEWS; i++) {
      Tensor v = slot.views[i];
      if (v != null
          && v.data() == t.data()
          && v.offset() == t.offset()
          && v.shape().isBatch(batch, example)) {
        return v;
      }
    }
    Tensor v = t.reshape(example.prepend(batch));
    slot.remember(v);
    return v;
  }

  /** Keeps a tensor for this layer's backward pass. */
  public void keep(Layer layer, int use, Tensor t) {
    slot(layer, use).kept = t;
  }

  /**
   * What {@link #keep} kept.
   *
   * @throws IllegalStateException if nothing was: backward came without forward
   */
  public Tensor kept(Layer layer, int use) {
    Tensor t = slot(layer, use).kept;
    if (t == null) {
      throw new IllegalStateException(
          layer.label()
              + ": backward without a forward in the same pass, or in a pass of mode "
              + mode);
    }
    return t;
  }

  /** Keeps a number for this layer's backward pass, such as the key of a dropout mask. */
  public void keepLong(Layer layer, int use, long value) {
    slot(layer, use).number = value;
  }

  /** What {@link #keepLong} kept. */
  public long keptLong(Layer layer, int use) {
    return slot(layer, use).number;
  }

  private Slot slot(Layer layer, int use) {
    int index = layer.index();
    Slot[] uses = layers[index];
    if (use >= uses.length) {
      uses = Arrays.copyOf(uses, use + 1);
      layers[index] = uses;
    }
    Slot slot = uses[use];
    if (slot == null) {
      slot = new Slot();
      uses[use] = slot;
    }
    return slot;
  }

  /** Bytes of tensor memory that this pass holds. */
  public long bytes() {
    long sum = 0;
    for (Slot[] uses : layers) {
      for (Slot slot : uses) {
        sum += slot == null ? 0 : 4L * slot.data.length;
      }
    }
    return sum;
  }

  // ---------------------------------------------------------------- looking for NaN

  boolean lookingForNonFinite() {
    return lookForNonFinite;
  }

  void lookForNonFinite(boolean look) {
    lookForNonFinite = look;
    nonFinite = null;
  }

  void inspect(Layer layer, Tensor y) {
    if (nonFinite == null && !y.isFinite()) {
      nonFinite = layer;
    }
  }

  @Nullable Layer nonFinite() {
    return nonFinite;
  }

  /** Memory of one use of one layer: an array that grows, and the tensors over it that were asked for last. */
  private static final class Slot {
    float[] data = new float[0];
    final @Nullable Tensor[] views = new @Nullable Tensor[VIEWS];
    int oldest;
    @Nullable Tensor kept;
    long number;

    Tensor grow(Shape shape) {
      if (data.length < shape.size()) {
        data = new float[shape.size()];
        Arrays.fill(views, null);
      }
      Tensor t = Tensor.view(data, 0, shape);
      remember(t);
      return t;
    }

    void remember(Tensor t) {
      views[oldest] = t;
      oldest = (oldest + 1) % VIEWS;
    }
  }
}
