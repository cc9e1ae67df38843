package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.activation.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A convolution that hands its images to the pooling behind it, beside the same layers one after the other. */
class JoinedPoolingTest {

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.setThreads(threads);
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(Shape.of(1, 28, 28), new Conv2d(24, 5).withPadding(2)),
        Arguments.of(Shape.of(6, 36, 36), new Conv2d(17, 5)),
        Arguments.of(Shape.of(24, 28, 28), new Conv2d(25, 3).withSamePadding()),
        Arguments.of(Shape.of(26, 21, 37), new Conv2d(24, 3).withSamePadding().withoutBias()),
        Arguments.of(Shape.of(3, 93, 59), new Conv2d(16, 3).withStride(2).withPadding(1)),
        Arguments.of(Shape.of(4, 47, 51), new Conv2d(8, 2).withGroups(2)),
        Arguments.of(Shape.of(5, 77, 79), new Conv2d(3, 1)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void isTheSameAsOneAfterTheOther(Shape in, Conv2d conv) {
    // Two layers in front, so that the gradient by the convolution's input is asked for.
    Model model = Model.of(in, 3, new Conv2d(in.dim(0), 1), conv, new Relu(), new MaxPool2d(2));
    for (int batch : new int[] {1, 2, 7}) {
      List<float[]> expected = results(model, batch, false);
      for (int n : new int[] {1, 2, 5}) {
        Parallel.setThreads(n);
        List<float[]> joined = results(model, batch, true);
        for (int i = 0; i < expected.size() - 1; i++) {
          assertArrayEquals(expected.get(i), joined.get(i), "result " + i);
        }
        // Sums for the bias go over the pooled gradient, in another order.
        float[] sums = expected.get(expected.size() - 1);
        assertArrayEquals(sums, joined.get(expected.size() - 1), 1e-5f * (1 + largest(sums)));
      }
    }
  }

  /** y, dx and the gradients by the parameters, the convolution's bias last. */
  private static List<float[]> results(Model model, int batch, boolean joined) {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(model.inputShape().prepend(batch)), 0, 1);
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    model.parameters().clearGradients();
    List<Layer> layers = model.root().children();
    Tensor y = x;
    Tensor dx;
    if (joined) {
      y = model.forward(x, pass);
      dx = model.backward(gradient(y), pass);
    } else {
      for (Layer layer : layers) {
        y = layer.forward(y, pass);
      }
      dx = gradient(y);
      for (int i = layers.size() - 1; i >= 0; i--) {
        dx = layers.get(i).backward(dx, pass);
      }
    }
    List<float[]> all = new ArrayList<>(List.of(y.toArray(), dx.toArray()));
    List<Parameter> parameters = layers.get(1).parameters();
    parameters.forEach(p -> all.add(p.grad().toArray()));
    if (parameters.size() == 1) {
      all.add(new float[0]);
    }
    return all;
  }

  private static Tensor gradient(Tensor y) {
    return Rng.seeded(2).fillNormal(Tensor.zeros(y.shape()), 0, 1);
  }

  private static float largest(float[] x) {
    float largest = 0;
    for (float v : x) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  @Test
  void theConvolutionsOutputTakesNoMemory() {
    Model model =
        Model.of(
            Shape.of(1, 28, 28), 3, new Conv2d(24, 5).withPadding(2), new Relu(), new MaxPool2d(2));
    Pass pass = model.newPass(Mode.TRAIN, 1);
    model.backward(gradient(model.forward(Tensor.zeros(8, 1, 28, 28), pass)), pass);
    long output = 4L * 8 * 24 * 28 * 28;
    assertTrue(pass.bytes() < 1.5 * output, "one after the other, it is there twice");
  }
}
