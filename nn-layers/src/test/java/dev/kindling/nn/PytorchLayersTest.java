package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.activation.Elu;
import dev.kindling.nn.activation.Gelu;
import dev.kindling.nn.activation.HardSigmoid;
import dev.kindling.nn.activation.HardSwish;
import dev.kindling.nn.activation.LeakyRelu;
import dev.kindling.nn.activation.LogSoftmax;
import dev.kindling.nn.activation.Mish;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Selu;
import dev.kindling.nn.activation.Sigmoid;
import dev.kindling.nn.activation.Silu;
import dev.kindling.nn.activation.Softmax;
import dev.kindling.nn.activation.Softplus;
import dev.kindling.nn.activation.Softsign;
import dev.kindling.nn.layers.AdaptiveAvgPool2d;
import dev.kindling.nn.layers.AdaptiveMaxPool2d;
import dev.kindling.nn.layers.AvgPool1d;
import dev.kindling.nn.layers.AvgPool2d;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv1d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.ConvTranspose2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.GroupNorm;
import dev.kindling.nn.layers.InstanceNorm2d;
import dev.kindling.nn.layers.LayerNorm;
import dev.kindling.nn.layers.MaxPool1d;
import dev.kindling.nn.layers.MaxPool2d;
import dev.kindling.nn.layers.PixelShuffle;
import dev.kindling.nn.layers.SqueezeExcitation;
import dev.kindling.nn.layers.Upsample;
import dev.kindling.nn.layers.ZeroPad2d;
import dev.kindling.nn.testing.Conformance;
import dev.kindling.nn.testing.Conformance.Case;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Outputs, gradients and running statistics beside PyTorch's. A group of layers is one line of {@link #GROUPS}. */
class PytorchLayersTest {

