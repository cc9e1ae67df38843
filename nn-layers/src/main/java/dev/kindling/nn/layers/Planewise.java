package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;

/** A linear function without parameters of images, which computes each channel of its output by itself. */
abstract class Planewise extends Layer {

  /** Elements that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 14;

  private static final int OUTPUT = 0;
  private static final int INPUT_GRAD = 1;

  /** Computes some channels of the output, counted over the whole batch. */
  abstract void forward(Tensor x, Tensor y, int from, int to);

  /** Computes dx of all that those channels were computed from. */
  abstract void backward(Tensor dy, Tensor dx, int from, int to);

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    Tensor y = pass.buffer(this, OUTPUT, x.dim(0), outputShape());
    int planes = planes(y);
    if (serial(x, y)) {
      forward(x, y, 0, planes);
    } else {
      int step = planesInChunk(x, y, planes);
      Parallel.run(
          (planes + step - 1) / step,
          i -> forward(x, y, i * step, Math.min(planes, (i + 1) * step)));
    }
    return y;
  }

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    int planes = planes(dy);
    if (serial(dx, dy)) {
      backward(dy, dx, 0, planes);
    } else {
      int step = planesInChunk(dx, dy, planes);
      Parallel.run(
          (planes + step - 1) / step,
          i -> backward(dy, dx, i * step, Math.min(planes, (i + 1) * step)));
    }
    return dx;
  }

  private int planes(Tensor y) {
    return y.dim(0) * outputShape().dim(0);
  }

  private static boolean serial(Tensor x, Tensor y) {
    return Math.max(x.size(), y.size()) < 2 * CHUNK || !Parallel.available();
  }

  /** Decided by the sizes alone; a plane's result doesn't depend on it either. */
  private static int planesInChunk(Tensor x, Tensor y, int planes) {
    return Math.max(1, CHUNK / Math.max(1, Math.max(x.size(), y.size()) / planes));
  }

  /** The shape of an output, or the exception that says that it is too large. */
  final Shape output(long channels, long height, long width) {
    if (channels * height > Integer.MAX_VALUE || channels * height * width > Integer.MAX_VALUE) {
      throw misfit(
          "an output of ["
              + channels
              + ", "
              + height
              + ", "
              + width
              + "] has more elements than one array holds");
    }
    return Shape.of((int) channels, (int) height, (int) width);
  }

  /** The exception unless examples are images. */
  final void image(Shape in) {
    if (in.rank() != 3 || in.size() == 0) {
      throw mismatch("[channels, height, width]", in, "");
    }
  }
}
