package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Convolution;
import dev.kindling.nd.kernel.ConvolutionShape;

/** One convolution on numbers at random, forward and both gradients. */
final class Filter {

  private final ConvolutionShape shape;
  private final Convolution convolution;
  private final int batch;
  private final float[] x;
  private final float[] w;
  private final float[] y;
  private final float[] dx;
  private final float[] dw;

  private Filter(ConvolutionShape shape, int batch) {
    this.shape = shape;
    this.batch = batch;
    convolution = new Convolution(shape);
    x = random(batch * shape.in() * shape.height() * shape.width(), 1);
    w = random(shape.out() * shape.inOfGroup() * shape.kernelY() * shape.kernelX(), 2);
    y = random(batch * shape.out() * shape.outHeight() * shape.outWidth(), 3);
    dx = new float[x.length];
    dw = new float[w.length];
  }

  /**
   * As its name says.
   *
   * @param name as in "64-64-32-3-1-32": input channels, output channels, height and width, kernel, stride, batch; padded by
   *     half of the kernel
   */
  static Filter of(String name) {
    String[] n = name.split("-");
    int size = Integer.parseInt(n[2]);
    int kernel = Integer.parseInt(n[3]);
    int stride = Integer.parseInt(n[4]);
    int border = kernel / 2;
    return new Filter(
        new ConvolutionShape(
            Integer.parseInt(n[0]),
            size,
            size,
            Integer.parseInt(n[1]),
            kernel,
            kernel,
            stride,
            stride,
            border,
            border,
            border,
            border,
            1,
            1,
            1),
        Integer.parseInt(n[5]));
  }

  private static float[] random(int size, long seed) {
    return Rng.seeded(seed).fillNormal(Tensor.zeros(size), 0, 1).data();
  }

  /** Of the definition, which minimal filtering undercuts; each gradient has as many. */
  long flops() {
    return 2L * batch * shape.multiplyAdds();
  }

  float forward() {
    convolution.forward(batch, x, 0, w, 0, null, 0, y, 0);
    return y[0];
  }

  float inputGradient() {
    convolution.inputGradient(batch, y, 0, w, 0, null, 0, dx, 0);
    return dx[0];
  }

  float weightGradient() {
    convolution.weightGradient(batch, x, 0, y, 0, 0, dw, 0);
    return dw[0];
  }
}
