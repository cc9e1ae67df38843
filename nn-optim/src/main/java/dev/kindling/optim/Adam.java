package dev.kindling.optim;

import java.util.List;

/**
 * Adam: each element's step is its mean gradient over the root of its mean squared gradient. With g the gradient, λ the
 * weight decay and t the step,
 *
 * <pre>
 * g ← g + λ·w
 * m ← β₁·m + (1 − β₁)·g
 * v ← β₂·v + (1 − β₂)·g²
 * w ← w − rate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 * </pre>
 *
 * <p>AMSGrad takes the largest v so far in the last line.
 *
 * <p>Kingma, Ba, "Adam: a method for stochastic optimization", 2014; Reddi, Kale, Kumar, "On the convergence of Adam and
 * beyond", 2018. For weight decay that works as one expects see {@link AdamW}.
 *
 * @param learningRate 0.001 is the usual beginning
 * @param beta1 how long m remembers; 0.9 by default
 * @param beta2 how long v remembers; 0.999 by default
 * @param epsilon ε; 1e-8 by default
 * @param weightDecay λ, coupled; 0 by default
 * @param amsgrad whether to take the largest v so far; false by default
 */
public record Adam(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean amsgrad)
    implements Optimizer {

  /** Checks the settings. */
  public Adam {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static Adam withRate(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8, 0, false);
  }

  /** With other memory. */
  public Adam withBetas(double beta1, double beta2) {
    return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad);
  }

  /** With another ε. */
  public Adam withEpsilon(double epsilon) {
    return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad);
  }

  /** With weight decay that is added to the gradient. */
  public Adam withWeightDecay(double weightDecay) {
    return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad);
  }

  /** With the largest v so far. */
  public Adam withAmsgrad() {
    return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, true);
  }

  @Override
  public String name() {
    return "Adam";
  }

  @Override
  public List<String> stateNames() {
    return AdamSweep.stateNames(amsgrad);
  }

  @Override
  public int numbers() {
    return AdamSweep.NUMBERS;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    AdamSweep.prepare(rate, step, beta1, beta2, numbers);
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
    AdamSweep.run(values, grads, state, numbers, from, to, beta1, beta2, epsilon, l2, 1, amsgrad);
  }
}
