package dev.kindling.optim;

import java.util.List;

/**
 * {@link Adam} with decoupled weight decay: every weight shrinks by the same share, whatever its gradients were. With λ
 * the weight decay,
 *
 * <pre>
 * w ← w − rate·λ·w
 * w ← w − Adam's step
 * </pre>
 *
 * <p>Loshchilov, Hutter, "Decoupled weight decay regularization", 2017.
 *
 * @param learningRate 0.001 is the usual beginning
 * @param beta1 how long the mean gradient remembers; 0.9 by default
 * @param beta2 how long the mean squared gradient remembers; 0.999 by default
 * @param epsilon ε; 1e-8 by default
 * @param weightDecay λ; 0.01 by default
 * @param amsgrad whether to take the largest mean squared gradient so far; false by default
 */
public record AdamW(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean amsgrad)
    implements Optimizer {

  private static final int KEEP = AdamSweep.NUMBERS; // what decay leaves of a weight

  /** Checks the settings. */
  public AdamW {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static AdamW withRate(double learningRate) {
    return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01, false);
  }

  /** With other memory. */
  public AdamW withBetas(double beta1, double beta2) {
    return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad);
  }

  /** With another ε. */
  public AdamW withEpsilon(double epsilon) {
    return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad);
  }

  /** With another weight decay. */
  public AdamW withWeightDecay(double weightDecay) {
    return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad);
  }

  /** With the largest mean squared gradient so far. */
  public AdamW withAmsgrad() {
    return new AdamW(learningRate, beta1, beta2, epsilon, weightDecay, true);
  }

  @Override
  public String name() {
    return "AdamW";
  }

  @Override
  public List<String> stateNames() {
    return AdamSweep.stateNames(amsgrad);
  }

  @Override
  public int numbers() {
    return AdamSweep.NUMBERS + 1;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    AdamSweep.prepare(rate, step, beta1, beta2, numbers);
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
    float keep = decay ? (float) numbers[KEEP] : 1;
    AdamSweep.run(values, grads, state, numbers, from, to, beta1, beta2, epsilon, 0, keep, amsgrad);
  }
}
