package dev.kindling.nn.check;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Layer;
import dev.kindling.nn.layers.AdaptiveAvgPool2d;
import dev.kindling.nn.layers.AdaptiveMaxPool2d;
import dev.kindling.nn.layers.AvgPool1d;
import dev.kindling.nn.layers.AvgPool2d;
import dev.kindling.nn.layers.GlobalAvgPool;
import dev.kindling.nn.layers.GlobalMaxPool;
import dev.kindling.nn.layers.MaxPool1d;
import dev.kindling.nn.layers.MaxPool2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** The part of {@link LayerCase#all} that is about images, and sequences of channels. */
final class ImageCases {

  private ImageCases() {}

  static List<LayerCase> all() {
    List<LayerCase> all = new ArrayList<>();
    for (Supplier<Layer> pool :
        List.<Supplier<Layer>>of(
            () -> new MaxPool2d(2),
            () -> new AvgPool2d(2),
            GlobalMaxPool::new,
            GlobalAvgPool::new,
            () -> new AdaptiveMaxPool2d(2),
            () -> new AdaptiveAvgPool2d(2),
            () -> new AdaptiveMaxPool2d(3, 8),
            () -> new AdaptiveAvgPool2d(3, 8))) {
      all.add(new LayerCase(pool, LayerCase.random(4, 3)));
    }
    all.add(new LayerCase(() -> new MaxPool1d(2), LayerCase.random(3, 2)));
    all.add(new LayerCase(() -> new AvgPool1d(2), LayerCase.random(3, 2)));
    all.add(new LayerCase(() -> new MaxPool1d(3).withStride(2).withPadding(1), sizes(3, 2)));
    all.add(
        new LayerCase(
            () -> new AvgPool1d(3).withStride(2).withPadding(1).withoutPadding(), sizes(3, 2)));
    Random random = new Random(11);
    for (int i = 0; i < 12; i++) {
      int height = 1 + random.nextInt(4);
      int width = 1 + random.nextInt(4);
      int down = 1 + random.nextInt(3);
      int right = 1 + random.nextInt(3);
      int rows = random.nextInt(height / 2 + 1);
      int columns = random.nextInt(width / 2 + 1);
      boolean ceil = random.nextBoolean();
      boolean without = random.nextBoolean();
      all.add(
          new LayerCase(
              () -> {
                MaxPool2d pool =
                    new MaxPool2d(height, width).withStride(down, right).withPadding(rows, columns);
                return ceil ? pool.withCeil() : pool;
              },
              sizes(2, 3)));
      all.add(
          new LayerCase(
              () -> {
                AvgPool2d pool =
                    new AvgPool2d(height, width).withStride(down, right).withPadding(rows, columns);
                pool = ceil ? pool.withCeil() : pool;
                return without ? pool.withoutPadding() : pool;
              },
              sizes(2, 3)));
    }
    return all;
  }

  /** Shapes with axes of 4 to 9, so that windows of 4 fit. */
  private static List<Shape> sizes(int count, int rank) {
    Random random = new Random(7);
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shapes.add(Shape.of(random.ints(rank, 4, 10).toArray()));
    }
    return shapes;
  }
}
