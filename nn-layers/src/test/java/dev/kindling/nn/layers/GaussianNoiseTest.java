package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GaussianNoiseTest {

  private static final Shape WIDE = Shape.of(1000);

  @Test
  void theNoiseIsNormal() {
    int n = 2_000_000;
    Model model = Model.of(WIDE, 1, new GaussianNoise(0.5f));
    Tensor y = model.forward(Tensor.zeros(n / 1000, 1000), model.newPass(Mode.TRAIN, 1));
    double[] moments = new double[5];
    // The part of a normal distribution beyond k standard deviations on one side (SciPy: norm.sf).
    double[] beyond = {
      0.5, 0.15865525393145707, 0.022750131948179195, 0.0013498980316301035, 3.167124183311986e-05
    };
    int[] above = new int[5];
    int[] below = new int[5];
    for (int i = 0; i < n; i++) {
      double z = y.data()[y.offset() + i] / 0.5;
      for (int k = 0; k < 5; k++) {
        moments[k] += Math.pow(z, k) / n;
        above[k] += z > k ? 1 : 0;
        below[k] += z < -k ? 1 : 0;
      }
    }
    assertEquals(0, moments[1], 5 * Math.sqrt(1.0 / n));
    assertEquals(1, moments[2], 5 * Math.sqrt(2.0 / n));
    assertEquals(0, moments[3], 5 * Math.sqrt(15.0 / n));
    assertEquals(3, moments[4], 5 * Math.sqrt(96.0 / n));
    for (int k = 0; k < 5; k++) {
      double deviation = Math.sqrt(beyond[k] * n);
      assertEquals(beyond[k] * n, above[k], 5 * deviation, "above " + k);
      assertEquals(beyond[k] * n, below[k], 5 * deviation, "below " + k);
    }
  }

  @Test
  void eachForwardDrawsNoiseOfItsOwnAndTheRandomStreamDecidesIt() {
    Model model = Model.of(WIDE, 1, new GaussianNoise(1));
    Pass pass = model.newPass(Mode.TRAIN, 1);
    Tensor x = Tensor.zeros(20, 1000);
    Rng.State state = pass.rng().state();
    float[] first = model.forward(x, pass).toArray();
    float[] second = model.forward(x, pass).toArray();
    double dot = 0;
    for (int i = 0; i < first.length; i++) {
      dot += first[i] * second[i];
    }
    assertEquals(0, dot / first.length, 5 / Math.sqrt(first.length));
    assertFalse(Arrays.equals(first, second));
    pass.rng().restore(state);
    assertArrayEquals(first, model.forward(x, pass).toArray());
  }

  @Test
  void predictionChangesNothing() {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(5, 1000), 0, 1);
    assertArrayEquals(x.data(), Model.of(WIDE, 1, new GaussianNoise(0.5f)).predict(x).data());
  }

  @Test
  void badDeviationsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new GaussianNoise(-1));
    assertThrows(IllegalArgumentException.class, () -> new GaussianNoise(Float.NaN));
  }
}
