package dev.kindling.examples.chapter04;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.report.ImageGrid;
import dev.kindling.report.Picture;

/**
 * A convolution without a library: a small kernel of weights is laid over every place of a picture, and the sum of the
 * products says how much that place looks like the kernel. A network learns its kernels; these three were made by hand.
 */
final class ByHand {

  private static final String[] NAMES = {"upright edges", "level edges", "all edges"};

  private static final float[][] KERNELS = {
    {
      -1, 0, 1, //
      -2, 0, 2, //
      -1, 0, 1
    },
    {
      -1, -2, -1, //
      0, 0, 0, //
      1, 2, 1
    },
    {
      -1, -1, -1, //
      -1, 8, -1, //
      -1, -1, -1
    },
  };

  private ByHand() {}

  /**
   * The convolution of a picture with a kernel, in plain loops; outside of the picture is 0.
   *
   * @param picture [height, width]
   * @param kernel [rows, columns], odd numbers both
   * @return [height, width]
   */
  static Tensor convolve(Tensor picture, Tensor kernel) {
    int height = picture.dim(0);
    int width = picture.dim(1);
    Tensor out = Tensor.zeros(height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float sum = 0;
        for (int i = 0; i < kernel.dim(0); i++) {
          for (int j = 0; j < kernel.dim(1); j++) {
            int fromY = y + i - kernel.dim(0) / 2;
            int fromX = x + j - kernel.dim(1) / 2;
            if (fromY >= 0 && fromY < height && fromX >= 0 && fromX < width) {
              sum += kernel.get(i, j) * picture.get(fromY, fromX);
            }
          }
        }
        out.set(sum, y, x);
      }
    }
    return out;
  }

  /** The same by the layer that a network has, with the kernel for its weights. */
  static Tensor byLayer(Tensor picture, Tensor kernel) {
    int height = picture.dim(0);
    int width = picture.dim(1);
    Conv2d layer = new Conv2d(1, kernel.dim(0), kernel.dim(1)).withSamePadding().withoutBias();
    Model model = Model.of(Shape.of(1, height, width), 0, layer);
    model.parameters().list().get(0).value().copyFrom(kernel.reshape(1, 1, -1, kernel.dim(1)));
    return model.predict(picture.reshape(1, 1, height, width)).reshape(height, width);
  }

  /** The largest difference between the loops and the layer, over all three kernels. */
  static double difference(Tensor picture) {
    double most = 0;
    for (float[] weights : KERNELS) {
      Tensor kernel = Tensor.of(weights, 3, 3);
      Tensor loops = convolve(picture, kernel);
      Tensor layer = byLayer(picture, kernel);
      for (int i = 0; i < loops.size(); i++) {
        most = Math.max(most, Math.abs(loops.data()[i] - layer.data()[layer.offset() + i]));
      }
    }
    return most;
  }

  /** Each kernel between the picture and what it sees in it. */
  static Picture drawn(Tensor picture) {
    ImageGrid grid =
        ImageGrid.titled("A convolution by hand")
            .subtitle("picture, kernel, result; gray is 0, dark negative, bright positive")
            .columns(3);
    for (int k = 0; k < KERNELS.length; k++) {
      Tensor kernel = Tensor.of(KERNELS[k], 3, 3);
      grid.add(picture, "picture");
      grid.add(Gallery.signed(kernel), NAMES[k]);
      grid.add(Gallery.signed(convolve(picture, kernel)), "result");
    }
    return grid;
  }
}
