package dev.kindling.data;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The memory of one batch, with a view for each example and for a short last batch, made once. */
final class BatchBuffers {

  private final Batch full;
  private final @Nullable Batch shorter;
  private final Tensor[] x;
  private final Tensor[] y;

  BatchBuffers(Loader loader) {
    int n = Math.min(loader.batchSize(), loader.size());
    full =
        new Batch(
            Tensor.zeros(loader.inputShape().prepend(n)),
            Tensor.zeros(loader.targetShape().prepend(n)),
            new int[n]);
    int rest = n == 0 ? 0 : loader.size() % n;
    shorter =
        rest == 0 ? null : new Batch(full.x().rows(0, rest), full.y().rows(0, rest), new int[rest]);
    x = rows(full.x(), loader.inputShape());
    y = rows(full.y(), loader.targetShape());
  }

  private static Tensor[] rows(Tensor all, Shape shape) {
    Tensor[] rows = new Tensor[all.dim(0)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Tensor.view(all.data(), all.offset() + i * shape.size(), shape);
    }
    return rows;
  }

  /** The batch of n examples: the full one or the short last one. */
  Batch batch(int n) {
    return shorter != null && n == shorter.size() ? shorter : full;
  }

  /** The input of the batch's example i. */
  Tensor x(int i) {
    return x[i];
  }

  /** The target of the batch's example i. */
  Tensor y(int i) {
    return y[i];
  }

  /** Keeps the buffers of a closed epoch for the next one. */
  static final class Spare {
    private final ConcurrentLinkedQueue<BatchBuffers> kept = new ConcurrentLinkedQueue<>();

    BatchBuffers take(Loader loader) {
      BatchBuffers buffers = kept.poll();
      return buffers != null ? buffers : new BatchBuffers(loader);
    }

    void give(BatchBuffers buffers) {
      kept.add(buffers);
    }
  }
}
