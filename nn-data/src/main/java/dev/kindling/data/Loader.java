package dev.kindling.data;

import dev.kindling.nd.Shape;

/**
 * Where training takes its mini-batches from, epoch by epoch. A loader is a description and holds no position: what
 * {@code epoch(3)} yields depends on the loader's settings and the number 3 alone, so that training can be repeated and
 * resumed.
 *
 * @see Dataset#loader(int)
 */
public interface Loader {

  /** The number of examples in an epoch. */
  int size();

  /** The number of examples in a batch; the last batch may be shorter. */
  int batchSize();

  /** The number of batches in an epoch. */
  int batches();

  /** The shape of one input, without the batch axis. */
  Shape inputShape();

  /** The shape of one target, without the batch axis; {@code []} for a class index or a single number. */
  Shape targetShape();

  /**
   * The batches of an epoch.
   *
   * @param epoch 0, 1, …
   */
  Batches epoch(int epoch);

  /**
   * The batches of an epoch from a given one on, as they would come in the full epoch: to go on where training stopped.
   *
   * @param epoch 0, 1, …
   * @param firstBatch how many batches to leave out
   */
  default Batches epoch(int epoch, int firstBatch) {
    Batches batches = epoch(epoch);
    for (int i = 0; i < firstBatch && batches.next() != null; i++) {
      // left out
    }
    return batches;
  }
}
