package dev.kindling.nd.kernel;

/**
 * A batch of images that never lies in memory as a whole: each is made when it is needed, or used up while it is in the
 * cache. Called by several threads at once, for different images.
 */
public interface Images {

  /**
   * Writes image n into the array, or reads it from there.
   *
   * @param n of the batch
   * @param at where the image begins in the array
   */
  void image(int n, float[] array, int at);
}
