package dev.kindling.optim;

import java.util.Arrays;
import java.util.List;

/**
 * AdaGrad: gradients divided by the root of the sum of all their squares so far, so that rare features learn fast. With
 * g the gradient, λ the weight decay and t the step,
 *
 * <pre>
 * g ← g + λ·w
 * s ← s + g²
 * w ← w − rate / (1 + (t − 1)·rateDecay) · g / (√s + ε)
 * </pre>
 *
 * <p>Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
 *
 * @param learningRate 0.01 is the usual beginning
 * @param rateDecay how fast the learning rate falls; 0 by default
 * @param initialSum what s begins with; 0 by default
 * @param epsilon ε; 1e-10 by default
 * @param weightDecay λ; 0 by default
 */
public record AdaGrad(
    double learningRate, double rateDecay, double initialSum, double epsilon, double weightDecay)
    implements Optimizer {

  /** Checks the settings. */
  public AdaGrad {
    Checks.notNegative("learningRate", learningRate);
    Checks.notNegative("rateDecay", rateDecay);
    Checks.notNegative("initialSum", initialSum);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static AdaGrad withRate(double learningRate) {
    return new AdaGrad(learningRate, 0, 0, 1e-10, 0);
  }

  /** With a learning rate that falls. */
  public AdaGrad withRateDecay(double rateDecay) {
    return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
  }

  /** With sums that begin above 0. */
  public AdaGrad withInitialSum(double initialSum) {
    return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
  }

  /** With another ε. */
  public AdaGrad withEpsilon(double epsilon) {
    return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
  }

  /** With weight decay. */
  public AdaGrad withWeightDecay(double weightDecay) {
    return new AdaGrad(learningRate, rateDecay, initialSum, epsilon, weightDecay);
  }

  @Override
  public String name() {
    return "AdaGrad";
  }

  @Override
  public List<String> stateNames() {
    return List.of("sum");
  }

  @Override
  public int numbers() {
    return 1;
  }

  @Override
  public void initialize(float[][] state, double[] numbers) {
    Arrays.fill(state[0], (float) initialSum);
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    numbers[0] = rate / (1 + (step - 1) * rateDecay);
  }

  @Override
  public void update(
      float[] values,
      float[] grads,
      float[][] state,
      double[] numbers,
      boolean decay,
      int from,
      int to) {
    float l2 = decay ? (float) weightDecay : 0;
    sweep(values, grads, state[0], from, to, (float) numbers[0], (float) epsilon, l2);
  }

  private static void sweep(
      float[] w, float[] g, float[] s, int from, int to, float rate, float eps, float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float si = Math.fma(gi, gi, s[i]);
      s[i] = si;
      w[i] -= rate * gi / ((float) Math.sqrt(si) + eps);
    }
  }
}
