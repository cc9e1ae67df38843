package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.check.LayerCase;
import dev.kindling.nn.models.LeNet5;
import dev.kindling.nn.models.ResNet;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training step allocates nothing on one thread, once the pass has its memory and the code is compiled. */
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Processor time of the whole process, the compiler's threads included: a busy machine takes none of it away. */
  private static final long PATIENCE = 40_000_000_000L;

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.setThreads(threads);
  }

  static List<LayerCase> layers() {
    return LayerCase.all();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aStepAllocatesNothing(LayerCase c) {
    settles(Model.of(c.shapes().get(c.shapes().size() - 1), 1, c.maker().get()), 16, 5, 200);
  }

  /** Layers of the sizes that networks have take other ways through the kernels than small ones. */
  @Test
  void aStepOfANetworkAllocatesNothing() {
    settles(Model.of(Shape.of(1, 28, 28), 1, LeNet5.of(10)), 4, 3, 10);
    settles(Model.of(Shape.of(3, 32, 32), 1, ResNet.resNet8(10)), 4, 3, 10);
  }

  /** Trains with whole batches and smaller last ones until nothing is allocated. */
  private static void settles(Model model, int batch, int lastBatch, int round) {
    Parallel.setThreads(1);
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    Tensor full = Rng.seeded(1).fillNormal(Tensor.zeros(model.inputShape().prepend(batch)), 0, 1);
    Tensor last = full.rows(0, lastBatch);
    Tensor dy = Rng.seeded(2).fillNormal(Tensor.zeros(model.outputShape().prepend(batch)), 0, 1);
    Tensor lastDy = dy.rows(0, lastBatch);
    long bytes = -1;
    // Until the compiler is done, the interpreter makes objects that compiled code doesn't.
    long end = PROCESS.getProcessCpuTime() + PATIENCE;
    while (bytes != 0 && PROCESS.getProcessCpuTime() < end) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < round; i++) {
        step(model, pass, full, dy);
        step(model, pass, last, lastDy);
      }
      bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertEquals(0, bytes, "bytes in " + 2 * round + " steps of " + model.layers());
  }

  private static void step(Model model, Pass pass, Tensor x, Tensor dy) {
    model.parameters().clearGradients();
    model.forward(x, pass);
    model.backward(dy, pass);
  }
}
