package dev.kindling.train;

/** Training can't go on; says where it was. */
public class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int epoch;
  private final int batch;

  /**
   * With a place.
   *
   * @param epoch counted from 1
   * @param batch counted from 1
   */
  public TrainingException(String message, int epoch, int batch) {
    super(message);
    this.epoch = epoch;
    this.batch = batch;
  }

  /** The epoch, counted from 1. */
  public int epoch() {
    return epoch;
  }

  /** The batch within the epoch, counted from 1. */
  public int batch() {
    return batch;
  }
}
