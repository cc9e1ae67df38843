package dev.kindling.optim;

import java.util.Arrays;
import java.util.List;

/**
 * Resilient propagation: each element has a step size of its own that grows while its gradient keeps its sign and
 * shrinks when it turns; how large the gradient is has no say. For whole datasets in one batch, not for mini-batches.
 * With g the gradient, p the one before and s the step size,
 *
 * <pre>
 * s ← s·grow if g·p &gt; 0, s·shrink if g·p &lt; 0; then cut to [smallest, largest]
 * g ← 0 if g·p &lt; 0
 * w ← w − s·sign(g)
 * p ← g
 * </pre>
 *
 * <p>Riedmiller, Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", 1993.
 *
 * @param learningRate the first step size; a schedule has no say. 0.01 is the usual beginning
 * @param shrink 0.5 by default
 * @param grow 1.2 by default
 * @param smallest 1e-6 by default
 * @param largest 50 by default
 */
public record Rprop(
    double learningRate, double shrink, double grow, double smallest, double largest)
    implements Optimizer {

  /** Checks the settings. */
  public Rprop {
    Checks.positive("learningRate", learningRate);
    Checks.positive("smallest", smallest);
    if (!(shrink > 0 && shrink < 1 && grow > 1)) {
      throw new IllegalArgumentException(
          "shrink must be between 0 and 1 and grow above 1, got " + shrink + " and " + grow);
    }
    if (!(largest >= smallest)) {
      throw new IllegalArgumentException(
          "largest must be at least smallest, got " + largest + " and " + smallest);
    }
  }

  /** With the defaults for all but the first step size. */
  public static Rprop withRate(double learningRate) {
    return new Rprop(learningRate, 0.5, 1.2, 1e-6, 50);
  }

  /** With other factors. */
  public Rprop withFactors(double shrink, double grow) {
    return new Rprop(learningRate, shrink, grow, smallest, largest);
  }

  /** With other limits of the step size. */
  public Rprop withStepSizes(double smallest, double largest) {
    return new Rprop(learningRate, shrink, grow, smallest, largest);
  }

  @Override
  public String name() {
    return "Rprop";
  }

  @Override
  public List<String> stateNames() {
    return List.of("previous", "stepSize");
  }

  @Override
  public int numbers() {
    return 0;
  }

  @Override
  public void initialize(float[][] state, double[] numbers) {
    Arrays.fill(state[1], (float) learningRate);
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {}

  @Override
  public void update(
      float[] values,
      float[] grads,
      float[][] state,
      double[] numbers,
      boolean decay,
      int from,
      int to) {
    float[] previous = state[0];
    float[] sizes = state[1];
    float up = (float) grow;
    float down = (float) shrink;
    float min = (float) smallest;
    float max = (float) largest;
    for (int i = from; i < to; i++) {
      float g = grads[i];
      float agreement = g * previous[i];
      float size = sizes[i];
      if (agreement > 0) {
        size = Math.min(max, size * up);
      } else if (agreement < 0) {
        size = Math.max(min, size * down);
        g = 0;
      }
      sizes[i] = size;
      previous[i] = g;
      values[i] -= size * Math.signum(g);
    }
  }
}
