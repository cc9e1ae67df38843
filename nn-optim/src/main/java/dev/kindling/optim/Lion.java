package dev.kindling.optim;

import java.util.List;

/**
 * Lion: steps of one size, in the direction of the sign of a mean gradient. Half of Adam's memory. With g the gradient
 * and λ the weight decay,
 *
 * <pre>
 * w ← w − rate·λ·w
 * w ← w − rate·sign(β₁·m + (1 − β₁)·g)
 * m ← β₂·m + (1 − β₂)·g
 * </pre>
 *
 * <p>Chen, Liang, Huang, Real, Wang and others, "Symbolic discovery of optimization algorithms", 2023, algorithm 2.
 *
 * @param learningRate 0.0001 is the usual beginning; 3 to 10 times smaller than Adam's
 * @param beta1 how much of m is in the step; 0.9 by default
 * @param beta2 how long m remembers; 0.99 by default
 * @param weightDecay λ, decoupled; 0 by default; 3 to 10 times larger than AdamW's
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay)
    implements Optimizer {

  private static final int RATE = 0;
  private static final int KEEP = 1; // what decay leaves of a weight

  /** Checks the settings. */
  public Lion {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static Lion withRate(double learningRate) {
    return new Lion(learningRate, 0.9, 0.99, 0);
  }

  /** With other memory. */
  public Lion withBetas(double beta1, double beta2) {
    return new Lion(learningRate, beta1, beta2, weightDecay);
  }

  /** With weight decay. */
  public Lion withWeightDecay(double weightDecay) {
    return new Lion(learningRate, beta1, beta2, weightDecay);
  }

  @Override
  public String name() {
    return "Lion";
  }

  @Override
  public List<String> stateNames() {
    return List.of("m");
  }

  @Override
  public int numbers() {
    return 2;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    numbers[RATE] = rate;
    numbers[KEEP] = 1 - rate * weightDecay;
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
    sweep(
        values,
        grads,
        state[0],
        from,
        to,
        (float) numbers[RATE],
        (float) beta1,
        (float) (1 - beta1),
        (float) beta2,
        (float) (1 - beta2),
        decay ? (float) numbers[KEEP] : 1);
  }

  private static void sweep(
      float[] w,
      float[] g,
      float[] m,
      int from,
      int to,
      float rate,
      float b1,
      float c1,
      float b2,
      float c2,
      float keep) {
    for (int i = from; i < to; i++) {
      float gi = g[i];
      float mi = m[i];
      float sign = Signs.of(Math.fma(b1, mi, c1 * gi));
      m[i] = Math.fma(b2, mi, c2 * gi);
      w[i] = Math.fma(-rate, sign, keep * w[i]);
    }
  }
}
