package dev.kindling.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.kindling.data.format.Npz;
import dev.kindling.nn.Model;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClipTest {

  static List<JsonObject> cases() {
    return PyTorch.manifest("manifest_clip.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreClippedAsPyTorchDoes(JsonObject c) throws IOException {
    double max = c.get("max").getAsDouble();
    Clip clip = clip(c, max);
    String g = c.get("input").getAsString().replaceAll(".* (g\\d+_)\\*", "$1");
    float[] grads;
    try (Npz in = Npz.open(PyTorch.file("optim/_inputs.npz"))) {
      grads = PyTorch.floats(in, g + 0, g + 1, g + 2);
    }
    Model model = Bare.model(12, 4, 1); // all 0: a step of rate 1 leaves minus the clipped gradient
    Updater updater = Updater.of(model, Sgd.withRate(1)).clip(clip);
    Bare.gradients(model, grads);
    updater.step();
    List<Double> expected = PyTorch.flatten(c.get("g"));
    assertEquals(expected.size(), grads.length);
    for (int i = 0; i < grads.length; i++) {
      double e = expected.get(i);
      assertEquals(e, -model.parameters().values()[i], 2e-6 * Math.max(1, Math.abs(e)));
    }
    if (c.has("total")) {
      double total = c.get("total").getAsDouble();
      assertEquals(total, updater.gradientNorm(), 1e-6 * total);
    }
  }

  private static Clip clip(JsonObject c, double max) {
    if (c.get("fn").getAsString().equals("clip_grad_value")) {
      return Clip.value(max);
    }
    return switch (c.get("norm").getAsString()) {
      case "1.0", "1" -> Clip.norm1(max);
      case "2.0", "2" -> Clip.norm(max);
      case "inf" -> Clip.normMax(max);
      default -> throw new IllegalArgumentException(c.toString());
    };
  }

  @Test
  void theLimitMustBePositive() {
    var e = assertThrows(IllegalArgumentException.class, () -> Clip.norm(0));
    assertTrue(e.toString().contains("max must be positive"), e.getMessage());
  }
}
