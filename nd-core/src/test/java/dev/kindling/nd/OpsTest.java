package dev.kindling.nd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.kernel.Parallel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpsTest {

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.setThreads(threads);
  }

  private static Tensor random(long seed, int... dims) {
    return Rng.seeded(seed).fillNormal(Tensor.zeros(dims), 0, 1);
  }

  @Test
  void matmulMultiplies() {
    Tensor a = Tensor.matrix(new float[][] {{1, 2, 3}, {4, 5, 6}});
    Tensor b = Tensor.matrix(new float[][] {{1, 0}, {0, 1}, {2, -1}});
    assertArrayEquals(new float[] {7, -1, 16, -1}, Ops.matmul(a, b, Tensor.zeros(2, 2)).toArray());
  }

  @Test
  void addReluIsASumAndARectifier() {
    for (int n : new int[] {1, 37, 100_003}) {
      Tensor a = random(1, n);
      Tensor b = random(2, n);
      a.data()[0] = Float.NaN;
      Tensor expected = Ops.map(Unary.RELU, 0, Ops.add(a, b, Tensor.zeros(n)), Tensor.zeros(n));
      assertArrayEquals(expected.toArray(), Ops.addRelu(a, b, Tensor.zeros(n)).toArray());
      assertArrayEquals(expected.toArray(), Ops.addRelu(a, b, a).toArray()); // in place
    }
    Tensor two = Tensor.zeros(2);
    assertThrows(ShapeException.class, () -> Ops.addRelu(two, Tensor.zeros(3), two));
  }

  @Test
  void gemmTransposesScalesAndAdds() {
    Tensor a = random(1, 5, 3);
    Tensor b = random(2, 4, 5);
    Tensor c = random(3, 3, 4);
    Tensor expected = Tensor.zeros(3, 4);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        double s = 0;
        for (int l = 0; l < 5; l++) {
          s += (double) a.get(l, i) * b.get(j, l);
        }
        expected.set((float) (0.5 * s - 2 * c.get(i, j)), i, j);
      }
    }
    Ops.gemm(0.5f, a, true, b, true, -2, c);
    assertArrayEquals(expected.toArray(), c.toArray(), 1e-5f);
  }

  @Test
  void gemmRefusesShapesThatDoNotFit() {
    Tensor a = Tensor.zeros(2, 3);
    assertThrows(ShapeException.class, () -> Ops.matmul(a, Tensor.zeros(2, 3), Tensor.zeros(2, 3)));
    assertThrows(ShapeException.class, () -> Ops.matmul(a, Tensor.zeros(3, 4), Tensor.zeros(2, 3)));
    String message =
        assertThrows(ShapeException.class, () -> Ops.matmul(a, Tensor.zeros(3), Tensor.zeros(2)))
            .getMessage();
    assertTrue(message.contains("[3]"), message);
  }

  @Test
  void arithmeticBroadcastsRows() {
    Tensor a = Tensor.matrix(new float[][] {{1, 2}, {3, 4}});
    Tensor row = Tensor.of(new float[] {10, 20}, 2);
    Tensor out = Tensor.zeros(2, 2);
    assertArrayEquals(new float[] {11, 22, 13, 24}, Ops.add(a, row, out).toArray());
    assertArrayEquals(new float[] {-9, -18, -7, -16}, Ops.sub(a, row, out).toArray());
    assertArrayEquals(new float[] {10, 40, 30, 80}, Ops.mul(a, row, out).toArray());
    assertArrayEquals(new float[] {0.1f, 0.1f, 0.3f, 0.2f}, Ops.div(a, row, out).toArray(), 1e-7f);
    assertArrayEquals(new float[] {1, 4, 9, 16}, Ops.mul(a, a, out).toArray());
    assertArrayEquals(
        new float[] {3, 6, 5, 8}, Ops.add(a, Tensor.of(new float[] {2, 4}, 2), a).toArray());
    assertThrows(ShapeException.class, () -> Ops.add(a, Tensor.zeros(3), out));
    assertThrows(ShapeException.class, () -> Ops.add(a, a, Tensor.zeros(4)));
  }

  @Test
  void axpyScaleAndAffine() {
    Tensor x = Tensor.of(new float[] {1, 2, 3}, 3);
    Tensor y = Tensor.of(new float[] {1, 1, 1}, 3);
    assertArrayEquals(new float[] {3, 5, 7}, Ops.axpy(2, x, y).toArray());
    assertArrayEquals(new float[] {-1, -2, -3}, Ops.scale(-1, x, y).toArray());
    assertArrayEquals(new float[] {3, 5, 7}, Ops.affine(2, x, 1, y).toArray());
  }

  @Test
  void transposeSwapsAxesAtAwkwardSizes() {
    for (int m : new int[] {1, 3, 16, 17, 33}) {
      for (int n : new int[] {1, 5, 16, 31}) {
        Tensor x = random(m * 100 + n, m, n);
        Tensor y = Ops.transpose(x, Tensor.zeros(n, m));
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            assertEquals(x.get(i, j), y.get(j, i));
          }
        }
      }
    }
  }

  @Test
  void fillRowsRepeatsARow() {
    Tensor out = Tensor.zeros(3, 2);
    Ops.fillRows(Tensor.of(new float[] {1, 2}, 2), out);
    assertArrayEquals(new float[] {1, 2, 1, 2, 1, 2}, out.toArray());
    assertThrows(ShapeException.class, () -> Ops.fillRows(Tensor.zeros(4), out));
  }

  @Test
  void functionsAndTheirGradients() {
    Tensor x = Tensor.of(new float[] {-1, 0.5f, 2}, 3);
    Tensor y = Ops.tanh(x, Tensor.zeros(3));
    Tensor dy = Tensor.of(new float[] {1, 2, 3}, 3);
    Tensor dx = Ops.mapGradient(Unary.TANH, 0, x, y, dy, Tensor.zeros(3));
    for (int i = 0; i < 3; i++) {
      assertEquals(Math.tanh(x.get(i)), y.get(i), 1e-6);
      double t = Math.tanh(x.get(i));
      assertEquals((1 - t * t) * dy.get(i), dx.get(i), 2e-6);
    }
  }

  @Test
  void largeOperationsGiveTheSameBitsAtAnyNumberOfThreads() {
    int n = 300_001;
    Tensor x = random(1, n);
    Tensor y = random(2, n);
    float[][] reference = null;
    for (int t : new int[] {1, 2, 3, 4, 8}) {
      Parallel.setThreads(t);
      float[][] results = {
        Ops.add(x, y, Tensor.zeros(n)).toArray(),
        Ops.axpy(0.3f, x, y.copy()).toArray(),
        Ops.affine(0.3f, x, 1, Tensor.zeros(n)).toArray(),
        Ops.sigmoid(x, Tensor.zeros(n)).toArray(),
        Ops.mapGradient(Unary.SIGMOID, 0, x, Ops.sigmoid(x, Tensor.zeros(n)), y, Tensor.zeros(n))
            .toArray(),
        Ops.dropout(77, 0.6, x, Tensor.zeros(n)).toArray(),
        Ops.add(x.rows(0, 300_000).reshape(1000, 300), y.rows(0, 300), Tensor.zeros(1000, 300))
            .toArray()
      };
      if (reference == null) {
        reference = results;
      }
      for (int i = 0; i < results.length; i++) {
        assertArrayEquals(reference[i], results[i], "operation " + i + " with " + t + " threads");
      }
    }
  }

  @Test
  void dropoutKeepsItsShareAndItsMeanAndRepeatsItsMask() {
    Tensor x = Tensor.full(1, 100_000);
    Tensor y = Ops.dropout(5, 0.8, x, Tensor.zeros(100_000));
    assertEquals(1, Reduce.mean(y), 0.01);
    Tensor again = Ops.dropout(5, 0.8, x, Tensor.zeros(100_000));
    assertArrayEquals(y.toArray(), again.toArray());
    int kept = 0;
    for (float v : y.data()) {
      assertTrue(v == 0 || v == 1.25f, "neither dropped nor scaled: " + v);
      kept += v > 0 ? 1 : 0;
    }
    assertEquals(80_000, kept, 800);
    assertArrayEquals(x.toArray(), Ops.dropout(5, 1, x, Tensor.zeros(100_000)).toArray());
  }
}
