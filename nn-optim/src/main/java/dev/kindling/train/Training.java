package dev.kindling.train;

import dev.kindling.nn.Model;
import dev.kindling.optim.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a training stands: what callbacks look at. One object that changes as training goes on. */
public interface Training {

  /** The model that is trained. */
  Model model();

  /** The number of the last epoch to come. */
  int epochs();

  /** The epoch that runs or has just run, counted from 1. */
  int epoch();

  /** The number of batches in an epoch. */
  int batches();

  /** The batch that has just run, counted from 1; 0 before the first of an epoch. */
  int batch();

  /** The number of the optimizer's steps since training began. */
  long steps();

  /** The learning rate of the last step; before the first, the one it will have. */
  double learningRate();

  /** The mean loss over the batches of this epoch so far; NaN before the first. */
  double loss();

  /** The loss of the last batch; NaN before the first. */
  double batchLoss();

  /** The metrics; during an epoch their values are those of its batches so far. */
  List<Metric> metrics();

  /** Whether there is validation data. */
  boolean hasValidation();

  /** Seconds since this call of {@code fit} began. */
  double seconds();

  /** Seconds since this epoch began. */
  double epochSeconds();

  /** The epochs that are over. */
  History history();

  /** The whole state of the training, from which {@link Trainer#restore} goes on to the bit. */
  Snapshot snapshot();

  /** Asks training to end after this batch, in an orderly way: the epoch is validated and recorded as it is. */
  void stop(String reason);

  /** Why training was asked to end; null if it wasn't. */
  @Nullable String stopReason();
}
