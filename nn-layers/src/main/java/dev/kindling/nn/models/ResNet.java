package dev.kindling.nn.models;

import dev.kindling.nn.Layer;
import dev.kindling.nn.Residual;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.GlobalAvgPool;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks for images of about 32 × 32 (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2015,
 * section 4.2): a convolution, stages of blocks of two convolutions with a detour around them, a global average and a dense
 * layer. Each stage but the first halves the image. Where a block changes the shape, its detour is a 1 × 1 convolution (the
 * paper's option B).
 *
 * <p>Shapes: [channels, height, width] → [classes], logits.
 */
public final class ResNet {

  private static final int[] WIDTHS = {16, 32, 64};

  private ResNet() {}

  /** One block a stage, of 16, 32 and 64 channels: 78,042 parameters for three channels and ten classes. */
  public static Sequential resNet8(int classes) {
    return of(classes, 1, WIDTHS);
  }

  /** Two blocks a stage: 175,258 parameters for three channels and ten classes. */
  public static Sequential resNet14(int classes) {
    return of(classes, 2, WIDTHS);
  }

  /** Three blocks a stage: 272,474 parameters for three channels and ten classes. */
  public static Sequential resNet20(int classes) {
    return of(classes, 3, WIDTHS);
  }

  /**
   * Any number of stages.
   *
   * @param classes outputs
   * @param blocks in each stage
   * @param widths channels of each stage, such as 32, 64, 128 for a network twice as wide
   * @throws IllegalArgumentException if a number is below 1, or there are no widths
   */
  public static Sequential of(int classes, int blocks, int... widths) {
    Checks.atLeastOne("ResNet", "classes", classes);
    Checks.atLeastOne("ResNet", "blocks", blocks);
    Checks.widths("ResNet", widths);
    List<Layer> layers = new ArrayList<>();
    layers.add(convolution(widths[0], 3, 1));
    layers.add(new BatchNorm2d());
    layers.add(new Relu());
    int channels = widths[0];
    for (int stage = 0; stage < widths.length; stage++) {
      for (int block = 0; block < blocks; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        layers.add(block(channels, widths[stage], stride));
        layers.add(new Relu());
        channels = widths[stage];
      }
    }
    layers.add(new GlobalAvgPool());
    layers.add(new Dense(classes));
    return new Sequential(layers);
  }

  private static Residual block(int in, int out, int stride) {
    Layer[] body = {
      convolution(out, 3, stride),
      new BatchNorm2d(),
      new Relu(),
      convolution(out, 3, 1),
      new BatchNorm2d()
    };
    if (in == out && stride == 1) {
      return new Residual(body);
    }
    return Residual.withShortcut(
        new Sequential(convolution(out, 1, stride), new BatchNorm2d()), body);
  }

  private static Conv2d convolution(int out, int kernel, int stride) {
    return new Conv2d(out, kernel).withStride(stride).withPadding(kernel / 2).withoutBias();
  }
}
