package dev.kindling.nn.check;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Layer;
import dev.kindling.nn.layers.Conv1d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.ConvTranspose2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** The part of {@link LayerCase#all} that is about convolutions: every setting, and settings at random. */
final class ConvCases {

  private ConvCases() {}

  static List<LayerCase> all() {
    List<LayerCase> all = new ArrayList<>();
    List<Shape> images = List.of(Shape.of(2, 5, 6), Shape.of(4, 7, 5), Shape.of(2, 4, 19));
    for (Supplier<Layer> conv :
        List.<Supplier<Layer>>of(
            () -> new Conv2d(3, 3),
            () -> new Conv2d(4, 2, 3).withStride(2, 1).withPadding(0, 2),
            () -> new Conv2d(5, 3).withSamePadding().withoutBias(),
            () -> new Conv2d(4, 3).withPadding(2).withDilation(2).withGroups(2),
            () -> new Conv2d(2, 1),
            () -> new Conv2d(2, 1).withStride(2),
            () -> Conv2d.depthwise(3).withPadding(1),
            () -> new ConvTranspose2d(3, 3),
            () -> new ConvTranspose2d(2, 3).withStride(2).withPadding(1).withOutputPadding(1),
            () -> new ConvTranspose2d(4, 2, 3).withStride(1, 3).withGroups(2).withoutBias(),
            () -> new ConvTranspose2d(2, 2).withDilation(2).withPadding(1))) {
      all.add(new LayerCase(conv, images));
    }
    List<Shape> sequences = List.of(Shape.of(2, 9), Shape.of(4, 21));
    for (Supplier<Layer> conv :
        List.<Supplier<Layer>>of(
            () -> new Conv1d(3, 3),
            () -> new Conv1d(4, 5).withStride(3).withPadding(2).withGroups(2),
            () -> new Conv1d(2, 4).withSamePadding().withoutBias(),
            () -> Conv1d.depthwise(3).withDilation(2))) {
      all.add(new LayerCase(conv, sequences));
    }
    Random random = new Random(3);
    for (int i = 0; i < 10; i++) {
      int height = 1 + random.nextInt(4);
      int width = 1 + random.nextInt(4);
      int down = 1 + random.nextInt(3);
      int right = 1 + random.nextInt(3);
      int rows = random.nextInt(3);
      int columns = random.nextInt(3);
      int groups = 1 + random.nextInt(2);
      int dilation = 1 + random.nextInt(2);
      all.add(
          new LayerCase(
              () ->
                  new Conv2d(2 * groups, height, width)
                      .withStride(down, right)
                      .withPadding(rows, columns)
                      .withDilation(1, dilation)
                      .withGroups(groups),
              List.of(Shape.of(2, 7, 8))));
    }
    return all;
  }
}
