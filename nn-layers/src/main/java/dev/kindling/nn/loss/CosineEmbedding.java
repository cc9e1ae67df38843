package dev.kindling.nn.loss;

import dev.kindling.nd.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * For two embeddings of each example, as of a siamese network: those that belong together (t = 1) should point the same
 * way, others (t = -1) elsewhere. L = mean of 1 - cos where t = 1, max(0, cos - m) where t = -1, with cos = a·b / (|a|·|b|)
 * and a margin m.
 *
 * <p>Shapes: outputs [2, features]; one target for each example, 1 or -1.
 *
 * <p>Default: m = 0.
 */
public final class CosineEmbedding extends StackedLoss {

  private final float margin;

  /** With a margin of 0. */
  public CosineEmbedding() {
    this(0);
  }

  /**
   * With this margin; 0 to 0.5 is usual.
   *
   * @throws IllegalArgumentException if the margin isn't from -1 to 1
   */
  public CosineEmbedding(float margin) {
    super(2, "two embeddings of each example", Kind.EXAMPLE);
    if (!(margin >= -1 && margin <= 1)) {
      throw new IllegalArgumentException(
          "CosineEmbedding: the margin must be from -1 to 1, got " + margin);
    }
    this.margin = margin;
  }

  @Override
  public String name() {
    return "cosine embedding loss";
  }

  @Override
  void inspect(Tensor prediction, Tensor target) {
    Targets.signs(where(), target);
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
    int second = xOff + size;
    double cos = Cosine.of(x, xOff, x, second, size);
    boolean alike = t[tOff] > 0;
    if (!alike && cos <= margin) {
      return 0;
    }
    if (g != null) {
      double s = alike ? -scale : scale;
      Cosine.gradient(x, xOff, x, second, size, cos, s, g, gOff);
      Cosine.gradient(x, second, x, xOff, size, cos, s, g, gOff + size);
    }
    return alike ? 1 - cos : cos - margin;
  }

  @Override
  public String toString() {
    return "CosineEmbedding(margin=" + margin + ")";
  }
}
