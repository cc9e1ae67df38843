package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kindling.nd.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No kernel allocates once it is compiled. Compilation is in the background, so each operation may try for a while: what
 * boxes its vectors after all never gets to 0.
 */
class KernelAllocationTest {

  private static final int N = 1000;

  private record Call(String name, Runnable body) {}

  @ParameterizedTest
  @MethodSource("dev.kindling.nd.kernel.TestKernels#all")
  void nothingIsAllocated(Kernels k) {
    List<Call> calls = calls(k);
    long end = Garbage.patience();
    while (!calls.isEmpty() && !Garbage.outOfPatience(end)) {
      for (int i = 0; i < 20; i++) {
        for (Call call : calls) {
          for (int j = 0; j < 20; j++) {
            call.body.run();
          }
        }
      }
      calls.removeIf(call -> allocated(call.body) == 0);
    }
    assertEquals(
        List.of(), calls.stream().map(c -> c.name + ": " + allocated(c.body) / 100).toList());
  }

  private static long allocated(Runnable body) {
    return Garbage.allocated(
        () -> {
          for (int i = 0; i < 100; i++) {
            body.run();
          }
        });
  }

  private static List<Call> calls(Kernels k) {
    Random random = new Random(1);
    float[] x = TestKernels.normal(random, N, 1);
    float[] a = TestKernels.normal(random, N, 1);
    float[] b = TestKernels.normal(random, N, 1);
    float[] y = new float[N];
    float[] z = new float[N];
    List<Call> calls = new ArrayList<>();
    for (Unary f : Unary.values()) {
      calls.add(new Call(f.name(), () -> k.map(f, 1, x, 0, y, 0, N)));
      calls.add(new Call(f + "'", () -> k.mapGradient(f, 1, x, 0, a, 0, b, 0, y, 0, N)));
    }
    calls.add(new Call("add", () -> k.add(a, 0, b, 0, y, 0, N)));
    calls.add(new Call("axpy", () -> k.axpy(1e-9f, a, 0, y, 0, N)));
    calls.add(new Call("affine", () -> k.affine(2, 3, a, 0, y, 0, N)));
    calls.add(new Call("mulAdd", () -> k.mulAdd(a, 0, b, 0, x, 0, y, 0, N)));
    calls.add(new Call("combine", () -> k.combine(2, a, 0, 3, b, 0, 4, y, 0, N)));
    calls.add(new Call("maximum", () -> k.maximum(a, 0, b, 0, y, 0, N)));
    calls.add(new Call("clamp", () -> k.clamp(-1, 1, a, 0, y, 0, N)));
    calls.add(new Call("addRow", () -> k.addRow(a, 0, b, 0, y, 0, 10, N / 10)));
    calls.add(new Call("dropout", () -> k.dropout(7, 0, 1 << 30, 2, a, 0, y, 0, N)));
    calls.add(new Call("sum", () -> k.sum(a, 0, N)));
    double[] sums = new double[2];
    calls.add(new Call("momentSums", () -> k.momentSums(a, 0, y, 0, 1, N, sums)));
    calls.add(new Call("rectify", () -> k.rectify(2, 1, a, 0, b, 0, y, 0, N)));
    calls.add(new Call("sumOfSquares", () -> k.sumOfSquares(a, 0, 1, N)));
    calls.add(new Call("dot", () -> k.dot(a, 0, b, 0, N)));
    calls.add(new Call("max", () -> k.max(a, 0, N)));
    calls.add(new Call("columnSums", () -> k.columnSums(a, 0, 100, 10, 100, 0, y, 0)));
    calls.add(new Call("columnDots", () -> k.columnDots(a, 0, 100, b, 0, 100, 10, 100, 1, z, 0)));
    calls.add(new Call("softmax", () -> k.softmax(a, 0, y, 0, N)));
    calls.add(new Call("softmax'", () -> k.softmaxGradient(a, 0, b, 0, y, 0, N)));
    calls.add(new Call("logSoftmax", () -> k.logSoftmax(a, 0, y, 0, N)));
    calls.add(new Call("logSoftmax'", () -> k.logSoftmaxGradient(a, 0, b, 0, y, 0, N)));
    calls.add(new Call("normalize", () -> k.normalize(a, 0, 0, 1, b, 0, x, 0, y, 0, N)));
    calls.add(
        new Call(
            "normalize'", () -> k.normalizeGradient(a, 0, 0, 1, b, 0, x, 0, z, 0, z, 0, y, 0, N)));
    return calls;
  }
}
