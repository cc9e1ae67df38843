package dev.kindling.optim;

import java.util.List;

/**
 * RAdam: Adam that waits with dividing by v until v has seen enough to be trusted. With g the gradient, λ the weight
 * decay and t the step,
 *
 * <pre>
 * g  ← g + λ·w
 * m  ← β₁·m + (1 − β₁)·g
 * v  ← β₂·v + (1 − β₂)·g²
 * ρ∞ = 2 / (1 − β₂) − 1
 * ρ  = ρ∞ − 2·t·β₂ᵗ / (1 − β₂ᵗ)
 * w  ← w − rate / (1 − β₁ᵗ) · m · r·√(1 − β₂ᵗ) / (√v + ε)       if ρ &gt; 5, else w − rate / (1 − β₁ᵗ) · m
 * r  = √( (ρ − 4)·(ρ − 2)·ρ∞ / ((ρ∞ − 4)·(ρ∞ − 2)·ρ) )
 * </pre>
 *
 * <p>Liu, Jiang, He, Chen, Liu, Gao, Han, "On the variance of the adaptive learning rate and beyond", 2019.
 *
 * @param learningRate 0.001 is the usual beginning
 * @param beta1 how long m remembers; 0.9 by default
 * @param beta2 how long v remembers; 0.999 by default
 * @param epsilon ε; 1e-8 by default
 * @param weightDecay λ; 0 by default
 */
public record RAdam(
    double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {

  private static final int STEP = 0;
  private static final int ADAPTIVE = 1; // 1 if v is divided by, else 0

  /** Checks the settings. */
  public RAdam {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static RAdam withRate(double learningRate) {
    return new RAdam(learningRate, 0.9, 0.999, 1e-8, 0);
  }

  /** With other memory. */
  public RAdam withBetas(double beta1, double beta2) {
    return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  /** With another ε. */
  public RAdam withEpsilon(double epsilon) {
    return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  /** With weight decay. */
  public RAdam withWeightDecay(double weightDecay) {
    return new RAdam(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public String name() {
    return "RAdam";
  }

  @Override
  public List<String> stateNames() {
    return List.of("m", "v");
  }

  @Override
  public int numbers() {
    return 2;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    double decayed = Math.pow(beta2, (double) step);
    double limit = 2 / (1 - beta2) - 1;
    double rho = limit - 2 * step * decayed / (1 - decayed);
    double size = rate / (1 - Math.pow(beta1, (double) step));
    if (rho > 5) {
      double r = Math.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho));
      numbers[STEP] = size * r * Math.sqrt(1 - decayed);
      numbers[ADAPTIVE] = 1;
    } else {
      numbers[STEP] = size;
      numbers[ADAPTIVE] = 0;
    }
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
    float step = (float) numbers[STEP];
    float b1 = (float) beta1;
    float c1 = (float) (1 - beta1);
    float b2 = (float) beta2;
    float c2 = (float) (1 - beta2);
    float[] m = state[0];
    float[] v = state[1];
    if (numbers[ADAPTIVE] == 0) {
      waiting(values, grads, m, v, from, to, step, b1, c1, b2, c2, l2);
    } else {
      adaptive(values, grads, m, v, from, to, step, b1, c1, b2, c2, (float) epsilon, l2);
    }
  }

  private static void waiting(
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      int from,
      int to,
      float step,
      float b1,
      float c1,
      float b2,
      float c2,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float mi = Math.fma(b1, m[i], c1 * gi);
      m[i] = mi;
      v[i] = Math.fma(b2, v[i], c2 * gi * gi);
      w[i] = Math.fma(-step, mi, w[i]);
    }
  }

  private static void adaptive(
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      int from,
      int to,
      float step,
      float b1,
      float c1,
      float b2,
      float c2,
      float eps,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float mi = Math.fma(b1, m[i], c1 * gi);
      float vi = Math.fma(b2, v[i], c2 * gi * gi);
      m[i] = mi;
      v[i] = vi;
      w[i] -= step * mi / ((float) Math.sqrt(vi) + eps);
    }
  }
}
