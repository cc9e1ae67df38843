package dev.kindling.optim;

import java.util.List;

/**
 * AdaMax: Adam with the largest gradient, which fades, in place of the root of the mean square. With g the gradient, λ
 * the weight decay and t the step,
 *
 * <pre>
 * g ← g + λ·w
 * m ← β₁·m + (1 − β₁)·g
 * u ← max(β₂·u, |g| + ε)
 * w ← w − rate / (1 − β₁ᵗ) · m / u
 * </pre>
 *
 * <p>Kingma, Ba, "Adam: a method for stochastic optimization", 2014, section 7.
 *
 * @param learningRate 0.002 is the usual beginning
 * @param beta1 how long m remembers; 0.9 by default
 * @param beta2 how long u remembers; 0.999 by default
 * @param epsilon ε; 1e-8 by default
 * @param weightDecay λ; 0 by default
 */
public record AdaMax(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {

  /** Checks the settings. */
  public AdaMax {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static AdaMax withRate(double learningRate) {
    return new AdaMax(learningRate, 0.9, 0.999, 1e-8, 0);
  }

  /** With other memory. */
  public AdaMax withBetas(double beta1, double beta2) {
    return new AdaMax(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  /** With another ε. */
  public AdaMax withEpsilon(double epsilon) {
    return new AdaMax(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  /** With weight decay. */
  public AdaMax withWeightDecay(double weightDecay) {
    return new AdaMax(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public String name() {
    return "AdaMax";
  }

  @Override
  public List<String> stateNames() {
    return List.of("m", "u");
  }

  @Override
  public int numbers() {
    return 1;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    numbers[0] = rate / (1 - Math.pow(beta1, (double) step));
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
    sweep(
        values,
        grads,
        state[0],
        state[1],
        from,
        to,
        (float) numbers[0],
        (float) beta1,
        (float) (1 - beta1),
        (float) beta2,
        (float) epsilon,
        l2);
  }

  private static void sweep(
      float[] w,
      float[] g,
      float[] m,
      float[] u,
      int from,
      int to,
      float step,
      float b1,
      float c1,
      float b2,
      float eps,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float mi = Math.fma(b1, m[i], c1 * gi);
      float ui = Math.max(b2 * u[i], Math.abs(gi) + eps);
      m[i] = mi;
      u[i] = ui;
      w[i] -= step * mi / ui;
    }
  }
}
