package dev.kindling.nn.models;

import dev.kindling.nn.Layer;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.GlobalAvgPool;
import dev.kindling.nn.layers.MaxPool2d;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of 3 × 3 convolutions, each block followed by a pooling that halves the image (Simonyan, Zisserman, "Very deep
 * convolutional networks for large-scale image recognition", 2014), for small images: with batch norm, and one dense layer
 * behind a global average in place of three.
 *
 * <p>Shapes: [channels, height, width] → [classes], logits; height and width of at least 2 to the number of blocks.
 */
public final class Vgg {

  private Vgg() {}

  /** Six convolutions in three blocks of 32, 64 and 128 channels: 288,746 parameters for three channels and ten classes. */
  public static Sequential vgg7(int classes) {
    return of(classes, new int[][] {{32, 32}, {64, 64}, {128, 128}});
  }

  /** The paper's A, eight convolutions, for images from 32 × 32 on: 9,228,362 parameters for three channels and ten classes. */
  public static Sequential vgg11(int classes) {
    return of(classes, new int[][] {{64}, {128}, {256, 256}, {512, 512}, {512, 512}});
  }

  /** The paper's D, 13 convolutions, for images from 32 × 32 on: 14,724,042 parameters for three channels and ten classes. */
  public static Sequential vgg16(int classes) {
    return of(
        classes,
        new int[][] {{64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}});
  }

  /**
   * Any number of blocks.
   *
   * @param classes outputs
   * @param blocks for each block, the channels of each of its convolutions
   * @throws IllegalArgumentException if a number is below 1, or there is no block, or an empty one
   */
  public static Sequential of(int classes, int[][] blocks) {
    Checks.atLeastOne("Vgg", "classes", classes);
    Checks.atLeastOne("Vgg", "the number of blocks", blocks.length);
    List<Layer> layers = new ArrayList<>();
    for (int[] block : blocks) {
      Checks.widths("Vgg", block);
      for (int channels : block) {
        layers.add(new Conv2d(channels, 3).withPadding(1).withoutBias());
        layers.add(new BatchNorm2d());
        layers.add(new Relu());
      }
      layers.add(new MaxPool2d(2));
    }
    layers.add(new GlobalAvgPool());
    layers.add(new Dense(classes));
    return new Sequential(layers);
  }
}
