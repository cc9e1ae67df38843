package dev.kindling.train;

import org.jspecify.annotations.Nullable;

/** The loss, or a parameter, became NaN or infinite. */
public final class NonFiniteLossException extends TrainingException {

  private static final long serialVersionUID = 1;

  private final @Nullable String layer;

  NonFiniteLossException(String message, int epoch, int batch, @Nullable String layer) {
    super(message, epoch, batch);
    this.layer = layer;
  }

  /** The path of the first layer whose output isn't finite; null if all are, or the batch itself isn't. */
  public @Nullable String layer() {
    return layer;
  }
}
