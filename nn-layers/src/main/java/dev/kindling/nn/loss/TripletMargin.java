package dev.kindling.nn.loss;

import org.jspecify.annotations.Nullable;

/**
 * For three embeddings of each example, an anchor a, one p that belongs to it and one n that doesn't: p should be nearer
 * than n by a margin m. L = mean of max(0, |a - p| - |a - n| + m), where the distances are Euclidean and, as in PyTorch,
 * 10⁻⁶ is added to each difference (Schroff, Kalenichenko, Philbin, "FaceNet", 2015).
 *
 * <p>Shapes: outputs [3, features]; targets of any shape, which are not looked at.
 *
 * <p>Default: m = 1.
 */
public final class TripletMargin extends StackedLoss {

  private static final double EPSILON = 1e-6;

  private final float margin;

  /** With a margin of 1. */
  public TripletMargin() {
    this(1);
  }

  /**
   * With this margin.
   *
   * @throws IllegalArgumentException if the margin isn't finite and above 0
   */
  public TripletMargin(float margin) {
    super(3, "anchor, positive and negative embedding", Kind.NONE);
    this.margin = Targets.positive("TripletMargin", "the margin", margin);
  }

  @Override
  public String name() {
    return "triplet margin loss";
  }

  @Override
  double example(
      float[] x,
      int xOff,
      int size,
      float[] t,
      int tOff,
      float @Nullable [] g,
      int gOff,
      double scale) {
    double near = distance(x, xOff, xOff + size, size);
    double far = distance(x, xOff, xOff + 2 * size, size);
    double missing = near - far + margin;
    if (missing <= 0) {
      return 0;
    }
    if (g != null) {
      for (int i = 0; i < size; i++) {
        double a = x[xOff + i] + EPSILON;
        double toNear = near == 0 ? 0 : scale * (a - x[xOff + size + i]) / near;
        double toFar = far == 0 ? 0 : scale * (a - x[xOff + 2 * size + i]) / far;
        g[gOff + i] = (float) (toNear - toFar);
        g[gOff + size + i] = (float) -toNear;
        g[gOff + 2 * size + i] = (float) toFar;
      }
    }
    return missing;
  }

  private static double distance(float[] x, int a, int b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double d = (double) x[a + i] - x[b + i] + EPSILON;
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  @Override
  public String toString() {
    return "TripletMargin(margin=" + margin + ")";
  }
}
