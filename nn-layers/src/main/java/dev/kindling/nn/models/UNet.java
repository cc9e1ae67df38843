package dev.kindling.nn.models;

import dev.kindling.nn.Concat;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.ConvTranspose2d;
import dev.kindling.nn.layers.Identity;
import dev.kindling.nn.layers.MaxPool2d;

/**
 * An image to an image: down through smaller and smaller ones to see far, up again, and at each size joined with what was seen on
 * the way down, to see sharply (Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation",
 * 2015); with padding, so that the output is as large as the input, and batch norm.
 *
 * <p>Shapes: [channels, height, width] → [out, height, width], logits; height and width must be multiples of 2 to the number of
 * widths less 1.
 */
public final class UNet {

  private UNet() {}

  /** Three sizes, of 16, 32 and 64 channels: 117,090 parameters for one channel and two outputs. */
  public static Sequential small(int out) {
    return of(out, 16, 32, 64);
  }

  /**
   * Any number of sizes.
   *
   * @param out channels of the output, such as one for each class
   * @param widths channels at each size, from the image's own down
   * @throws IllegalArgumentException if a number is below 1, or there are no widths
   */
  public static Sequential of(int out, int... widths) {
    Checks.atLeastOne("UNet", "out", out);
    Checks.widths("UNet", widths);
    return new Sequential(level(0, widths), new Conv2d(out, 1));
  }

  /** All that happens at one size and at the smaller ones. */
  private static Sequential level(int i, int[] widths) {
    int channels = widths[i];
    if (i == widths.length - 1) {
      return twice(channels);
    }
    Sequential below =
        new Sequential(
            new MaxPool2d(2), level(i + 1, widths), new ConvTranspose2d(channels, 2).withStride(2));
    return new Sequential(twice(channels), new Concat(new Identity(), below), twice(channels));
  }

  private static Sequential twice(int channels) {
    return new Sequential(
        new Conv2d(channels, 3).withPadding(1).withoutBias(),
        new BatchNorm2d(),
        new Relu(),
        new Conv2d(channels, 3).withPadding(1).withoutBias(),
        new BatchNorm2d(),
        new Relu());
  }
}
