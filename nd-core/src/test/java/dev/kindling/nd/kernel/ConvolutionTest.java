package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolution beside its definition, seven loops in double; and the same bits at any number of threads. */
class ConvolutionTest {

  private static final int OFFSET = 3;

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.setThreads(threads);
  }

  /** Shapes of networks, edges of panels and vectors, and some at random. */
  static List<ConvolutionShape> shapes() {
    List<ConvolutionShape> all =
        new ArrayList<>(
            List.of(
                shape(1, 28, 28, 6, 5, 1, 2, 1, 1),
                shape(6, 14, 14, 16, 5, 1, 0, 1, 1),
                shape(3, 32, 32, 32, 3, 1, 1, 1, 1),
                shape(16, 16, 16, 70, 3, 1, 1, 1, 1),
                shape(16, 8, 8, 16, 3, 1, 1, 1, 1),
                shape(17, 7, 9, 21, 3, 1, 2, 1, 1),
                shape(33, 6, 41, 20, 3, 1, 0, 1, 1),
                shape(20, 64, 64, 16, 3, 1, 1, 1, 1),
                shape(24, 16, 16, 70, 3, 1, 1, 1, 1),
                shape(30, 8, 8, 24, 3, 1, 1, 1, 1),
                shape(25, 7, 9, 29, 3, 1, 2, 1, 1),
                shape(33, 6, 41, 26, 3, 1, 0, 1, 1),
                shape(24, 20, 64, 25, 3, 1, 1, 1, 1),
                shape(24, 5, 37, 24, 3, 1, 1, 1, 1),
                shape(40, 10, 5, 33, 3, 1, 1, 1, 1),
                shape(64, 13, 16, 48, 3, 1, 1, 1, 1),
                shape(48, 4, 4, 16, 3, 1, 1, 1, 1),
                shape(16, 2, 2, 64, 3, 1, 1, 1, 1),
                shape(32, 5, 5, 24, 3, 1, 1, 1, 1),
                shape(16, 3, 21, 130, 3, 1, 1, 1, 1),
                shape(20, 8, 8, 24, 3, 2, 1, 1, 1),
                shape(32, 17, 15, 33, 3, 2, 0, 1, 1),
                shape(40, 9, 8, 32, 3, 2, 1, 1, 1),
                shape(130, 6, 7, 32, 3, 3, 1, 1, 1),
                shape(32, 12, 11, 40, 3, 2, 2, 2, 1),
                shape(33, 10, 9, 300, 2, 2, 0, 1, 1),
                shape(36, 9, 9, 36, 5, 4, 2, 1, 1),
                shape(16, 32, 32, 17, 1, 2, 0, 1, 1),
                shape(40, 8, 8, 40, 1, 1, 0, 1, 1),
                shape(12, 9, 7, 17, 1, 1, 0, 1, 1),
                shape(12, 9, 7, 17, 1, 2, 0, 1, 1),
                shape(8, 13, 11, 8, 3, 1, 1, 1, 8),
                shape(8, 13, 11, 16, 3, 2, 1, 1, 4),
                shape(4, 12, 20, 6, 3, 1, 2, 2, 2),
                shape(2, 10, 10, 3, 3, 3, 0, 2, 1),
                shape(2, 5, 5, 3, 5, 1, 0, 1, 1),
                shape(230, 6, 6, 9, 3, 1, 1, 1, 1),
                new ConvolutionShape(3, 1, 50, 5, 1, 7, 1, 2, 0, 3, 0, 2, 1, 1, 1),
                new ConvolutionShape(3, 9, 6, 4, 2, 3, 2, 1, 1, 0, 0, 2, 1, 2, 1),
                new ConvolutionShape(1, 4, 4, 2, 1, 1, 3, 3, 0, 0, 0, 0, 1, 1, 1)));
    Random random = new Random(11);
    while (all.size() < 60) {
      int groups = 1 + random.nextInt(3);
      ConvolutionShape s =
          new ConvolutionShape(
              groups * (1 + random.nextInt(4)),
              1 + random.nextInt(20),
              1 + random.nextInt(40),
              groups * (1 + random.nextInt(8)),
              1 + random.nextInt(4),
              1 + random.nextInt(4),
              1 + random.nextInt(3),
              1 + random.nextInt(3),
              random.nextInt(3),
              random.nextInt(3),
              random.nextInt(3),
              random.nextInt(3),
              1 + random.nextInt(2),
              1 + random.nextInt(2),
              groups);
      int reachY = s.dilationY() * (s.kernelY() - 1) + 1;
      int reachX = s.dilationX() * (s.kernelX() - 1) + 1;
      if (s.height() + s.top() + s.bottom() >= reachY
          && s.width() + s.left() + s.right() >= reachX) {
        all.add(s);
      }
    }
    return all;
  }

  private static ConvolutionShape shape(
      int in, int h, int w, int out, int kernel, int stride, int border, int dilation, int groups) {
    return new ConvolutionShape(
        in, h, w, out, kernel, kernel, stride, stride, border, border, border, border, dilation,
        dilation, groups);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void equalsItsDefinition(ConvolutionShape s) {
    for (int batch : new int[] {1, 5}) {
      Run run = new Run(s, batch);
      run.all();
      Definition expected = new Definition(run);
      close(expected.y, run.y, "y");
      close(expected.dx, run.dx, "dx");
      close(expected.dw, run.dw, "dw");
    }
  }

  @Test
  void bitsDoNotDependOnThreads() {
    for (ConvolutionShape s :
        List.of(
            shape(24, 32, 32, 33, 3, 1, 1, 1, 1),
            shape(16, 32, 32, 16, 3, 1, 1, 1, 1),
            shape(1, 28, 28, 6, 5, 1, 2, 1, 1),
            shape(12, 14, 14, 16, 5, 1, 0, 1, 1),
            shape(16, 17, 32, 32, 3, 2, 1, 1, 2),
            shape(32, 17, 32, 32, 3, 2, 1, 1, 1),
            shape(40, 12, 12, 16, 1, 1, 0, 1, 1),
            shape(24, 8, 8, 80, 3, 1, 1, 1, 1))) {
      for (int batch : new int[] {1, 9}) {
        Parallel.setThreads(1);
        Run expected = new Run(s, batch);
        expected.all();
        for (int n : new int[] {2, 3, 4, 8}) {
          Parallel.setThreads(n);
          Run run = new Run(s, batch);
          run.all();
          assertArrayEquals(expected.y, run.y);
          assertArrayEquals(expected.dx, run.dx);
          assertArrayEquals(expected.dw, run.dw);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void imagesThatLieNowhereGiveTheSameBits(ConvolutionShape s) {
    for (int batch : new int[] {1, 5}) {
      Run expected = new Run(s, batch);
      expected.all();
      for (int n : new int[] {1, 3}) {
        Parallel.setThreads(n);
        Run run = new Run(s, batch);
        run.allByImages(n == 1);
        assertArrayEquals(expected.y, run.y);
        assertArrayEquals(expected.dx, run.dx);
        assertArrayEquals(expected.dw, run.dw);
      }
    }
  }

  @Test
  void whatLiesAroundTheArraysIsLeftAlone() {
    for (ConvolutionShape s :
        List.of(
            shape(3, 7, 9, 5, 3, 2, 1, 1, 1),
            shape(2, 10, 18, 6, 5, 1, 0, 1, 1),
            shape(24, 9, 19, 24, 3, 1, 1, 1, 1))) {
      Run run = new Run(s, 2);
      run.all();
      for (float[] array : List.of(run.y, run.dx, run.dw)) {
        for (int i = 0; i < OFFSET; i++) {
          assertEquals(-7, array[i]);
          assertEquals(-7, array[array.length - 1 - i]);
        }
      }
    }
  }

  private static void close(double[] expected, float[] actual, String what) {
    double scale = Math.sqrt(Arrays.stream(expected).map(v -> v * v).average().orElse(0)) + 1e-3;
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[OFFSET + i], 2e-5 * scale, what + "[" + i + "]");
    }
  }

  /** The three operations on numbers at random, at offsets. */
  private static final class Run {
    final ConvolutionShape s;
    final int batch;
    final float[] x;
    final float[] w;
    final float[] bias;
    final float[] dy;
    final float[] y;
    final float[] dx;
    final float[] dw;

    Run(ConvolutionShape s, int batch) {
      this.s = s;
      this.batch = batch;
      int output = s.out() * s.outHeight() * s.outWidth();
      x = random(batch * s.in() * s.height() * s.width(), 1);
      w = random(s.out() * s.inOfGroup() * s.kernelY() * s.kernelX(), 2);
      bias = random(s.out(), 3);
      dy = random(batch * output, 4);
      y = filled(dy.length);
      dx = filled(x.length);
      dw = filled(w.length);
    }

    private static float[] random(int size, long seed) {
      return Rng.seeded(seed).fillNormal(Tensor.zeros(OFFSET + size), 0, 1).data();
    }

    private static float[] filled(int size) {
      float[] array =
          new float[size + OFFSET]; // inputs have the offset already, so it's on both sides
      Arrays.fill(array, -7);
      return array;
    }

    void all() {
      Convolution c = new Convolution(s);
      c.forward(batch, x, OFFSET, w, OFFSET, bias, OFFSET, y, OFFSET);
      c.inputGradient(batch, dy, OFFSET, w, OFFSET, null, 0, dx, OFFSET);
      c.weightGradient(batch, x, OFFSET, dy, OFFSET, 0, dw, OFFSET);
      c.weightGradient(batch, x, OFFSET, dy, OFFSET, 0.5f, dw, OFFSET);
    }

    /** The same, but y and dy are never in memory as a whole; with NaN behind each image if one thread makes them in order. */
    void allByImages(boolean inOrder) {
      Convolution c = new Convolution(s);
      int size = batch == 0 ? 0 : (dy.length - OFFSET) / batch;
      Images use = (n, array, at) -> System.arraycopy(array, at, y, OFFSET + n * size, size);
      Images make =
          (n, array, at) -> {
            System.arraycopy(dy, OFFSET + n * size, array, at, size);
            if (inOrder) {
              Arrays.fill(array, at + size, array.length, Float.NaN);
            }
          };
      c.forward(batch, x, OFFSET, w, OFFSET, null, bias, OFFSET, use);
      c.inputGradient(batch, make, w, OFFSET, dx, OFFSET);
      c.weightGradient(batch, x, OFFSET, make, 0, dw, OFFSET);
      c.weightGradient(batch, x, OFFSET, make, 0.5f, dw, OFFSET);
    }
  }

  /** What is computed, from its definition. */
  private static final class Definition {
    final double[] y;
    final double[] dx;
    final double[] dw;

    Definition(Run r) {
      ConvolutionShape s = r.s;
      y = new double[r.dy.length - OFFSET];
      dx = new double[r.x.length - OFFSET];
      dw = new double[r.w.length - OFFSET];
      int at = 0;
      for (int n = 0; n < r.batch; n++) {
        for (int o = 0; o < s.out(); o++) {
          for (int oy = 0; oy < s.outHeight(); oy++) {
            for (int ox = 0; ox < s.outWidth(); ox++, at++) {
              y[at] = r.bias[OFFSET + o];
              window(r, n, o, oy, ox, at);
            }
          }
        }
      }
      for (int i = 0; i < dw.length; i++) {
        dw[i] *= 1.5;
      }
    }

    private void window(Run r, int n, int o, int oy, int ox, int at) {
      ConvolutionShape s = r.s;
      int firstChannel = o / s.outOfGroup() * s.inOfGroup();
      for (int c = 0; c < s.inOfGroup(); c++) {
        for (int ky = 0; ky < s.kernelY(); ky++) {
          for (int kx = 0; kx < s.kernelX(); kx++) {
            int i = oy * s.strideY() + ky * s.dilationY() - s.top();
            int j = ox * s.strideX() + kx * s.dilationX() - s.left();
            if (i < 0 || i >= s.height() || j < 0 || j >= s.width()) {
              continue;
            }
            int xi = ((n * s.in() + firstChannel + c) * s.height() + i) * s.width() + j;
            int wi = ((o * s.inOfGroup() + c) * s.kernelY() + ky) * s.kernelX() + kx;
            double dy = r.dy[OFFSET + at];
            y[at] += (double) r.w[OFFSET + wi] * r.x[OFFSET + xi];
            dx[xi] += r.w[OFFSET + wi] * dy;
            dw[wi] += r.x[OFFSET + xi] * dy;
          }
        }
      }
    }
  }
}
