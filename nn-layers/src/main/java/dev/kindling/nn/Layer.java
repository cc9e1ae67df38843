package dev.kindling.nn;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.init.Initializer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a network: a function of a batch of examples, with the derivative written out.
 *
 * <p>A layer is made with its settings, and gets its shapes and parameters when it is built into a {@link Model}. It
 * holds its parameters and nothing of a run: activations and scratch memory are in the {@link Pass}, so that one model
 * can serve many threads, each with a pass of its own. A layer belongs to one place of one model.
 *
 * <p>To write one, see {@code docs/adding-a-layer.md}: implement {@link #build}, {@link #forward}, {@link #backward} and
 * {@link #config}, and check it with {@link dev.kindling.nn.check.GradientCheck}.
 */
public abstract class Layer {

  private @Nullable String name;
  private String place = "";
  private int index = -1;
  private boolean first;
  private @Nullable Build building;
  private @Nullable Shape inputShape;
  private @Nullable Shape outputShape;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Buffer> buffers = new ArrayList<>();

  /**
   * Numbers that a layer keeps between runs but doesn't learn by gradient, such as running means. Saved with the model.
   *
   * @param name unique within the layer
   * @param value the numbers
   */
  public record Buffer(String name, Tensor value) {}

  // ---------------------------------------------------------------- what a layer does

  /**
   * Takes the shape of one example (no batch axis), declares parameters and buffers, and returns the shape of one
   * output. Called once.
   *
   * @throws ShapeException if examples of this shape can't go in; see {@link #mismatch}
   */
  protected abstract Shape build(Shape in);

  /**
   * Computes the output of a batch.
   *
   * @param x [batch, in...]
   * @return [batch, out...], in memory of the pass: valid until this layer's next forward in the same pass
   */
  public abstract Tensor forward(Tensor x, Pass pass);

  /**
   * From the loss's gradient by the output, adds to the parameters' gradients and returns the gradient by the input.
   * Must follow a {@link #forward} in the same pass.
   *
   * @param dy [batch, out...]
   * @return [batch, in...], in memory of the pass
   */
  public abstract Tensor backward(Tensor dy, Pass pass);

  /** The layer's kind and settings, from which an equal one can be made: what a model's file says of it. */
  public abstract Config config();

  /** The layers inside this one, in order; none for most. */
  public List<Layer> children() {
    return List.of();
  }

  // ---------------------------------------------------------------- names and shapes

  /** Gives the layer a name for messages, summaries and files; by default it gets its kind and a number. */
  public final Layer named(String name) {
    if (name.isEmpty() || name.indexOf('.') >= 0) {
      throw new IllegalArgumentException(
          "A layer's name must not be empty or hold a '.', got '" + name + "'");
    }
    if (index >= 0) {
      throw new IllegalStateException("A layer can't be renamed once it is in a model: " + label());
    }
    this.name = name;
    return this;
  }

  /** The layer's name: its own, or the one that the model gave. */
  public final String name() {
    return name == null ? config().kind() : name;
  }

  /** The name with those of the layers around it, joined by '.': unique in the model. */
  public final String path() {
    return place.isEmpty() ? name() : place + "." + name();
  }

  /** How messages call this layer: its number, name, kind and sizes. */
  public final String label() {
    return "layer " + (index < 0 ? "" : index + " ") + "'" + path() + "' " + this;
  }

  /** The shape of one example that goes in. */
  public final Shape inputShape() {
    return built(inputShape);
  }

  /** The shape of one output. */
  public final Shape outputShape() {
    return built(outputShape);
  }

  /** This layer's own parameters, without those of its children. */
  public final List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /** This layer's own buffers, without those of its children. */
  public final List<Buffer> buffers() {
    return Collections.unmodifiableList(buffers);
  }

  /** The kind and sizes, as in {@code Dense(784→128)}. */
  @Override
  public String toString() {
    String kind = config().kind();
    return outputShape == null ? kind : kind + "(" + inputShape + "→" + outputShape + ")";
  }

  // ---------------------------------------------------------------- for layers that are being
  // built

  /** Declares a parameter, which gets its memory and its first values when the whole model is known. */
  protected final Parameter parameter(
      String name, Parameter.Role role, Shape shape, Initializer initializer) {
    take(shape);
    Parameter p = new Parameter(this, name, role, shape, initializer);
    parameters.add(p);
    return p;
  }

  /** Declares a buffer. */
  protected final Tensor buffer(String name, Shape shape, float initial) {
    take(shape);
    Tensor t = Tensor.zeros(shape).fill(initial);
    buffers.add(new Buffer(name, t));
    return t;
  }

  private void take(Shape shape) {
    if (building == null) {
      throw new IllegalStateException("Parameters and buffers are declared in build");
    }
    building.take(this, shape.size());
  }

  /** The exception for examples of a shape that can't go in. */
  protected final ShapeException mismatch(String expected, Shape got, String fix) {
    return ShapeException.of(label(), expected, got.toString(), fix);
  }

  /** The exception for settings and shapes that don't go together. */
  protected final ShapeException misfit(String message) {
    return new ShapeException(label() + ": " + message);
  }

  /**
   * Builds this layer at a place of a model; containers call it for their children, in order.
   *
   * @param in the shape of one example
   * @param build what the model counts
   * @param place the path of the container, empty at the top
   */
  public final Shape build(Shape in, Build build, String place) {
    if (index >= 0) {
      throw new IllegalArgumentException(
          label() + " is already in a model. Make a new one: a layer has one place in one model");
    }
    this.place = place;
    this.index = build.next();
    if (name == null) {
      name = build.nameFor(place, config().kind());
    } else {
      build.claim(place, name, this);
    }
    first = build.noParametersYet();
    inputShape = in;
    building = build;
    Shape out;
    if (this instanceof Container c) {
      out = c.build(in, build);
    } else {
      out = build(in);
    }
    building = null;
    outputShape = out;
    build.add(parameters);
    return out;
  }

  /** The layer's number in its model, in the order of building: where a pass keeps this layer's memory. */
  final int index() {
    return index;
  }

  /** Whether no parameter comes before or in front of this layer, so that its input gradient is for the caller only. */
  final boolean first() {
    return first;
  }

  /** Whether {@link #backward} has to compute the gradient by the input, or may return anything. */
  protected final boolean needsInputGradient(Pass pass) {
    return !first || pass.inputGradient();
  }

  /**
   * Whether this is one non-decreasing function of every element, and passes no gradient where it is flat. The largest of
   * the outputs is then the output for the largest, and {@link Sequential} may run a layer that {@link #picksLargest} first.
   */
  protected boolean keepsOrder() {
    return false;
  }

  /** Whether this is max(x, 0) of every element. */
  public boolean rectifies() {
    return false;
  }

  /** Whether every output is the largest of some inputs, and gets its gradient back to that one alone. */
  protected boolean picksLargest() {
    return false;
  }

  /**
   * Whether this layer computes the next one's function too, from now on: then the next isn't run. {@link Sequential} asks
   * once, when both are built. It is for functions that cost nothing while the numbers are at hand, and must leave every bit.
   */
  protected boolean takesOver(Layer next) {
    return false;
  }

  /**
   * Whether this layer runs together with the next one, by {@link #forwardWith} and {@link #backwardWith}. {@link Sequential} asks
   * once, when both are built. It is for layers whose output is large and used up at once: it need not be in memory then.
   */
  protected boolean joins(Layer next) {
    return false;
  }

  /** The next layer's output for its input from this one, where this one {@link #joins} it. */
  protected Tensor forwardWith(Layer next, Tensor x, Pass pass) {
    throw new UnsupportedOperationException(label() + " joins no other layer");
  }

  /** As {@link #backward}, from the gradient by the output of {@link #forwardWith}. */
  protected Tensor backwardWith(Layer next, Tensor dy, Pass pass) {
    throw new UnsupportedOperationException(label() + " joins no other layer");
  }

  /**
   * Called once, when the numbers of the model are final ({@link Model#frozen}): what {@link #forward} computes from parameters
   * alone can be computed now, and kept.
   */
  protected void freeze() {}

  private Shape built(@Nullable Shape shape) {
    if (shape == null) {
      throw new IllegalStateException(
          this + " is in no model yet, so it has no shapes. Use Model.of(shape, seed, layers…)");
    }
    return shape;
  }
}
