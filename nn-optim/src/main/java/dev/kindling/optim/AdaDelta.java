package dev.kindling.optim;

import java.util.List;

/**
 * AdaDelta: AdaGrad with a memory that fades, and steps in the units of the parameters. With g the gradient and λ the
 * weight decay,
 *
 * <pre>
 * g ← g + λ·w
 * s ← ρ·s + (1 − ρ)·g²
 * d = √(u + ε) / √(s + ε) · g
 * u ← ρ·u + (1 − ρ)·d²
 * w ← w − rate·d
 * </pre>
 *
 * <p>Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
 *
 * @param learningRate 1 is the paper's and the default
 * @param rho ρ; 0.9 by default
 * @param epsilon ε, inside of the roots; 1e-6 by default
 * @param weightDecay λ; 0 by default
 */
public record AdaDelta(double learningRate, double rho, double epsilon, double weightDecay)
    implements Optimizer {

  /** Checks the settings. */
  public AdaDelta {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("rho", rho);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static AdaDelta withRate(double learningRate) {
    return new AdaDelta(learningRate, 0.9, 1e-6, 0);
  }

  /** With another memory. */
  public AdaDelta withRho(double rho) {
    return new AdaDelta(learningRate, rho, epsilon, weightDecay);
  }

  /** With another ε. */
  public AdaDelta withEpsilon(double epsilon) {
    return new AdaDelta(learningRate, rho, epsilon, weightDecay);
  }

  /** With weight decay. */
  public AdaDelta withWeightDecay(double weightDecay) {
    return new AdaDelta(learningRate, rho, epsilon, weightDecay);
  }

  @Override
  public String name() {
    return "AdaDelta";
  }

  @Override
  public List<String> stateNames() {
    return List.of("square", "delta");
  }

  @Override
  public int numbers() {
    return 1;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    numbers[0] = rate;
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
        (float) rho,
        (float) (1 - rho),
        (float) epsilon,
        l2);
  }

  private static void sweep(
      float[] w,
      float[] g,
      float[] s,
      float[] u,
      int from,
      int to,
      float rate,
      float rho,
      float c,
      float eps,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float si = Math.fma(rho, s[i], c * gi * gi);
      float ui = u[i];
      float d = (float) Math.sqrt(ui + eps) / (float) Math.sqrt(si + eps) * gi;
      s[i] = si;
      u[i] = Math.fma(rho, ui, c * d * d);
      w[i] = Math.fma(-rate, d, w[i]);
    }
  }
}
