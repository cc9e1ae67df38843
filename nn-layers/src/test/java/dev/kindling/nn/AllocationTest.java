package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.check.LayerCase;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training step allocates nothing on one thread, once the pass has its memory and the code is compiled. */
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int ROUND = 200;

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
    Parallel.setThreads(1);
    Shape in = c.shapes().get(c.shapes().size() - 1);
    Model model = Model.of(in, 1, c.maker().get());
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    Tensor full = Rng.seeded(1).fillNormal(Tensor.zeros(in.prepend(16)), 0, 1);
    Tensor last = full.rows(0, 5);
    Tensor dy = Rng.seeded(2).fillNormal(Tensor.zeros(model.outputShape().prepend(16)), 0, 1);
    Tensor lastDy = dy.rows(0, 5);
    long bytes = -1;
    // Until the compiler is done, the interpreter makes objects that compiled code doesn't.
    long end = PROCESS.getProcessCpuTime() + PATIENCE;
    while (bytes != 0 && PROCESS.getProcessCpuTime() < end) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUND; i++) {
        step(model, pass, full, dy);
        step(model, pass, last, lastDy);
      }
      bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertEquals(0, bytes, "bytes in " + 2 * ROUND + " steps of " + model.layers());
  }

  private static void step(Model model, Pass pass, Tensor x, Tensor dy) {
    model.parameters().clearGradients();
    model.forward(x, pass);
    model.backward(dy, pass);
  }
}
