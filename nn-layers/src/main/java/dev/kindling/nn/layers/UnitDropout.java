package dev.kindling.nn.layers;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Pass;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Dropout where a whole unit of an example, rather than one element, is kept or set to 0. */
abstract class UnitDropout extends Layer {

  private static final Kernels K = KernelProvider.get();

  /** Elements that one parallel chunk should at least have. */
  private static final int CHUNK = 1 << 14;

  private static final int OUTPUT = 0;
  private static final int INPUT_GRAD = 1;
  private static final int FACTORS = 2;

  private final String kind;
  private final float rate;
  private int unit; // elements
  private @Nullable Shape units; // of one example

  UnitDropout(String kind, float rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          kind + ": the rate must be at least 0 and below 1, got " + rate);
    }
    this.kind = kind;
    this.rate = rate;
  }

  /** How many units examples of this shape have; throws if they can't go in. */
  abstract int unitsOf(Shape in);

  @Override
  protected final Shape build(Shape in) {
    int count = unitsOf(in);
    unit = in.size() / count;
    units = Shape.of(count);
    return in;
  }

  @Override
  public final Tensor forward(Tensor x, Pass pass) {
    if (!dropping(pass)) {
      return x;
    }
    if (units == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    Tensor factors = pass.buffer(this, FACTORS, x.dim(0), units).fill(1);
    pass.keep(this, FACTORS, Ops.dropout(pass.rng().nextLong(), 1.0 - rate, factors, factors));
    return scale(x, factors, pass.buffer(this, OUTPUT, x.dim(0), outputShape()));
  }

  @Override
  public final Tensor backward(Tensor dy, Pass pass) {
    if (!dropping(pass)) {
      return dy;
    }
    Tensor dx = pass.buffer(this, INPUT_GRAD, dy.dim(0), inputShape());
    return scale(dy, pass.kept(this, FACTORS), dx);
  }

  private boolean dropping(Pass pass) {
    return pass.training() && rate > 0;
  }

  private Tensor scale(Tensor x, Tensor factors, Tensor y) {
    int count = factors.size();
    if (x.size() < 2 * CHUNK || !Parallel.available()) {
      scale(x, factors, y, 0, count);
    } else {
      int step = Math.max(1, CHUNK / unit);
      Parallel.run(
          (count + step - 1) / step,
          i -> scale(x, factors, y, i * step, Math.min(count, (i + 1) * step)));
    }
    return y;
  }

  private void scale(Tensor x, Tensor factors, Tensor y, int from, int to) {
    for (int u = from; u < to; u++) {
      float factor = factors.data()[factors.offset() + u];
      int yAt = y.offset() + u * unit;
      if (factor == 0) {
        Arrays.fill(y.data(), yAt, yAt + unit, 0); // of infinity too
      } else {
        K.affine(factor, 0, x.data(), x.offset() + u * unit, y.data(), yAt, unit);
      }
    }
  }

  @Override
  public final Config config() {
    return Config.of(kind).with("rate", rate);
  }

  @Override
  public final String toString() {
    return kind + "(" + rate + ")";
  }
}
