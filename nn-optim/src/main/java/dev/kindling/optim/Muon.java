package dev.kindling.optim;

import dev.kindling.nn.Parameter;
import dev.kindling.nn.Parameter.Role;
import java.util.List;

/**
 * Muon: momentum whose step, as a matrix, has all singular values alike. A gradient is mostly made of a few directions;
 * this takes the rare ones as large as those, and so learns more in a step. For each weight of two or more axes, as a matrix
 * [rows, columns], with g the gradient and λ the weight decay,
 *
 * <pre>
 * m ← μ·m + (1 − μ)·g
 * u ← μ·m + (1 − μ)·g                                     (Nesterov)
 * w ← w − rate·λ·w − rate·0.2·√max(rows, columns) · U·Vᵀ   where u = U·Σ·Vᵀ
 * </pre>
 *
 * <p>The factor in the last line makes an element's step as large as {@link AdamW}'s usually is, so that the latter's
 * learning rates and weight decay serve here too. All other parameters, biases and norms, are {@link AdamW}'s. A step
 * takes some matrix products of the weights' own sizes, by which Newton-Schulz iterations bring all singular values to
 * between 0.68 and 1.13: little beside those of a batch.
 *
 * <p>Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024; the factor is that of Liu and
 * others, "Muon is scalable for LLM training", 2025. PyTorch 2.9's Muon is the same with {@code adjust_lr_fn =
 * "match_rms_adamw"}, but that it iterates in bfloat16, and leaves all but matrices to another optimizer.
 *
 * @param learningRate 0.001 is the usual beginning
 * @param momentum μ; 0.95 by default
 * @param weightDecay λ, decoupled; 0.1 by default
 * @param beta1 AdamW's, for biases and norms; 0.9 by default
 * @param beta2 AdamW's; 0.999 by default
 * @param epsilon AdamW's; 1e-8 by default
 */
public record Muon(
    double learningRate,
    double momentum,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon)
    implements MatrixOptimizer {

  private static final double LIKE_ADAM = 0.2;

  private static final int KEEP = AdamSweep.NUMBERS; // what decay leaves of a weight
  private static final int RATE = KEEP + 1;

  /** Checks the settings. */
  public Muon {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("momentum", momentum);
    Checks.notNegative("weightDecay", weightDecay);
    Checks.fraction("beta1", beta1);
    Checks.fraction("beta2", beta2);
    Checks.notNegative("epsilon", epsilon);
  }

  /** With the defaults for all but the learning rate. */
  public static Muon withRate(double learningRate) {
    return new Muon(learningRate, 0.95, 0.1, 0.9, 0.999, 1e-8);
  }

  /** With other memory for weights. */
  public Muon withMomentum(double momentum) {
    return new Muon(learningRate, momentum, weightDecay, beta1, beta2, epsilon);
  }

  /** With another weight decay. */
  public Muon withWeightDecay(double weightDecay) {
    return new Muon(learningRate, momentum, weightDecay, beta1, beta2, epsilon);
  }

  /** With other memory for biases and norms. */
  public Muon withBetas(double beta1, double beta2) {
    return new Muon(learningRate, momentum, weightDecay, beta1, beta2, epsilon);
  }

  @Override
  public String name() {
    return "Muon";
  }

  /** Of a matrix: the momentum, and the step before it is made orthogonal. */
  @Override
  public List<String> stateNames() {
    return AdamSweep.stateNames(false);
  }

  @Override
  public int numbers() {
    return AdamSweep.NUMBERS + 2;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    AdamSweep.prepare(rate, step, beta1, beta2, numbers);
    numbers[KEEP] = 1 - rate * weightDecay;
    numbers[RATE] = rate;
  }

  @Override
  public boolean takes(Parameter parameter) {
    return parameter.role() == Role.WEIGHT && parameter.shape().rank() >= 2;
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
    AdamSweep.run(values, grads, state, numbers, from, to, beta1, beta2, epsilon, 0, keep, false);
  }

  @Override
  public void updateMatrix(
      float[] values,
      float[] grads,
      float[][] state,
      double[] numbers,
      boolean decay,
      int at,
      int rows,
      int columns) {
    momentum(grads, state[0], state[1], at, at + rows * columns);
    float keep = decay ? (float) numbers[KEEP] : 1;
    double step = numbers[RATE] * LIKE_ADAM * Math.sqrt(Math.max(rows, columns));
    Orthogonal.add((float) -step, state[1], at, rows, columns, keep, values, at);
  }

  private void momentum(float[] g, float[] m, float[] u, int from, int to) {
    float mu = (float) momentum;
    float rest = (float) (1 - momentum);
    for (int i = from; i < to; i++) {
      float part = rest * g[i];
      float mi = Math.fma(mu, m[i], part);
      m[i] = mi;
      u[i] = Math.fma(mu, mi, part);
    }
  }
}
