package dev.kindling.nn.layers;

import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Images;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's output that only its maximum pooling sees: forward, each image is pooled as soon as it is there; backward, its
 * gradient is made from that of the pooled image when it is needed. Used again, to leave no garbage.
 */
final class PooledImages implements Images {

  private boolean backward;
  private @Nullable PairWindows pairs;
  private @Nullable Tensor pooled;
  private @Nullable Tensor where;

  /**
   * What the next images are.
   *
   * @param backward whether pooled has the gradients, and images are made
   * @param pooled [batch, channels, height, width]
   * @param where as {@link PairWindows#where}, for each
   */
  void are(boolean backward, PairWindows pairs, Tensor pooled, Tensor where) {
    this.backward = backward;
    this.pairs = pairs;
    this.pooled = pooled;
    this.where = where;
  }

  void forget() {
    pairs = null;
    pooled = null;
    where = null;
  }

  @Override
  public void image(int n, float[] array, int at) {
    PairWindows p = pairs;
    Tensor y = pooled;
    Tensor w = where;
    if (p == null || y == null || w == null) {
      throw new IllegalStateException("no images");
    }
    int channels = y.dim(1);
    int yAt = y.offset() + n * channels * p.out();
    int whereAt = w.offset() + n * channels * p.places();
    if (backward) {
      p.backward(channels, w.data(), whereAt, y.data(), yAt, array, at);
    } else {
      p.forward(channels, array, at, y.data(), yAt, w.data(), whereAt);
    }
  }
}
