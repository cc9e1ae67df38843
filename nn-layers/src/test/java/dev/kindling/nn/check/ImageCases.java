package dev.kindling.nn.check;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Layer;
import dev.kindling.nn.layers.AdaptiveAvgPool2d;
import dev.kindling.nn.layers.AdaptiveMaxPool2d;
import dev.kindling.nn.layers.AvgPool1d;
import dev.kindling.nn.layers.AvgPool2d;
import dev.kindling.nn.layers.DropPath;
import dev.kindling.nn.layers.GlobalAvgPool;
import dev.kindling.nn.layers.GlobalMaxPool;
import dev.kindling.nn.layers.GroupNorm;
import dev.kindling.nn.layers.InstanceNorm2d;
import dev.kindling.nn.layers.MaxPool1d;
import dev.kindling.nn.layers.MaxPool2d;
import dev.kindling.nn.layers.PixelShuffle;
import dev.kindling.nn.layers.SpatialDropout;
import dev.kindling.nn.layers.SqueezeExcitation;
import dev.kindling.nn.layers.Upsample;
import dev.kindling.nn.layers.ZeroPad2d;
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
    for (Supplier<Layer> norm :
        List.<Supplier<Layer>>of(
            () -> new GroupNorm(1),
            () -> new GroupNorm(2).withEpsilon(0.1f),
            () -> new GroupNorm(4).withoutAffine())) {
      all.add(
          new LayerCase(
              norm, List.of(Shape.of(4, 3, 5), Shape.of(8, 2, 4), Shape.of(12, 6), Shape.of(8))));
    }
    for (Supplier<Layer> layer :
        List.<Supplier<Layer>>of(
            InstanceNorm2d::new,
            () -> new InstanceNorm2d().withAffine().withEpsilon(0.1f),
            () -> new ZeroPad2d(1),
            () -> new ZeroPad2d(0, 2, 3, 0),
            () -> Upsample.nearest(2),
            () -> Upsample.nearest(1, 3),
            () -> Upsample.bilinear(2),
            () -> Upsample.bilinear(3, 1),
            () -> Upsample.bilinear(5, 4))) {
      all.add(new LayerCase(layer, LayerCase.random(3, 3)));
    }
    for (Supplier<Layer> layer :
        List.<Supplier<Layer>>of(() -> new SpatialDropout(0), () -> new SpatialDropout(0.4f))) {
      all.add(new LayerCase(layer, LayerCase.random(2, 2, 3)));
    }
    // Few pixels and channels: averages of many are all near the bend of the ReLU inside.
    all.add(
        new LayerCase(() -> new SqueezeExcitation(1), List.of(Shape.of(3, 2, 1), Shape.of(4, 2))));
    all.add(
        new LayerCase(() -> new SqueezeExcitation(2), List.of(Shape.of(2, 2, 1), Shape.of(4, 1))));
    all.add(new LayerCase(() -> new DropPath(0), LayerCase.random(1, 1, 3)));
    all.add(new LayerCase(() -> new DropPath(0.4f), LayerCase.random(2, 1, 3)));
    all.add(
        new LayerCase(() -> new PixelShuffle(2), List.of(Shape.of(4, 3, 5), Shape.of(12, 2, 4))));
    all.add(new LayerCase(() -> new PixelShuffle(3), List.of(Shape.of(9, 3, 2))));
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
