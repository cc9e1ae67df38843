package dev.kindling.optim;

import java.util.List;

/**
 * Gradient descent, with momentum if wanted. With g the gradient and λ the weight decay,
 *
 * <pre>
 * g ← g + λ·w
 * b ← momentum·b + (1 − dampening)·g        (b = g in the first step)
 * w ← w − rate·b                            with Nesterov: w − rate·(g + momentum·b)
 * </pre>
 *
 * <p>Momentum: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964. Nesterov's in the form
 * of Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep learning", 2013.
 *
 * @param learningRate above 0
 * @param momentum 0 for none, as by default; 0.9 is usual
 * @param dampening how little of the gradient goes into the momentum; 0 by default
 * @param nesterov whether to look ahead; false by default
 * @param weightDecay λ; 0 by default
 */
public record Sgd(
    double learningRate, double momentum, double dampening, boolean nesterov, double weightDecay)
    implements Optimizer {

  private static final int RATE = 0;
  private static final int FRESH = 1; // how much of the gradient goes into the momentum

  /** Checks the settings. */
  public Sgd {
    Checks.notNegative("learningRate", learningRate);
    Checks.notNegative("momentum", momentum);
    Checks.notNegative("weightDecay", weightDecay);
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "nesterov needs a momentum above 0 and no dampening, got momentum "
              + momentum
              + " and dampening "
              + dampening);
    }
  }

  /** Plain gradient descent. */
  public static Sgd withRate(double learningRate) {
    return new Sgd(learningRate, 0, 0, false, 0);
  }

  /** With momentum. */
  public Sgd withMomentum(double momentum) {
    return new Sgd(learningRate, momentum, dampening, nesterov, weightDecay);
  }

  /** With momentum that looks ahead. */
  public Sgd withNesterov(double momentum) {
    return new Sgd(learningRate, momentum, 0, true, weightDecay);
  }

  /** With less of each gradient in the momentum. */
  public Sgd withDampening(double dampening) {
    return new Sgd(learningRate, momentum, dampening, nesterov, weightDecay);
  }

  /** With weight decay. */
  public Sgd withWeightDecay(double weightDecay) {
    return new Sgd(learningRate, momentum, dampening, nesterov, weightDecay);
  }

  @Override
  public String name() {
    return "SGD";
  }

  @Override
  public List<String> stateNames() {
    return momentum == 0 ? List.of() : List.of("momentum");
  }

  @Override
  public int numbers() {
    return 2;
  }

  @Override
  public void prepare(double rate, long step, double[] numbers) {
    numbers[RATE] = rate;
    numbers[FRESH] = step == 1 ? 1 : 1 - dampening; // the slab is 0 before the first step
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
    float rate = (float) numbers[RATE];
    if (momentum == 0) {
      plain(values, grads, from, to, rate, l2);
      return;
    }
    float mu = (float) momentum;
    float fresh = (float) numbers[FRESH];
    if (nesterov) {
      nesterov(values, grads, state[0], from, to, rate, mu, l2);
    } else {
      momentum(values, grads, state[0], from, to, rate, mu, fresh, l2);
    }
  }

  private static void plain(float[] w, float[] g, int from, int to, float rate, float l2) {
    for (int i = from; i < to; i++) {
      w[i] = Math.fma(-rate, Math.fma(l2, w[i], g[i]), w[i]);
    }
  }

  private static void momentum(
      float[] w,
      float[] g,
      float[] b,
      int from,
      int to,
      float rate,
      float mu,
      float fresh,
      float l2) {
    for (int i = from; i < to; i++) {
      float bi = Math.fma(mu, b[i], fresh * Math.fma(l2, w[i], g[i]));
      b[i] = bi;
      w[i] = Math.fma(-rate, bi, w[i]);
    }
  }

  private static void nesterov(
      float[] w, float[] g, float[] b, int from, int to, float rate, float mu, float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float bi = Math.fma(mu, b[i], gi);
      b[i] = bi;
      w[i] = Math.fma(-rate, Math.fma(mu, bi, gi), w[i]);
    }
  }
}
