package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Convolution;
import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.init.Initializer;
import dev.kindling.nn.init.Initializers;
import org.jspecify.annotations.Nullable;

/** What all convolutions share: parameters, memory, and the gradient of the bias. */
abstract class Convolving extends Layer {

  private static final Kernels K = KernelProvider.get();

  static final int INPUT = 0;
  static final int OUTPUT = 1;
  static final int INPUT_GRAD = 2;

  /** Elements of dy whose sums are worth a parallel region. */
  private static final int PARALLEL = 1 << 16;

  final ConvSettings settings;
  final Initializer weightInit;
  private @Nullable Convolution convolution;
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;
  private String sizes = "";

  Convolving(ConvSettings settings, Initializer weightInit) {
    this.settings = settings;
    this.weightInit = weightInit;
  }

  /** Declares the parameters; called from build. */
  final void declare(Convolution convolution, Shape weightShape, int in, int out) {
    this.convolution = convolution;
    sizes = in + "→" + out;
    weight = parameter("weight", Parameter.Role.WEIGHT, weightShape, weightInit);
    if (settings.bias()) {
      bias = parameter("bias", Parameter.Role.BIAS, Shape.of(out), Initializers.zeros());
    }
  }

  /** Groups for so many input channels, once it is known that they divide. */
  final int groups(int in, int out) {
    int groups = settings.groups() == 0 ? in : settings.groups();
    if (in % groups != 0 || out % groups != 0) {
      throw misfit(
          in
              + " input and "
              + out
              + " output channels can't be divided into "
              + groups
              + " groups. Choose numbers of channels that are multiples of the groups");
    }
    return groups;
  }

  final Convolution convolution() {
    if (convolution == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return convolution;
  }

  final Parameter weight() {
    if (weight == null) {
      throw new IllegalStateException(label() + " is in no model yet");
    }
    return weight;
  }

  final float @Nullable [] biasData() {
    return bias == null ? null : bias.value().data();
  }

  final int biasOffset() {
    return bias == null ? 0 : bias.value().offset();
  }

  /** {@code db[c] = sum over the batch and all places of dy}. */
  final void biasGradient(Tensor dy) {
    if (bias == null) {
      return;
    }
    int channels = bias.grad().size();
    float beta = bias.gradBeta();
    if (dy.size() < PARALLEL || !Parallel.available()) {
      for (int c = 0; c < channels; c++) {
        sumChannel(bias, beta, dy, channels, c);
      }
    } else {
      Parameter b = bias;
      Parallel.run(channels, c -> sumChannel(b, beta, dy, channels, c));
    }
  }

  private static void sumChannel(Parameter bias, float beta, Tensor dy, int channels, int c) {
    int size = dy.size() / dy.dim(0) / channels;
    double sum = 0;
    for (int at = c * size; at < dy.size(); at += channels * size) {
      sum += K.sum(dy.data(), dy.offset() + at, size);
    }
    int i = bias.grad().offset() + c;
    float[] db = bias.grad().data();
    db[i] = beta == 0 ? (float) sum : beta * db[i] + (float) sum;
  }

  @Override
  public Config config() {
    return settings.config();
  }

  @Override
  public final String toString() {
    return settings.describe(
        sizes.isEmpty() ? "→" + (settings.out() == 0 ? "channels" : settings.out()) : sizes);
  }
}
