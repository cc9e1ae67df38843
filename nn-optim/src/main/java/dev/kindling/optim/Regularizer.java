package dev.kindling.optim;

/**
 * A penalty on parameters that is added to the loss, so that the model stays simple. A sum over elements. Made by its
 * methods or written by you.
 */
public interface Regularizer {

  /** Adds the penalty's gradient to the gradients of a range. */
  void addGradient(float[] values, float[] grads, int from, int to);

  /** The penalty of a range, accumulated in double. */
  double penalty(float[] values, int from, int to);

  /** λ·Σ|w|, which makes weights exactly small where they don't help. */
  static Regularizer l1(double lambda) {
    return new ElasticNet(lambda, 0);
  }

  /** ½·λ·Σw², of gradient λ·w: the same as coupled weight decay of λ. */
  static Regularizer l2(double lambda) {
    return new ElasticNet(0, lambda);
  }

  /** λ₁·Σ|w| + ½·λ₂·Σw² (Zou, Hastie, "Regularization and variable selection via the elastic net", 2005). */
  static Regularizer elasticNet(double lambda1, double lambda2) {
    return new ElasticNet(lambda1, lambda2);
  }

  /**
   * λ₁·Σ|w| + ½·λ₂·Σw².
   *
   * @param l1 λ₁
   * @param l2 λ₂
   */
  record ElasticNet(double l1, double l2) implements Regularizer {

    /** Checks the settings. */
    public ElasticNet {
      Checks.notNegative("l1", l1);
      Checks.notNegative("l2", l2);
    }

    @Override
    public void addGradient(float[] w, float[] g, int from, int to) {
      float a = (float) l1;
      float b = (float) l2;
      if (a == 0) {
        for (int i = from; i < to; i++) {
          g[i] = Math.fma(b, w[i], g[i]);
        }
        return;
      }
      for (int i = from; i < to; i++) {
        g[i] = Math.fma(a, Signs.of(w[i]), Math.fma(b, w[i], g[i]));
      }
    }

    @Override
    public double penalty(float[] w, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        double wi = w[i];
        sum += l1 * Math.abs(wi) + 0.5 * l2 * wi * wi;
      }
      return sum;
    }
  }
}