  /** How a group's settings become a layer. */
  private static final Map<String, Function<JsonObject, Layer>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("linear", a -> a.get("bias").getAsBoolean() ? dense(a) : dense(a).withoutBias());
    GROUPS.put("activation", a -> activation(a.get("fn").getAsString()));
    GROUPS.put(
        "softmax",
        a -> a.get("fn").getAsString().equals("softmax") ? new Softmax() : new LogSoftmax());
    GROUPS.put("conv2d", PytorchLayersTest::conv2d);
    GROUPS.put("conv1d", PytorchLayersTest::conv1d);
    GROUPS.put("convtranspose2d", PytorchLayersTest::convTranspose2d);
    GROUPS.put("batchnorm1d", PytorchLayersTest::batchNorm);
    GROUPS.put("batchnorm2d", PytorchLayersTest::batchNorm2d);
    GROUPS.put("maxpool2d", PytorchLayersTest::maxPool);
    GROUPS.put("avgpool2d", PytorchLayersTest::avgPool);
    GROUPS.put("pool1d", a -> isMax(a) ? maxPool1d(a) : avgPool1d(a));
    GROUPS.put("adaptivepool2d", PytorchLayersTest::adaptivePool);
    GROUPS.put("groupnorm", a -> new GroupNorm(a.get("groups").getAsInt()));
    GROUPS.put(
        "groupnorm_more",
        a -> new GroupNorm(a.get("groups").getAsInt()).withEpsilon(a.get("eps").getAsFloat()));
    GROUPS.put(
        "instancenorm2d",
        a ->
            a.get("affine").getAsBoolean()
                ? new InstanceNorm2d().withAffine()
                : new InstanceNorm2d());
    GROUPS.put("upsample", PytorchLayersTest::upsample);
    GROUPS.put("pixelshuffle", a -> new PixelShuffle(a.get("factor").getAsInt()));
    GROUPS.put("zeropad2d", PytorchLayersTest::zeroPad);
    GROUPS.put("squeezeexcitation", a -> new SqueezeExcitation(a.get("reduction").getAsInt()));
    GROUPS.put(
        "layernorm",
        a ->
            LayerNorm.overLast(a.getAsJsonArray("shape").size())
                .withEpsilon(a.get("eps").getAsFloat()));
  }

  private static Dense dense(JsonObject a) {
    return new Dense(a.get("fout").getAsInt());
  }

  private static Conv2d conv2d(JsonObject a) {
    Conv2d layer =
        new Conv2d(a.get("out").getAsInt(), a.get("kernel").getAsInt())
            .withStride(a.get("stride").getAsInt())
            .withPadding(a.get("padding").getAsInt())
            .withDilation(a.get("dilation").getAsInt())
            .withGroups(a.get("groups").getAsInt());
    return a.get("bias").getAsBoolean() ? layer : layer.withoutBias();
  }

  private static Conv1d conv1d(JsonObject a) {
    return new Conv1d(a.get("out").getAsInt(), a.get("kernel").getAsInt())
        .withStride(a.get("stride").getAsInt())
        .withPadding(a.get("padding").getAsInt())
        .withDilation(a.get("dilation").getAsInt());
  }

  private static ConvTranspose2d convTranspose2d(JsonObject a) {
    return new ConvTranspose2d(a.get("out").getAsInt(), a.get("kernel").getAsInt())
        .withStride(a.get("stride").getAsInt())
        .withPadding(a.get("padding").getAsInt())
        .withOutputPadding(a.get("output_padding").getAsInt())
        .withDilation(a.get("dilation").getAsInt())
        .withGroups(a.get("groups").getAsInt());
  }

  private static BatchNorm1d batchNorm(JsonObject a) {
    BatchNorm1d layer =
        new BatchNorm1d()
            .withEpsilon(a.get("eps").getAsFloat())
            .withMomentum(a.get("momentum").getAsFloat());
    return a.get("affine").getAsBoolean() ? layer : layer.withoutAffine();
  }

  private static BatchNorm2d batchNorm2d(JsonObject a) {
    BatchNorm2d layer =
        new BatchNorm2d()
            .withEpsilon(a.get("eps").getAsFloat())
            .withMomentum(a.get("momentum").getAsFloat());
    return a.get("affine").getAsBoolean() ? layer : layer.withoutAffine();
  }

  private static MaxPool2d maxPool(JsonObject a) {
    int[] kernel = pair(a.get("kernel"));
    int[] stride = a.get("stride").isJsonNull() ? kernel : pair(a.get("stride"));
    MaxPool2d pool =
        new MaxPool2d(kernel[0], kernel[1])
            .withStride(stride[0], stride[1])
            .withPadding(a.get("padding").getAsInt());
    return a.get("ceil").getAsBoolean() ? pool.withCeil() : pool;
  }

  private static AvgPool2d avgPool(JsonObject a) {
    int[] kernel = pair(a.get("kernel"));
    int[] stride = a.get("stride").isJsonNull() ? kernel : pair(a.get("stride"));
    AvgPool2d pool =
        new AvgPool2d(kernel[0], kernel[1])
            .withStride(stride[0], stride[1])
            .withPadding(a.get("padding").getAsInt());
    pool = a.get("ceil").getAsBoolean() ? pool.withCeil() : pool;
    return a.get("count_include_pad").getAsBoolean() ? pool : pool.withoutPadding();
  }

  private static boolean isMax(JsonObject a) {
    return a.get("kind").getAsString().equals("max");
  }

  private static MaxPool1d maxPool1d(JsonObject a) {
    MaxPool1d pool =
        new MaxPool1d(a.get("kernel").getAsInt())
            .withStride(a.get("stride").getAsInt())
            .withPadding(a.get("padding").getAsInt());
    return a.get("ceil").getAsBoolean() ? pool.withCeil() : pool;
  }

  private static AvgPool1d avgPool1d(JsonObject a) {
    AvgPool1d pool =
        new AvgPool1d(a.get("kernel").getAsInt())
            .withStride(a.get("stride").getAsInt())
            .withPadding(a.get("padding").getAsInt());
    pool = a.get("ceil").getAsBoolean() ? pool.withCeil() : pool;
    return a.get("count_include_pad").getAsBoolean() ? pool : pool.withoutPadding();
  }

  private static Layer adaptivePool(JsonObject a) {
    int[] size = pair(a.get("size"));
    return isMax(a)
        ? new AdaptiveMaxPool2d(size[0], size[1])
        : new AdaptiveAvgPool2d(size[0], size[1]);
  }

  private static Layer upsample(JsonObject a) {
    int[] factor = pair(a.get("factor"));
    return a.get("mode").getAsString().equals("nearest")
        ? Upsample.nearest(factor[0], factor[1])
        : Upsample.bilinear(factor[0], factor[1]);
  }

  private static Layer zeroPad(JsonObject a) {
    JsonArray p = a.getAsJsonArray("padding");
    return new ZeroPad2d(
        p.get(0).getAsInt(), p.get(1).getAsInt(), p.get(2).getAsInt(), p.get(3).getAsInt());
  }

  private static int[] pair(JsonElement e) {
    return e.isJsonArray()
        ? new int[] {e.getAsJsonArray().get(0).getAsInt(), e.getAsJsonArray().get(1).getAsInt()}
        : new int[] {e.getAsInt(), e.getAsInt()};
  }

  private static Layer activation(String fn) {
    return switch (fn) {
      case "relu" -> new Relu();
      case "leaky_relu_02" -> new LeakyRelu(0.2f);
      case "elu_1" -> new Elu();
      case "elu_05" -> new Elu(0.5f);
      case "selu" -> new Selu();
      case "gelu" -> new Gelu();
      case "gelu_tanh" -> Gelu.tanh();
      case "sigmoid" -> new Sigmoid();
      case "softplus_b2" -> new Softplus(2);
      case "softsign" -> new Softsign();
      case "silu" -> new Silu();
      case "mish" -> new Mish();
      case "hardsigmoid" -> new HardSigmoid();
      case "hardswish" -> new HardSwish();
      default -> throw new IllegalArgumentException(fn);
    };
  }

  @TestFactory
  Stream<DynamicTest> asPytorch() {
    return GROUPS.entrySet().stream()
        .flatMap(
            g ->
                Conformance.cases(g.getKey()).stream()
                    .map(
                        c ->
                            DynamicTest.dynamicTest(
                                c.file(), () -> check(c, g.getValue().apply(c.attrs())))));
  }

  private static void check(Case c, Layer layer) {
    int axis = c.attrs().has("axis") ? c.attrs().get("axis").getAsInt() : -1;
    Shape shape = c.in("in.x").shape();
    Tensor x = lastAxis(c.in("in.x"), axis);
    boolean eval = c.attrs().has("mode") && c.attrs().get("mode").getAsString().equals("eval");
    Model model = Model.of(x.shape().tail(), 1, layer);
    for (Parameter p : model.parameters().list()) {
      p.value().copyFrom(c.in("param." + own(p, layer)));
    }
    for (Layer.Buffer b : layer.buffers()) {
      b.value().copyFrom(c.in("param." + b.name()));
    }
    Pass pass = model.newPass(eval ? Mode.PREDICT : Mode.TRAIN, 1).inputGradient(true);

    Tensor y = model.forward(x, pass);
    model.parameters().clearGradients();
    Tensor dx = model.backward(lastAxis(c.in("upstream.0"), axis), pass);

    compare(c, "out.0", fromLastAxis(y, shape, axis));
    compare(c, "grad.x", fromLastAxis(dx, shape, axis));
    for (Parameter p : model.parameters().list()) {
      c.assertClose("gradparam." + own(p, layer), p.grad());
    }
    for (Layer.Buffer b : layer.buffers()) {
      c.assertClose("after." + b.name(), b.value());
    }
  }

  /** A parameter's name in its layer; of those inside a container, with the innermost layer's. */
  private static String own(Parameter p, Layer layer) {
    String name = p.name();
    int end = name.lastIndexOf('.');
    return layer.children().isEmpty()
        ? name.substring(end + 1)
        : name.substring(name.lastIndexOf('.', end - 1) + 1);
  }

  /** The common criterion, and where values go to 1e30, which it would forgive the others, each by its own size too. */
  private static void compare(Case c, String name, Tensor actual) {
    c.assertClose(name, actual);
    if (c.file().endsWith("_extreme.npz")) {
      double[] expected = c.numbers().array(name).values();
      for (int i = 0; i < expected.length; i++) {
        double error = Math.abs(actual.data()[actual.offset() + i] - expected[i]);
        int at = i;
        assertTrue(
            error <= 2e-6 * Math.abs(expected[i]) + 1e-6,
            () ->
                c.file()
                    + " "
                    + name
                    + " element "
                    + at
                    + ": expected "
                    + expected[at]
                    + ", off by "
                    + error);
      }
    }
  }

  /** [outer, n, inner] as a batch [outer · inner, n], where n is the given axis; as it is if that is the last of several. */
  private static Tensor lastAxis(Tensor t, int axis) {
    int at = axis < 0 ? axis + t.rank() : axis;
    if (t.rank() > 1 && at == t.rank() - 1) {
      return t;
    }
    int n = t.dim(at);
    int inner = inner(t.shape(), at);
    Tensor out = Tensor.zeros(t.size() / n, n);
    for (int i = 0; i < t.size(); i++) {
      out.data()[(i / (n * inner) * inner + i % inner) * n + i / inner % n] = t.data()[i];
    }
    return out;
  }

  /** The inverse of {@link #lastAxis}. */
  private static Tensor fromLastAxis(Tensor t, Shape shape, int axis) {
    int at = axis < 0 ? axis + shape.rank() : axis;
    if (shape.rank() > 1 && at == shape.rank() - 1) {
      return t;
    }
    int n = shape.dim(at);
    int inner = inner(shape, at);
    Tensor out = Tensor.zeros(shape);
    for (int i = 0; i < out.size(); i++) {
      out.data()[i] =
          t.data()[t.offset() + (i / (n * inner) * inner + i % inner) * n + i / inner % n];
    }
    return out;
  }

  private static int inner(Shape shape, int axis) {
    int size = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      size *= shape.dim(i);
    }
    return size;
  }
}
