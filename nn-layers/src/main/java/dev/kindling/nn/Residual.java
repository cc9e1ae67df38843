package dev.kindling.nn;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.Unary;
import java.util.List;

/**
 * A detour around layers: y = x + body(x), so that the body learns what to change and the gradient has a way past it
 * (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015). With a shortcut, y = shortcut(x) +
 * body(x), for a body that changes the shape.
 *
 * <p>Shapes: input as the body takes it; body and shortcut must give the same output shape.
 *
 * <p>Backward: dx = shortcutᵀ(dy) + bodyᵀ(dy).
 *
 * <p>A rectifier behind it in a {@link Sequential} is done while the sum is in the cache.
 */
public final class Residual extends Container {

  private static final int OUT = 0;
  private static final int GRAD = 1;
  private static final int BEFORE_RELU = 2;

  private final Layer body;
  private final List<Layer> shortcut;
  private boolean rectified;

  /** y = x + body(x), where the body is these layers in order. */
  public Residual(Layer... body) {
    this(body.length == 1 ? body[0] : new Sequential(body), List.of());
  }

  /** y = shortcut(x) + body(x). */
  public static Residual withShortcut(Layer shortcut, Layer... body) {
    return new Residual(body.length == 1 ? body[0] : new Sequential(body), List.of(shortcut));
  }

  private Residual(Layer body, List<Layer> shortcut) {
    this.body = body;
    this.shortcut = shortcut;
  }

  @Override
  protected Shape build(Shape in, Build build) {
    Shape out = buildChild(body, in, build);
    Shape around = shortcut.isEmpty() ? in : buildChild(shortcut.get(0), in, build);
    if (!out.equals(around)) {
      throw mismatch(
          "a body that gives " + around,
          out,
          shortcut.isEmpty()
              ? "Add a shortcut that changes the shape: Residual.withShortcut(…)"
              : "");
    }
    return out;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor inner = run(body, x, pass);
    Tensor around = shortcut.isEmpty() ? x : run(shortcut.get(0), x, pass);
    Tensor y = pass.buffer(this, OUT, x.dim(0), outputShape());
    if (!rectified) {
      return Ops.add(inner, around, y);
    }
    pass.keep(this, OUT, y);
    return Ops.addRelu(inner, around, y);
  }

  @Override
  protected boolean takesOver(Layer next) {
    rectified = next.rectifies();
    return rectified;
  }

  @Override
  public Tensor backward(Tensor dOut, Pass pass) {
    Tensor dy = rectified ? beforeRelu(dOut, pass) : dOut;
    Tensor inner = body.backward(dy, pass);
    Tensor around = shortcut.isEmpty() ? dy : shortcut.get(0).backward(dy, pass);
    if (!needsInputGradient(pass)) {
      return Pass.NOTHING;
    }
    // The body's own memory takes the sum, unless it only passed dy on.
    boolean passedOn = inner.data() == dy.data();
    Tensor dx = passedOn ? pass.buffer(this, GRAD, dy.dim(0), inputShape()) : inner;
    return Ops.add(inner, around, dx);
  }

  private Tensor beforeRelu(Tensor dOut, Pass pass) {
    Tensor y = pass.kept(this, OUT);
    Tensor dy = pass.buffer(this, BEFORE_RELU, dOut.shape());
    return Ops.mapGradient(Unary.RELU, 0, y, y, dOut, dy);
  }

  @Override
  public List<Layer> children() {
    return shortcut.isEmpty() ? List.of(body) : List.of(body, shortcut.get(0));
  }

  @Override
  public Config config() {
    Config c = Config.of("Residual").withLayers("body", List.of(body));
    return shortcut.isEmpty() ? c : c.withLayers("shortcut", shortcut);
  }
}
