package dev.kindling.optim;

import java.util.List;

/**
 * The loops of {@link Adam} and {@link AdamW}. Written so that the JIT compiler vectorizes them: every array is indexed
 * by the loop's own variable, and there is no branch.
 */
final class AdamSweep {

  static final int NUMBERS = 2;

  private static final int STEP = 0; // rate / (1 - beta1^t)
  private static final int CORRECTION = 1; // 1 / sqrt(1 - beta2^t)

  private AdamSweep() {}

  static List<String> stateNames(boolean amsgrad) {
    return amsgrad ? List.of("m", "v", "vMax") : List.of("m", "v");
  }

  static void prepare(double rate, long t, double beta1, double beta2, double[] numbers) {
    numbers[STEP] = rate / (1 - Math.pow(beta1, (double) t));
    numbers[CORRECTION] = 1 / Math.sqrt(1 - Math.pow(beta2, (double) t));
  }

  /**
   * Runs over a range.
   *
   * @param l2 coupled weight decay
   * @param keep what decoupled weight decay leaves of a weight
   */
  static void run(
      float[] w,
      float[] g,
      float[][] state,
      double[] numbers,
      int from,
      int to,
      double beta1,
      double beta2,
      double epsilon,
      float l2,
      float keep,
      boolean amsgrad) {
    float b1 = (float) beta1;
    float c1 = (float) (1 - beta1);
    float b2 = (float) beta2;
    float c2 = (float) (1 - beta2);
    float step = (float) numbers[STEP];
    float correction = (float) numbers[CORRECTION];
    float eps = (float) epsilon;
    float[] m = state[0];
    float[] v = state[1];
    if (amsgrad) {
      amsgrad(w, g, m, v, state[2], from, to, b1, c1, b2, c2, step, correction, eps, l2, keep);
    } else {
      adam(w, g, m, v, from, to, b1, c1, b2, c2, step, correction, eps, l2, keep);
    }
  }

  private static void adam(
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
      float step,
      float correction,
      float eps,
      float l2,
      float keep) {
    for (int i = from; i < to; i++) {
      float wi = w[i];
      float gi = Math.fma(l2, wi, g[i]);
      float mi = Math.fma(b1, m[i], c1 * gi);
      float vi = Math.fma(b2, v[i], c2 * gi * gi);
      m[i] = mi;
      v[i] = vi;
      float denominator = Math.fma((float) Math.sqrt(vi), correction, eps);
      w[i] = Math.fma(keep, wi, -step * mi / denominator);
    }
  }

  private static void amsgrad(
      float[] w,
      float[] g,
      float[] m,
      float[] v,
      float[] max,
      int from,
      int to,
      float b1,
      float c1,
      float b2,
      float c2,
      float step,
      float correction,
      float eps,
      float l2,
      float keep) {
    for (int i = from; i < to; i++) {
      float wi = w[i];
      float gi = Math.fma(l2, wi, g[i]);
      float mi = Math.fma(b1, m[i], c1 * gi);
      float vi = Math.fma(b2, v[i], c2 * gi * gi);
      float largest = Math.max(max[i], vi);
      m[i] = mi;
      v[i] = vi;
      max[i] = largest;
      float denominator = Math.fma((float) Math.sqrt(largest), correction, eps);
      w[i] = Math.fma(keep, wi, -step * mi / denominator);
    }
  }
}
