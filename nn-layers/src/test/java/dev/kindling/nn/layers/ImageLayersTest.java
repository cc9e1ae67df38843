package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.Residual;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ImageLayersTest {

  // ---------------------------------------------------------------- what is refused

  @Test
  void shapesThatDontFitAreRefused() {
    refuses(
        "layer 1 'groupNorm1' GroupNorm(3): expected channels in 3 groups of equal size, got [4, 2, 2]",
        Shape.of(4, 2, 2),
        new GroupNorm(3));
    refuses(
        "layer 1 'instanceNorm2d1' InstanceNorm2d: expected [channels, height, width], got [4, 2]",
        Shape.of(4, 2),
        new InstanceNorm2d());
    refuses(
        "layer 1 'instanceNorm2d1' InstanceNorm2d: expected at least 2 pixels in each channel, got [4, 1, 1]."
            + " A single one, less the mean, is always 0",
        Shape.of(4, 1, 1),
        new InstanceNorm2d());
    refuses(
        "layer 1 'spatialDropout1' SpatialDropout(0.5): expected [channels, height, width] or [channels, time], got [9]."
            + " Is Dropout meant?",
        Shape.of(9),
        new SpatialDropout(0.5f));
    refuses(
        "layer 1 'pixelShuffle1' PixelShuffle(2): expected a multiple of 4 channels, got [6, 2, 2]",
        Shape.of(6, 2, 2),
        new PixelShuffle(2));
    refuses(
        "layer 1 'upsample1' Upsample(nearest, 2×2): expected [channels, height, width], got [6, 2]",
        Shape.of(6, 2),
        Upsample.nearest(2));
    refuses(
        "layer 1 'upsample1' Upsample(bilinear, 1024×1024): an output of [4, 32768, 32768] has more elements than one"
            + " array holds",
        Shape.of(4, 32, 32),
        Upsample.bilinear(1024));
    refuses(
        "layer 1 'zeroPad2d1' ZeroPad2d(1, 1, 1, 1): expected [channels, height, width], got [784]",
        Shape.of(784),
        new ZeroPad2d(1));
    refuses(
        "layer 0 'squeezeExcitation1' SqueezeExcitation: expected at least 16 channels, got [8, 4, 4]. Reduce by less",
        Shape.of(8, 4, 4),
        new SqueezeExcitation(16));
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    bad("GroupNorm: groups must be at least 1, got 0", () -> new GroupNorm(0));
    bad(
        "InstanceNorm2d: epsilon must be above 0 and finite, got 0.0",
        () -> new InstanceNorm2d().withEpsilon(0));
    bad(
        "SpatialDropout: the rate must be at least 0 and below 1, got 1.0",
        () -> new SpatialDropout(1));
    bad("DropPath: the rate must be at least 0 and below 1, got -0.5", () -> new DropPath(-0.5f));
    bad(
        "ZeroPad2d: padding must be at least 0, got [0, -1, 0, 0]",
        () -> new ZeroPad2d(0, -1, 0, 0));
    bad("PixelShuffle: the factor must be from 1 to 1024, got 0", () -> new PixelShuffle(0));
    bad("Upsample: factors must be from 1 to 1024, got 0 and 2", () -> Upsample.nearest(0, 2));
    bad("SqueezeExcitation: reduction must be at least 1, got 0", () -> new SqueezeExcitation(0));
  }

  // ---------------------------------------------------------------- what is dropped

  @Test
  void spatialDropoutDropsWholeChannels() {
    Shape in = Shape.of(50, 3, 4);
    float[] y = train(in, new SpatialDropout(0.25f), Tensor.full(3, 20, 50, 3, 4));
    int dropped = 0;
    for (int channel = 0; channel < 1000; channel++) {
      float first = y[channel * 12];
      assertTrue(first == 0 || first == 4, () -> "a channel is 0 or divided by 0.75, not " + first);
      for (int i = 1; i < 12; i++) {
        assertEquals(first, y[channel * 12 + i]);
      }
      dropped += first == 0 ? 1 : 0;
    }
    assertEquals(250, dropped, 60, "of 1000 channels at a rate of 0.25");
  }

  @Test
  void dropPathLeavesResidualsOfDroppedExamplesAlone() {
    Shape in = Shape.of(6);
    float[] y = train(in, new Residual(new DropPath(0.5f)), Tensor.full(1, 200, 6));
    int dropped = 0;
    for (int example = 0; example < 200; example++) {
      float first = y[example * 6];
      assertTrue(first == 1 || first == 3, () -> "x, or x and twice x, not " + first);
      for (int i = 1; i < 6; i++) {
        assertEquals(first, y[example * 6 + i]);
      }
      dropped += first == 1 ? 1 : 0;
    }
    assertEquals(100, dropped, 30, "of 200 examples at a rate of 0.5");
  }

  @Test
  void nothingIsDroppedOutsideOfTraining() {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(2, 3, 4), 0, 1);
    Shape in = Shape.of(3, 4);
    assertArrayEquals(
        x.data(),
        Model.of(in, 1, new SpatialDropout(0.5f), new DropPath(0.5f)).predict(x).toArray());
  }

  @Test
  void aDroppedChannelIsZeroEvenIfItWasInfinite() {
    Tensor x = Tensor.full(Float.POSITIVE_INFINITY, 1, 100, 2);
    boolean zero = false;
    for (float y : train(Shape.of(100, 2), new SpatialDropout(0.5f), x)) {
      zero |= y == 0;
      assertTrue(y == 0 || y == Float.POSITIVE_INFINITY);
    }
    assertTrue(zero);
  }

  // ---------------------------------------------------------------- others

  @Test
  void groupsOfAllChannelsAndOfOneAreTheOtherNorms() {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(2, 4, 3, 3), 5, 2);
    Shape in = Shape.of(4, 3, 3);
    assertArrayEquals(
        Model.of(in, 1, new InstanceNorm2d()).predict(x).toArray(),
        Model.of(in, 1, new GroupNorm(4).withoutAffine()).predict(x).toArray());
    assertArrayEquals(
        Model.of(in, 1, LayerNorm.overLast(3).withoutAffine()).predict(x).toArray(),
        Model.of(in, 1, new GroupNorm(1).withoutAffine()).predict(x).toArray(),
        1e-5f);
  }

  @Test
  void squeezeExcitationNamesItsParameters() {
    Model model = Model.of(Shape.of(8, 2, 2), 1, new ZeroPad2d(0), new SqueezeExcitation(4));
    assertEquals(
        "[squeezeExcitation1.gate.dense1.weight [2, 8], squeezeExcitation1.gate.dense1.bias [2],"
            + " squeezeExcitation1.gate.dense2.weight [8, 2], squeezeExcitation1.gate.dense2.bias [8]]",
        model.parameters().list().toString());
  }

  @Test
  void aLayerThatChangesNothingCopiesNothing() {
    Tensor x = Tensor.zeros(2, 3, 4);
    Layer layer = new SpatialDropout(0);
    Model model = Model.of(Shape.of(3, 4), 1, layer);
    assertSame(x, layer.forward(x, model.newPass(Mode.TRAIN, 1)));
  }

  private static float[] train(Shape in, Layer layer, Tensor x) {
    Model model = Model.of(in, 1, layer);
    Pass pass = model.newPass(Mode.TRAIN, 7);
    return model.forward(x, pass).toArray();
  }

  private static void bad(String message, Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }

  private static void refuses(String message, Shape in, Layer layer) {
    assertEquals(
        message, assertThrows(ShapeException.class, () -> Model.of(in, 1, layer)).getMessage());
  }
}
