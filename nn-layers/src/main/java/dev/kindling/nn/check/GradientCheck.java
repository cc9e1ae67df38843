package dev.kindling.nn.check;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.loss.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares a layer's backward pass with what its forward pass does. A wrong backward is silent: the network still learns,
 * only worse. So every layer gets a check:
 *
 * <pre>{@code
 * GradientCheck.of(new Dense(3), Shape.of(4)).run().assertOk();
 * }</pre>
 *
 * <p>The layer runs on a random batch x, and L = Σ u·y is the sum of its outputs times random weights u. Backward, given u,
 * must return ∂L/∂x and leave ∂L/∂p in each parameter's gradient. Each of these numbers (a random choice of them, if a tensor
 * is large) is compared with differences of L, summed in double, from forward passes with that one element moved.
 *
 * <p><b>Float32.</b> Outputs carry rounding errors of about 6e-8 of their size, which a difference over a step h divides by h.
 * So the steps are large, 1/32 and 1/128, and the formula is of fourth order (the function at ±h and ±2h), which leaves
 * little truncation error; inputs are drawn on a grid where x ± h is exact. An element is allowed an error of {@link
 * #tolerance} (default 0.001) of its size, plus 0.0001 of the largest in its tensor, plus what rounding may add.
 *
 * <p><b>Kinks.</b> Near a bend, as ReLU's at 0, differences over two steps disagree. The check then tries shorter ones, and
 * leaves the element out if they go on disagreeing. The analytic gradient has no say in that, so a wrong one can't pass for a
 * kink; and if more than a tenth of a tensor is left out, the check fails.
 *
 * <p>The check also sees to a layer's other duties: forward and backward leave their arguments as they were, a second
 * backward adds to the parameters' gradients, and the shapes are those that the layer announced.
 */
public final class GradientCheck {

  private final Layer layer;
  private final Shape in;
  private int batch = 3;
  private long seed = 1;
  private Mode mode = Mode.TRAIN;
  private double tolerance = 1e-3;
  private int most = 100;
  private boolean inputGradient = true;
  private @Nullable Tensor input;

  private GradientCheck(Layer layer, Shape in) {
    this.layer = layer;
    this.in = in;
  }

  /**
   * A check of a layer that is in no model yet.
   *
   * @param in the shape of one example, without the batch axis
   */
  public static GradientCheck of(Layer layer, Shape in) {
    return new GradientCheck(layer, in);
  }

  /** Sets the number of examples; 3 if it isn't called. */
  public GradientCheck batch(int examples) {
    if (examples < 1) {
      throw new IllegalArgumentException(
          "GradientCheck: batch must be at least 1, got " + examples);
    }
    batch = examples;
    return this;
  }

  /** Sets what decides parameters, input, weights of the outputs and the layer's own random numbers; 1 if it isn't called. */
  public GradientCheck seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** Sets the mode in which the layer runs; training if it isn't called. */
  public GradientCheck mode(Mode mode) {
    this.mode = mode;
    return this;
  }

  /** Sets the error that is allowed, as a part of the gradient; 0.001 if it isn't called. */
  public GradientCheck tolerance(double relative) {
    if (!(relative > 0)) {
      throw new IllegalArgumentException(
          "GradientCheck: tolerance must be above 0, got " + relative);
    }
    tolerance = relative;
    return this;
  }

  /** Sets how many elements of one tensor are looked at; 100 if it isn't called. */
  public GradientCheck most(int elements) {
    if (elements < 1) {
      throw new IllegalArgumentException("GradientCheck: most must be at least 1, got " + elements);
    }
    most = elements;
    return this;
  }

  /** Runs on this batch instead of a random one, as a layer needs that takes class numbers. */
  public GradientCheck input(Tensor batch) {
    input = batch.copy();
    return this;
  }

  /** Doesn't look at the gradient by the input, for layers whose input isn't a quantity. */
  public GradientCheck parametersOnly() {
    inputGradient = false;
    return this;
  }

  /**
   * Does it.
   *
   * @throws ShapeException if the layer can't take such examples
   */
  public GradientReport run() {
    Model model = Model.of(in, seed, layer);
    Rng rng = Rng.seeded(seed).split(1);
    Tensor x = input != null ? input : onGrid(Tensor.zeros(in.prepend(batch)), rng);
    Pass pass = model.newPass(mode, seed).inputGradient(true);
    Rng.State start = pass.rng().state();
    List<String> faults = new ArrayList<>();

    Tensor before = x.copy();
    Tensor y = model.forward(x, pass);
    if (!y.shape().isBatch(x.dim(0), model.outputShape())) {
      faults.add(
          "forward gave " + y.shape() + ", but announced [batch] and " + model.outputShape());
    }
    Tensor upstream = weights(y.shape(), rng);

    Tensor dy = upstream.copy();
    model.parameters().clearGradients();
    Tensor dx = model.backward(dy, pass).copy();
    model.parameters().settleGradients();
    float[] grads = model.parameters().grads().clone();
    if (!Arrays.equals(before.data(), x.data())) {
      faults.add("the input is not what it was");
    }
    if (!Arrays.equals(dy.data(), upstream.data())) {
      faults.add("backward changed the gradient that it was given");
    }
    pass.rng().restore(start);
    model.forward(x, pass);
    model.backward(dy, pass);
    float[] twice = model.parameters().grads();
    for (int i = 0; i < grads.length; i++) {
      if (Math.abs(twice[i] - 2 * grads[i]) > 1e-4f * Math.abs(grads[i]) + 1e-6f) {
        faults.add("a second backward must add to the gradient of " + at(model, i));
        break;
      }
    }

    Differences.Function terms =
        into -> {
          pass.rng().restore(start);
          Tensor out = model.forward(x, pass);
          for (int i = 0; i < into.length; i++) {
            into[i] = (double) out.data()[out.offset() + i] * upstream.data()[i];
          }
        };
    Differences differences = new Differences(terms, y.size(), 0.1, tolerance, most, rng);
    List<GradientReport.Compared> compared = new ArrayList<>();
    if (inputGradient) {
      if (dx.shape().equals(x.shape())) {
        compared.add(differences.compare("input", x, dx));
      } else {
        faults.add("backward gave " + dx.shape() + " for an input of " + x.shape());
      }
    }
    for (Parameter p : model.parameters().list()) {
      Tensor analytic = Tensor.view(grads, p.offset(), p.shape());
      compared.add(differences.compare(p.name(), p.value(), analytic));
    }
    return new GradientReport(layer + " on " + x.shape(), compared, faults);
  }

  /**
   * Checks a loss's gradient by the predictions in the same way, and that {@link Loss#gradient} returns what {@link
   * Loss#value} does.
   *
   * @param prediction [batch, output...]
   * @param target [batch, target...]
   */
  public static GradientReport loss(Loss loss, Tensor prediction, Tensor target) {
    Tensor x = prediction.copy();
    List<String> faults = new ArrayList<>();
    double value = loss.value(x, target);
    Tensor gradient = Tensor.zeros(x.shape()).fill(Float.NaN);
    double same = loss.gradient(x, target, gradient);
    if (Math.abs(value - same) > 1e-6 * Math.abs(value) || !Double.isFinite(value)) {
      faults.add("value says " + value + ", gradient returns " + same);
    }
    if (!Arrays.equals(x.data(), prediction.toArray())) {
      faults.add("the predictions are not what they were");
    }
    Differences differences =
        new Differences(into -> into[0] = loss.value(x, target), 1, 0, 1e-3, 1000, Rng.seeded(1));
    GradientReport.Compared compared = differences.compare("prediction", x, gradient);
    return new GradientReport(loss.name() + " on " + x.shape(), List.of(compared), faults);
  }

  /** Normal numbers, moved to odd multiples of 2^-15: x ± a step is exact, and none is 0 or any other likely bend. */
  private static Tensor onGrid(Tensor t, Rng rng) {
    rng.fillNormal(t, 0, 1);
    for (int i = 0; i < t.size(); i++) {
      t.data()[i] = (float) ((Math.floor(t.data()[i] * 0x1p14) + 0.5) * 0x1p-14);
    }
    return t;
  }

  /** 0.5 to 1.5 of either sign: none so small that a bend goes unseen. */
  private static Tensor weights(Shape shape, Rng rng) {
    Tensor t = rng.fillUniform(Tensor.zeros(shape), 0.5f, 1.5f);
    for (int i = 0; i < t.size(); i++) {
      t.data()[i] *= rng.nextBoolean(0.5) ? 1 : -1;
    }
    return t;
  }

  private static String at(Model model, int position) {
    for (Parameter p : model.parameters().list()) {
      if (position >= p.offset() && position < p.offset() + p.size()) {
        return p.name();
      }
    }
    return "nothing";
  }
}
