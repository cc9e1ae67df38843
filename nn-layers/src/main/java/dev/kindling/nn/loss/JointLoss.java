package dev.kindling.nn.loss;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Parts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A weighted sum of losses, each on one of a graph's outputs: L = Σ wᵢ·Lᵢ(outputᵢ, targetᵢ). Outputs and targets lie one behind
 * the other in each example, as {@link Parts} lays them.
 *
 * <pre>{@code
 * JointLoss loss =
 *     JointLoss.of(graph.outputs())
 *         .with("kind", 1, new SoftmaxCrossEntropy(), Shape.of())
 *         .with("age", 0.1, new MeanSquaredError(), Shape.of(1));
 * Tensor targets = loss.targets().join(Map.of("kind", kinds, "age", ages));
 * }</pre>
 *
 * <p>Outputs without a loss have no say. It parts and joins in memory of its own: a few tensors a step, as large as outputs and
 * targets.
 */
public final class JointLoss implements Loss {

  private final Parts outputs;
  private final Map<String, Term> terms;

  /** One loss in the sum. */
  private record Term(double weight, Loss loss, Shape target) {}

  private JointLoss(Parts outputs, Map<String, Term> terms) {
    this.outputs = outputs;
    this.terms = terms;
  }

  /** The sum of no losses yet, on these outputs. */
  public static JointLoss of(Parts outputs) {
    return new JointLoss(outputs, Map.of());
  }

  /**
   * The same with one more.
   *
   * @param output its name
   * @param weight its part in the sum
   * @param target the shape of one target, without the batch axis
   * @throws IllegalArgumentException if there is no such output, it has a loss, or the weight isn't finite
   * @throws ShapeException if output and target don't go together
   */
  public JointLoss with(String output, double weight, Loss loss, Shape target) {
    if (!Double.isFinite(weight) || terms.containsKey(output)) {
      throw new IllegalArgumentException(
          "JointLoss: one finite weight for each output, got " + weight + " for '" + output + "'");
    }
    loss.check(outputs.shape(output), target);
    Map<String, Term> more = new LinkedHashMap<>(terms);
    more.put(output, new Term(weight, loss, target));
    return new JointLoss(outputs, more);
  }

  /**
   * How the targets lie in the one that this loss takes: in the order of {@link #with}.
   *
   * @throws IllegalArgumentException if there are none
   */
  public Parts targets() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    terms.forEach((name, term) -> shapes.put(name, term.target()));
    return new Parts(shapes);
  }

  @Override
  public String name() {
    List<String> names = new ArrayList<>();
    terms.forEach((output, t) -> names.add(t.weight() + "·" + t.loss().name() + " of " + output));
    return String.join(" + ", names);
  }

  @Override
  public void check(Shape output, Shape target) {
    same("outputs", outputs.shape(), output);
    same("targets", targets().shape(), target);
  }

  private void same(String what, Shape expected, Shape got) {
    if (!expected.equals(got)) {
      throw ShapeException.of(
          "joint loss",
          what + " " + expected + ": " + (what.equals("outputs") ? outputs : targets()),
          got.toString(),
          "");
    }
  }

  @Override
  public double value(Tensor prediction, Tensor target) {
    Parts targets = targets();
    double sum = 0;
    for (Map.Entry<String, Term> e : terms.entrySet()) {
      Term t = e.getValue();
      Tensor y = outputs.part(prediction, e.getKey());
      sum += t.weight() * t.loss().value(y, targets.part(target, e.getKey()));
    }
    return sum;
  }

  @Override
  public double gradient(Tensor prediction, Tensor target, Tensor gradient) {
    Targets.sameShape("joint loss", prediction, gradient);
    Parts targets = targets();
    double sum = 0;
    Map<String, Tensor> parts = new LinkedHashMap<>();
    for (String name : outputs.names()) {
      Tensor d = Tensor.zeros(outputs.shape(name).prepend(prediction.dim(0)));
      Term t = terms.get(name);
      if (t != null) {
        Tensor y = outputs.part(prediction, name);
        sum += t.weight() * t.loss().gradient(y, targets.part(target, name), d);
        Ops.scale((float) t.weight(), d, d);
      }
      parts.put(name, d);
    }
    gradient.copyFrom(outputs.join(parts));
    return sum;
  }
}
