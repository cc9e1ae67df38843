package dev.kindling.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Loader;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Model;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import dev.kindling.optim.Adam;
import dev.kindling.optim.Clip;
import dev.kindling.optim.Muon;
import dev.kindling.optim.Optimizer;
import dev.kindling.optim.Regularizer;
import dev.kindling.optim.schedule.Cosine;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a training step allocates when everything has its memory. */
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int threads = Parallel.threads();

  @AfterEach
  void resetThreads() {
    Parallel.setThreads(threads);
  }

  /** The same batches again and again: a whole one and a short one. */
  private static Loader loader(int batches) {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(16, 64), 0, 1);
    Tensor y = Tensor.zeros(16);
    for (int i = 0; i < 16; i++) {
      y.set(i % 10, i);
    }
    Batch whole = new Batch(x, y, new int[16]);
    Batch part = new Batch(x.rows(0, 5), y.rows(0, 5), new int[5]);
    return new Loader() {
      @Override
      public int size() {
        return 16 * batches;
      }

      @Override
      public int batchSize() {
        return 16;
      }

      @Override
      public int batches() {
        return batches;
      }

      @Override
      public Shape inputShape() {
        return Shape.of(64);
      }

      @Override
      public Shape targetShape() {
        return Shape.of();
      }

      @Override
      public Batches epoch(int epoch) {
        return new Batches() {
          private int next;

          @Override
          public @Nullable Batch next() {
            next++;
            return next > batches ? null : next % 5 == 0 ? part : whole;
          }

          @Override
          public void close() {}
        };
      }
    };
  }

  /**
   * What this thread allocated in the best window of steps. Until the compiler is done with it, code on the Vector API
   * allocates, and when that is depends on how busy the machine is; so training goes on until a window is good enough,
   * or has gone on for long.
   */
  private static final class Meter implements Callback {
    private static final int WINDOW = 50;

    private final long enough;
    private long before;
    private long least = Long.MAX_VALUE;

    Meter(long bytesPerStep) {
      enough = bytesPerStep * WINDOW;
    }

    @Override
    public void onBatchEnd(Training training) {
      if (training.batch() % WINDOW == 0) {
        long now = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        if (training.batch() > WINDOW) {
          least = Math.min(least, now - before);
        }
        if (least <= enough) {
          training.stop("measured");
        }
        before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      }
    }

    double bytesPerStep() {
      return (double) least / WINDOW;
    }
  }

  private static double bytesPerStep(Optimizer optimizer, int useThreads, long enough) {
    Parallel.setThreads(useThreads);
    Model model =
        Model.of(
            Shape.of(64),
            1,
            new Dense(256),
            new Relu(),
            new Dropout(0.2f),
            new Dense(128),
            new Relu(),
            new Dense(10));
    Meter meter = new Meter(enough);
    Trainer.of(model, new SoftmaxCrossEntropy(), optimizer)
        .metric(new Accuracy())
        .metric(new TopK(3))
        .metric(F1.macro())
        .metric(new ConfusionMatrix())
        .schedule(new Cosine(10_000).afterWarmup(100))
        .regularizer(Regularizer.elasticNet(1e-5, 1e-4))
        .reportPenalty()
        .clip(Clip.norm(1))
        .maxNorm(4)
        .accumulate(2)
        .averaging(Averaging.exponential(0.99))
        .callback(meter)
        .fit(loader(30_000), 1);
    return meter.bytesPerStep();
  }

  static List<Optimizer> optimizers() {
    return List.of(Adam.withRate(1e-3), Muon.withRate(1e-3));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepOnOneThreadAllocatesNothing(Optimizer optimizer) {
    assertEquals(0, bytesPerStep(optimizer, 1, 0));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepOnTwoThreadsAllocatesAtMostFourKilobytes(Optimizer optimizer) {
    double bytes = bytesPerStep(optimizer, 2, 4096);
    assertTrue(bytes <= 4096, bytes + " bytes");
  }
}
