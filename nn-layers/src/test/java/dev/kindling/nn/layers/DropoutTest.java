package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutTest {

  private static final Shape WIDE = Shape.of(1000);

  @Test
  void theRateIsDroppedAndTheRestScaledUp() {
    for (float rate : new float[] {0.1f, 0.5f, 0.9f}) {
      Model model = Model.of(WIDE, 1, new Dropout(rate));
      Tensor y = model.forward(Tensor.full(1, 100, 1000), model.newPass(Mode.TRAIN, 1));
      int dropped = 0;
      float kept = 1 / (1 - rate);
      for (float v : y.toArray()) {
        if (v == 0) {
          dropped++;
        } else {
          assertEquals(kept, v, 1e-5 * kept);
        }
      }
      assertEquals(rate, dropped / 1e5, 5 * Math.sqrt(rate * (1 - rate) / 1e5));
    }
  }

  @Test
  void backwardUsesTheForwardsMask() {
    Model model = Model.of(WIDE, 1, new Dropout(0.5f));
    Pass pass = model.newPass(Mode.TRAIN, 1).inputGradient(true);
    Tensor ones = Tensor.full(1, 7, 1000);
    float[] y = model.forward(ones, pass).toArray();
    assertArrayEquals(y, model.backward(ones, pass).toArray());
  }

  @Test
  void eachForwardAndEachLayerDrawsAMaskOfItsOwn() {
    Model model = Model.of(WIDE, 1, new Dropout(0.5f), new Dropout(0.5f));
    Pass pass = model.newPass(Mode.TRAIN, 1);
    Tensor ones = Tensor.full(1, 1, 1000);
    float[] first = model.forward(ones, pass).toArray();
    float[] second = model.forward(ones, pass).toArray();
    assertFalse(Arrays.equals(first, second));
    int kept = 0;
    for (float v : first) {
      kept += v != 0 ? 1 : 0;
    }
    assertEquals(250, kept, 70); // a shared mask would keep 500
  }

  @Test
  void theStateOfTheRandomStreamDecidesTheMask() {
    Model model = Model.of(WIDE, 1, new Dropout(0.5f));
    Pass pass = model.newPass(Mode.TRAIN, 1);
    Tensor ones = Tensor.full(1, 1, 1000);
    Rng.State state = pass.rng().state();
    float[] first = model.forward(ones, pass).toArray();
    pass.rng().restore(state);
    assertArrayEquals(first, model.forward(ones, pass).toArray());
  }

  @Test
  void predictionChangesNothing() {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(5, 1000), 0, 1);
    assertArrayEquals(x.data(), Model.of(WIDE, 1, new Dropout(0.5f)).predict(x).data());
  }

  @Test
  void badRatesAreRefused() {
    for (float rate : new float[] {-0.1f, 1, Float.NaN}) {
      String message =
          String.valueOf(
              assertThrows(IllegalArgumentException.class, () -> new Dropout(rate)).getMessage());
      assertTrue(message.contains("at least 0 and below 1, got " + rate), message);
    }
  }
}
