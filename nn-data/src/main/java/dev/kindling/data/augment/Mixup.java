package dev.kindling.data.augment;

import dev.kindling.data.BatchTransform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;

/**
 * Replaces each example by a weighted mean of itself and another one, and its target likewise (Zhang et al., "mixup:
 * beyond empirical risk minimization", 2017): {@code x ← λ x + (1 - λ) x'}, {@code y ← λ y + (1 - λ) y'}, with one λ a
 * batch from the beta distribution (α, α). The other example of the i-th is the i-th from the end, so shuffle. Targets
 * must be one-hot.
 */
public final class Mixup implements BatchTransform {

  private final double alpha;

  /**
   * With α; 0.2 is usual.
   *
   * @throws IllegalArgumentException if it isn't between 0.01 and 100
   */
  public Mixup(double alpha) {
    this.alpha = Settings.within("alpha", alpha, 0.01, 100);
  }

  /**
   * Mixes a batch.
   *
   * @throws ShapeException if the targets aren't one-hot
   */
  @Override
  public void apply(Tensor x, Tensor y, Rng rng) {
    Mixing.targets("Mixup", y);
    float lambda = (float) Mixing.beta(rng, alpha);
    Mixing.rows(x, lambda);
    Mixing.rows(y, lambda);
  }
}
