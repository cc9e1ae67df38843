package dev.kindling.optim;

import java.util.List;

/**
 * NAdam: Adam with Nesterov's look ahead. With g the gradient, λ the weight decay, t the step and ψ the momentum decay,
 *
 * <pre>
 * g  ← g + λ·w
 * μₜ = β₁·(1 − ½·0.96^(t·ψ))
 * m  ← β₁·m + (1 − β₁)·g
 * v  ← β₂·v + (1 − β₂)·g²
 * m̂  = μₜ₊₁·m / (1 − μ₁⋯μₜ₊₁) + (1 − μₜ)·g / (1 − μ₁⋯μₜ)
 * w  ← w − rate·m̂ / (√(v / (1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * <p>Dozat, "Incorporating Nesterov momentum into Adam", 2016.
 *
 * @param learningRate 0.002 is the usual beginning
 * @param beta1 how long m remembers; 0.9 by default
 * @param beta2 how long v remembers; 0.999 by default
 * @param epsilon ε; 1e-8 by default
 * @param weightDecay λ; 0 by default
 * @param momentumDecay ψ; 0.004 by default
 * @param asInPyTorch1 whether the product up to t + 1 holds μₜ twice, as it did in PyTorch before 2.0 by mistake (its
 *     pull request 92699); false by default
 */
public record NAdam(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double momentumDecay,
    boolean asInPyTorch1)
    implements Optimizer {

  private static final int PRODUCT = 0; // of all μ up to this step
  private static final int ON_GRADIENT = 1;
  private static final int ON_MEAN = 2;
  private static final int CORRECTION = 3; // 1 / sqrt(1 - beta2^t)

  /** Checks the settings. */
  public NAdam {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
    Checks.notNegative("momentumDecay", momentumDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static NAdam withRate(double learningRate) {
    return new NAdam(learningRate, 0.9, 0.999, 1e-8, 0, 0.004, false);
  }

  /** With other memory. */
  public NAdam withBetas(double beta1, double beta2) {
    return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, asInPyTorch1);
  }

  /** With another ε. */
  public NAdam withEpsilon(double epsilon) {
    return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, asInPyTorch1);
  }

  /** With weight decay. */
  public NAdam withWeightDecay(double weightDecay) {
    return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, asInPyTorch1);
  }

  /** With another momentum decay. */
  public NAdam withMomentumDecay(double momentumDecay) {
    return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, asInPyTorch1);
  }

  /** With the first steps of PyTorch before 2.0, to repeat what was trained with it. */
  public NAdam withPyTorch1Steps() {
    return new NAdam(learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, true);
  }

  @Override
  public String name() {
    return "NAdam";
  }

  @Override
  public List<String> stateNames() {
    return List.of("m", "v");
  }

  @Override
  public int numbers() {
    return 4;
  }

  @Override
  public void initialize(float[][] state, double[] numbers) {
    numbers[PRODUCT] = 1;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    double mu = momentum(step);
    double next = momentum(step + 1);
    double product = numbers[PRODUCT] * mu;
    numbers[PRODUCT] = product;
    numbers[ON_GRADIENT] = rate * (1 - mu) / (1 - product);
    double nextProduct = product * next * (asInPyTorch1 ? mu : 1);
    numbers[ON_MEAN] = rate * next / (1 - nextProduct);
    numbers[CORRECTION] = 1 / Math.sqrt(1 - Math.pow(beta2, (double) step));
  }

  private double momentum(long step) {
    return beta1 * (1 - 0.5 * Math.pow(0.96, step * momentumDecay));
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
        (float) beta1,
        (float) (1 - beta1),
        (float) beta2,
        (float) (1 - beta2),
        (float) numbers[ON_GRADIENT],
        (float) numbers[ON_MEAN],
        (float) numbers[CORRECTION],
        (float) epsilon,
        l2);
  }

  private static void sweep(
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      int from,
      int to,
      float b1,
      float c1,
      float b2,
      float c2,
      float onGradient,
      float onMean,
      float correction,
      float eps,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float mi = Math.fma(b1, m[i], c1 * gi);
      float vi = Math.fma(b2, v[i], c2 * gi * gi);
      m[i] = mi;
      v[i] = vi;
      float denominator = Math.fma((float) Math.sqrt(vi), correction, eps);
      w[i] -= Math.fma(onMean, mi, onGradient * gi) / denominator;
    }
  }
}
