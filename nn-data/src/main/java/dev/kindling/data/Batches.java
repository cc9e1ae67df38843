package dev.kindling.data;

import org.jspecify.annotations.Nullable;

/**
 * The mini-batches of one epoch, in order. For one thread at a time. Always close it: an epoch that is left early may
 * have threads at work and files open.
 *
 * <pre>{@code
 * try (Batches batches = loader.epoch(epoch)) {
 *   for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
 *     …
 *   }
 * }
 * }</pre>
 */
public interface Batches extends AutoCloseable {

  /**
   * The next batch, or null after the last. The batch before it is overwritten.
   *
   * @throws java.io.UncheckedIOException if an example can't be read; its cause names the file
   * @throws IllegalStateException if this is closed
   */
  @Nullable Batch next();

  /** Stops background work and gives memory back. The last batch must no longer be used. Closing twice is fine. */
  @Override
  void close();
}
