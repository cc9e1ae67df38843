package dev.kindling.nn;

/** Why a model is run. */
public enum Mode {
  /** Dropout drops, batch norm looks at the batch, and all that {@code backward} needs is kept. */
  TRAIN,
  /** The model as it is used; no backward pass will follow. */
  PREDICT
}
