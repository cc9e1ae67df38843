package dev.kindling.nn.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import org.junit.jupiter.api.Test;

/** Convolutions that can't be are refused before the first batch. */
class ConvMessagesTest {

  @Test
  void kernelLargerThanTheInput() {
    refuses(
        "layer 1 'conv2d1' Conv2d(→8, 5×5, dilation 2): the kernel reaches over 9×9 elements, the padded input [3, 8, 20] has"
            + " only 8×20. Use a smaller kernel, more padding, or less pooling before",
        Shape.of(3, 8, 20),
        new Conv2d(8, 5).withDilation(2));
    refuses(
        "layer 1 'conv1d1' Conv1d(→8, 1×7, padding 0×1): the kernel reaches over 7 elements, the padded input [3, 4] has only 6."
            + " Use a smaller kernel, more padding, or less pooling before",
        Shape.of(3, 4),
        new Conv1d(8, 7).withPadding(1));
  }

  @Test
  void groupsThatDoNotDivide() {
    refuses(
        "layer 1 'conv2d1' Conv2d(→8, 3×3, 2 groups): 3 input and 8 output channels can't be divided into 2 groups. Choose"
            + " numbers of channels that are multiples of the groups",
        Shape.of(3, 8, 8),
        new Conv2d(8, 3).withGroups(2));
  }

  @Test
  void aVectorOrAnImageWithoutChannels() {
    refuses(
        "layer 1 'conv2d1' Conv2d(→8, 3×3): expected [channels, height, width], got [28, 28]. A grayscale image needs an axis"
            + " for its one channel: Reshape(1, height, width)",
        Shape.of(28, 28),
        new Conv2d(8, 3));
  }

  @Test
  void samePaddingWithAStride() {
    refuses(
        "layer 1 'conv2d1' Conv2d(→8, 3×3, stride 2, same padding): padding that keeps the size needs a stride of 1, got 2×2."
            + " Give the padding in pixels",
        Shape.of(3, 8, 8),
        new Conv2d(8, 3).withSamePadding().withStride(2));
  }

  @Test
  void transposedWithNothingLeft() {
    refuses(
        "layer 1 'convTranspose2d1' ConvTranspose2d(→4, 2×2, padding 2): the padding cuts off all of the output, which would"
            + " have -1 rows and -1 columns. Use less padding",
        Shape.of(3, 2, 2),
        new ConvTranspose2d(4, 2).withPadding(2));
    refuses(
        "layer 1 'convTranspose2d1' ConvTranspose2d(→4, 2×2, stride 2): the output padding must be below the stride, got 2"
            + " with a stride of 2",
        Shape.of(3, 2, 2),
        new ConvTranspose2d(4, 2).withStride(2).withOutputPadding(2));
  }

  @Test
  void settingsOutOfRange() {
    assertEquals(
        "Conv2d: the stride must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> new Conv2d(4, 3).withStride(0))
            .getMessage());
    assertEquals(
        "Conv2d: the kernel's height must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> new Conv2d(4, 0)).getMessage());
    assertEquals(
        "Conv2d: the number of groups must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> new Conv2d(4, 3).withGroups(0))
            .getMessage());
  }

  private static void refuses(String message, Shape in, Layer layer) {
    ShapeException e = assertThrows(ShapeException.class, () -> Model.of(in, 1, layer));
    assertEquals(message, e.getMessage());
  }
}
