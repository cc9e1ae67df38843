package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Identity;
import org.junit.jupiter.api.Test;

class ResidualTest {

  private static final int INPUTS = 70;

  /** Small and serial, large and in chunks; the body's memory may be its own or that of dy. */
  @Test
  void aRectifierBehindItGivesTheSameBits() {
    for (int batch : new int[] {3, 2000}) {
      same(batch, () -> new Residual(new Dense(INPUTS)));
      same(batch, () -> new Residual(new Identity()));
      same(batch, () -> new Residual(new Relu(), new Dropout(0.3f)));
      same(
          batch, () -> Residual.withShortcut(new Dense(9), new Dense(5), new Relu(), new Dense(9)));
    }
  }

  private interface Detour {
    Residual make();
  }

  private static void same(int batch, Detour detour) {
    Tensor x = Rng.seeded(4).fillNormal(Tensor.zeros(batch, INPUTS), 0, 1);
    x.data()[1] = Float.NaN;
    x.data()[2] = -0f;
    float[][] together = run(x, detour.make(), new Relu(), new Dense(4));
    float[][] apart = run(x, detour.make(), new Sequential(new Relu()), new Dense(4));
    for (int i = 0; i < apart.length; i++) {
      assertArrayEquals(apart[i], together[i], batch + " examples, " + i);
    }
  }

  /** The output, the gradient by the input and those by the parameters, of a second step. */
  private static float[][] run(Tensor x, Layer... layers) {
    Model model = Model.of(Shape.of(INPUTS), 1, new Sequential(layers));
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    float[][] result = {};
    for (int step = 0; step < 2; step++) {
      Tensor y = model.forward(x, pass);
      Tensor dy = Rng.seeded(step).fillNormal(Tensor.zeros(y.shape()), 0, 1);
      model.parameters().clearGradients();
      Tensor dx = model.backward(dy, pass);
      result = new float[][] {y.toArray(), dx.toArray(), model.parameters().grads().clone()};
    }
    return result;
  }
}
