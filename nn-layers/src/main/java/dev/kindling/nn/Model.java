package dev.kindling.nn;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.io.Freezing;
import dev.kindling.nn.io.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A network with its parameters, ready to run.
 *
 * <p>{@link #predict} may be called from any number of threads at once, as long as none trains the model. Training is
 * one thread's: {@code forward}, the loss's gradient, {@code backward}, the optimizer's step.
 */
public final class Model {

  private static final int POOLED = 64;

  /** Examples that {@link #predict} runs at once, so that its memory doesn't grow with the number of examples. */
  private static final int PREDICT_ROWS = 256;

  private final Layer root;
  private final Shape inputShape;
  private final Shape outputShape;
  private final Parameters parameters;
  private final int layerCount;
  private boolean frozen;
  private final AtomicReferenceArray<@Nullable Pass> idle = new AtomicReferenceArray<>(POOLED);

  private Model(Shape in, Layer root, @Nullable Rng rng, long most) {
    Build build = new Build(most);
    this.inputShape = in;
    this.root = root;
    this.outputShape = root.build(in, build, "");
    this.layerCount = build.layers();
    this.parameters = new Parameters(build.parameters());
    if (rng != null) {
      parameters.initialize(rng);
    }
  }

  /**
   * Builds a model of layers one after the other and gives every parameter its first values.
   *
   * @param in the shape of one example, without the batch axis
   * @param seed decides the first values to the bit
   * @throws ShapeException if a layer can't take what the one before gives; names the layer, what it expected, what it
   *     got and the likely fix
   */
  public static Model of(Shape in, long seed, Layer... layers) {
    return new Model(
        in,
        layers.length == 1 && layers[0] instanceof Container ? layers[0] : new Sequential(layers),
        Rng.seeded(seed),
        Long.MAX_VALUE);
  }

  /** A model whose parameters are all 0, for values that are read from elsewhere. */
  public static Model uninitialized(Shape in, Layer root) {
    return uninitialized(in, root, Long.MAX_VALUE);
  }

  /**
   * As {@link #uninitialized(Shape, Layer)}, for a network that isn't trusted.
   *
   * @param most how many numbers its parameters and buffers may have together
   * @throws ShapeException if it needs more; memory isn't taken for them
   */
  public static Model uninitialized(Shape in, Layer root, long most) {
    return new Model(in, root instanceof Container ? root : new Sequential(root), null, most);
  }

  /**
   * Reads a model that {@link #save} wrote: the network and its numbers, to the bit.
   *
   * @throws dev.kindling.nd.DataFormatException if the file isn't one; everything it claims is checked before memory is
   *     taken for it
   * @throws IOException if it can't be read
   */
  public static Model load(Path file) throws IOException {
    return ModelFile.load(file);
  }

  /** The shape of one example, without the batch axis. */
  public Shape inputShape() {
    return inputShape;
  }

  /** The shape of one output, without the batch axis. */
  public Shape outputShape() {
    return outputShape;
  }

  /** The outermost layer. */
  public Layer root() {
    return root;
  }

  /** All parameters. */
  public Parameters parameters() {
    return parameters;
  }

  /** All layers with nothing inside, in order. */
  public List<Layer> layers() {
    List<Layer> leaves = new ArrayList<>();
    collect(root, leaves);
    return leaves;
  }

  /** All buffers, each under the path of its layer and its own name. */
  public List<Layer.Buffer> buffers() {
    List<Layer.Buffer> all = new ArrayList<>();
    collectBuffers(root, all);
    return all;
  }

  /** What the layers are, and the memory that they need. */
  public Summary summary() {
    return Summary.of(this);
  }

  // ---------------------------------------------------------------- files

  /**
   * Writes the network and its numbers as safetensors, all or nothing: a file of this name is replaced when the new one is
   * complete. See {@link ModelFile} for what it holds; Python's {@code safetensors} opens it.
   *
   * @throws IllegalArgumentException if a layer isn't one of the library's own; {@link #saveWeights} writes its numbers
   * @throws IOException if it can't be written
   */
  public void save(Path file) throws IOException {
    ModelFile.save(this, file);
  }

  /** Writes the parameters and buffers without the network, for {@link #loadWeights} or for Python. */
  public void saveWeights(Path file) throws IOException {
    ModelFile.saveWeights(this, file);
  }

  /**
   * Reads parameters and buffers by name from any safetensors file, such as a PyTorch {@code state_dict}. Other number types
   * than float32 are converted; {@code num_batches_tracked} is passed over.
   *
   * @throws dev.kindling.nd.DataFormatException if a tensor is missing, unexpected or of another shape (all such are
   *     listed), or the file is no safetensors file; the model is then as it was
   * @throws IllegalStateException if the model is {@link #frozen}
   * @throws IOException if it can't be read
   */
  public void loadWeights(Path file) throws IOException {
    ModelFile.loadWeights(this, file, UnaryOperator.identity());
  }

  /**
   * As {@link #loadWeights(Path)}, where the file's tensors are called otherwise.
   *
   * @param rename gives the model's name for one of the file's
   */
  public void loadWeights(Path file, UnaryOperator<String> rename) throws IOException {
    ModelFile.loadWeights(this, file, rename);
  }

  /**
   * As {@link #loadWeights(Path)}, for the {@code state_dict} of a {@code torch.nn.Sequential}, whose tensors have numbers for
   * names: {@code 0.weight}, {@code 0.bias}, {@code 2.weight}… The lowest number is for the first layer with parameters, and
   * so on.
   *
   * @throws dev.kindling.nd.DataFormatException also if the names differ in more than their numbers
   */
  public void loadWeightsInOrder(Path file) throws IOException {
    ModelFile.loadWeightsInOrder(this, file);
  }

  // ---------------------------------------------------------------- using it

  /**
   * The outputs for a batch of examples.
   *
   * @param x [batch, in...]
   * @return [batch, out...], a tensor of its own
   * @throws ShapeException if x isn't a batch of examples
   */
  public Tensor predict(Tensor x) {
    check(x);
    return predict(x, Tensor.zeros(outputShape.prepend(x.dim(0))));
  }

  /**
   * As {@link #predict(Tensor)}, into a tensor of the caller's.
   *
   * @return out
   */
  public Tensor predict(Tensor x, Tensor out) {
    check(x);
    int n = x.dim(0);
    if (!out.shape().isBatch(n, outputShape)) {
      throw ShapeException.of(
          "predict", outputShape.prepend(n).toString(), out.shape().toString(), "");
    }
    Pass pass = borrow();
    try {
      if (n <= PREDICT_ROWS) {
        out.copyFrom(root.forward(x, pass));
      } else {
        for (int from = 0; from < n; from += PREDICT_ROWS) {
          int to = Math.min(n, from + PREDICT_ROWS);
          out.rows(from, to).copyFrom(root.forward(x.rows(from, to), pass));
        }
      }
    } finally {
      giveBack(pass);
    }
    return out;
  }

  /**
   * A copy for predictions alone, which are faster: a batch norm is a part of the convolution or dense layer in front of it, and
   * what is computed from weights alone is computed now. Its outputs differ by rounding from this model's. What happens to
   * this model later doesn't change it.
   *
   * <p>It can't be trained, and takes no weights. Its {@link #parameters} must be left as they are.
   *
   * @throws IllegalArgumentException if a layer isn't one of the library's own, and so can't be copied
   */
  public Model frozen() {
    Model copy = Freezing.copy(this);
    copy.frozen = true;
    copy.freeze(copy.root);
    return copy;
  }

  /** Whether {@link #frozen} made it. */
  public boolean isFrozen() {
    return frozen;
  }

  private void freeze(Layer layer) {
    for (Parameter p : layer.parameters()) {
      p.freeze(true);
    }
    layer.freeze();
    for (Layer child : layer.children()) {
      freeze(child);
    }
  }

  // ---------------------------------------------------------------- training it

  /**
   * Memory and random numbers for runs of this model.
   *
   * @param seed of the random numbers that layers such as dropout draw
   * @throws IllegalStateException if the mode is {@link Mode#TRAIN} and the model {@link #frozen}
   */
  public Pass newPass(Mode mode, long seed) {
    if (frozen && mode == Mode.TRAIN) {
      throw new IllegalStateException(
          "A frozen model only predicts. Train the model that it was made from, and freeze that again");
    }
    return new Pass(mode, Rng.seeded(seed), layerCount);
  }

  /**
   * Runs the model.
   *
   * @return [batch, out...], in memory of the pass: valid until the next forward in it
   * @throws ShapeException if x isn't a batch of examples
   */
  public Tensor forward(Tensor x, Pass pass) {
    check(x);
    return root.forward(x, pass);
  }

  /**
   * Runs the model backward: from the loss's gradient by the outputs, computes every parameter's gradient. The first
   * call after {@link Parameters#clearGradients} overwrites them, later ones add.
   *
   * @param dy of the shape that forward returned
   * @return the gradient by the input, if {@link Pass#inputGradient} asked for it; else not defined
   */
  public Tensor backward(Tensor dy, Pass pass) {
    return root.backward(dy, pass);
  }

  /**
   * The first layer whose output isn't finite when the model runs on x; null if all are. For finding where NaN or
   * infinity begins.
   */
  public @Nullable Layer firstNonFinite(Tensor x, Mode mode) {
    Pass pass = newPass(mode, 0);
    pass.lookForNonFinite(true);
    root.forward(x, pass);
    return pass.nonFinite();
  }

  // ---------------------------------------------------------------- how

  private void check(Tensor x) {
    if (!x.shape().isBatchOf(inputShape)) {
      boolean single = x.shape().equals(inputShape);
      throw ShapeException.of(
          "model input",
          "a batch [n, …] of " + inputShape,
          x.shape().toString(),
          single ? "That is one example: reshape it to " + inputShape.prepend(1) : "");
    }
  }

  private Pass borrow() {
    for (int i = 0; i < POOLED; i++) {
      if (idle.getPlain(i) != null) {
        Pass pass = idle.getAndSet(i, null);
        if (pass != null) {
          return pass;
        }
      }
    }
    return newPass(Mode.PREDICT, 0);
  }

  private void giveBack(Pass pass) {
    for (int i = 0; i < POOLED; i++) {
      if (idle.getPlain(i) == null && idle.compareAndSet(i, null, pass)) {
        return;
      }
    }
  }

  private static void collect(Layer layer, List<Layer> leaves) {
    if (layer.children().isEmpty()) {
      leaves.add(layer);
    }
    for (Layer child : layer.children()) {
      collect(child, leaves);
    }
  }

  private static void collectBuffers(Layer layer, List<Layer.Buffer> all) {
    for (Layer.Buffer b : layer.buffers()) {
      all.add(new Layer.Buffer(layer.path() + "." + b.name(), b.value()));
    }
    for (Layer child : layer.children()) {
      collectBuffers(child, all);
    }
  }

  @Override
  public String toString() {
    return "Model " + inputShape + " → " + outputShape + ", " + parameters.size() + " parameters";
  }
}
