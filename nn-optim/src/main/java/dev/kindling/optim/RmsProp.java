package dev.kindling.optim;

import java.util.ArrayList;
import java.util.List;

/**
 * RMSProp: gradients divided by the root of their mean square. With g the gradient and λ the weight decay,
 *
 * <pre>
 * g ← g + λ·w
 * s ← α·s + (1 − α)·g²
 * d = g / (√s + ε)               centered: √(s − c²), where c ← α·c + (1 − α)·g
 * w ← w − rate·d                 with momentum: b ← momentum·b + d,  w ← w − rate·b
 * </pre>
 *
 * <p>Tieleman, Hinton, "Lecture 6.5: rmsprop", Coursera, 2012; centered: Graves, "Generating sequences with recurrent
 * neural networks", 2013.
 *
 * @param learningRate 0.01 is PyTorch's default, 0.001 Keras's
 * @param alpha how long s remembers; 0.99 by default
 * @param epsilon ε; 1e-8 by default
 * @param momentum 0 for none, as by default
 * @param centered whether to take the variance in place of the mean square; false by default
 * @param weightDecay λ; 0 by default
 */
public record RmsProp(
    double learningRate,
    double alpha,
    double epsilon,
    double momentum,
    boolean centered,
    double weightDecay)
    implements Optimizer {

  /** Checks the settings. */
  public RmsProp {
    Checks.notNegative("learningRate", learningRate);
    Checks.fraction("alpha", alpha);
    Checks.notNegative("epsilon", epsilon);
    Checks.notNegative("momentum", momentum);
    Checks.notNegative("weightDecay", weightDecay);
  }

  /** With the defaults for all but the learning rate. */
  public static RmsProp withRate(double learningRate) {
    return new RmsProp(learningRate, 0.99, 1e-8, 0, false, 0);
  }

  /** With another memory of squares. */
  public RmsProp withAlpha(double alpha) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, centered, weightDecay);
  }

  /** With another ε. */
  public RmsProp withEpsilon(double epsilon) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, centered, weightDecay);
  }

  /** With momentum. */
  public RmsProp withMomentum(double momentum) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, centered, weightDecay);
  }

  /** With the variance in place of the mean square. */
  public RmsProp withCentering() {
    return new RmsProp(learningRate, alpha, epsilon, momentum, true, weightDecay);
  }

  /** With weight decay. */
  public RmsProp withWeightDecay(double weightDecay) {
    return new RmsProp(learningRate, alpha, epsilon, momentum, centered, weightDecay);
  }

  @Override
  public String name() {
    return "RMSProp";
  }

  @Override
  public List<String> stateNames() {
    List<String> names = new ArrayList<>(List.of("square"));
    if (centered) {
      names.add("mean");
    }
    if (momentum > 0) {
      names.add("momentum");
    }
    return names;
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
    float rate = (float) numbers[0];
    float a = (float) alpha;
    float c = (float) (1 - alpha);
    float eps = (float) epsilon;
    float mu = (float) momentum;
    float[] s = state[0];
    if (centered && momentum > 0) {
      centeredMomentum(values, grads, s, state[1], state[2], from, to, rate, a, c, eps, l2, mu);
    } else if (centered) {
      centered(values, grads, s, state[1], from, to, rate, a, c, eps, l2);
    } else if (momentum > 0) {
      momentum(values, grads, s, state[1], from, to, rate, a, c, eps, l2, mu);
    } else {
      plain(values, grads, s, from, to, rate, a, c, eps, l2);
    }
  }

  private static void plain(
      float[] w,
      float[] g,
      float[] s,
      int from,
      int to,
      float rate,
      float a,
      float c,
      float eps,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float si = Math.fma(a, s[i], c * gi * gi);
      s[i] = si;
      w[i] -= rate * gi / ((float) Math.sqrt(si) + eps);
    }
  }

  private static void momentum(
      float[] w,
      float[] g,
      float[] s,
      float[] b,
      int from,
      int to,
      float rate,
      float a,
      float c,
      float eps,
      float l2,
      float mu) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float si = Math.fma(a, s[i], c * gi * gi);
      float bi = Math.fma(mu, b[i], gi / ((float) Math.sqrt(si) + eps));
      s[i] = si;
      b[i] = bi;
      w[i] = Math.fma(-rate, bi, w[i]);
    }
  }

  private static void centered(
      float[] w,
      float[] g,
      float[] s,
      float[] mean,
      int from,
      int to,
      float rate,
      float a,
      float c,
      float eps,
      float l2) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float si = Math.fma(a, s[i], c * gi * gi);
      float mi = Math.fma(a, mean[i], c * gi);
      s[i] = si;
      mean[i] = mi;
      // The variance can come out a little below 0 where all gradients are the same.
      w[i] -= rate * gi / ((float) Math.sqrt(Math.max(0f, Math.fma(-mi, mi, si))) + eps);
    }
  }

  private static void centeredMomentum(
      float[] w,
      float[] g,
      float[] s,
      float[] mean,
      float[] b,
      int from,
      int to,
      float rate,
      float a,
      float c,
      float eps,
      float l2,
      float mu) {
    for (int i = from; i < to; i++) {
      float gi = Math.fma(l2, w[i], g[i]);
      float si = Math.fma(a, s[i], c * gi * gi);
      float mi = Math.fma(a, mean[i], c * gi);
      float root = (float) Math.sqrt(Math.max(0f, Math.fma(-mi, mi, si)));
      float bi = Math.fma(mu, b[i], gi / (root + eps));
      s[i] = si;
      mean[i] = mi;
      b[i] = bi;
      w[i] = Math.fma(-rate, bi, w[i]);
    }
  }
}
