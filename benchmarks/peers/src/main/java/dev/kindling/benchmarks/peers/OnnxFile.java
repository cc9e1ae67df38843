package dev.kindling.benchmarks.peers;

import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of layers one after the other as an ONNX model, with the network's own weights. The file is a protocol buffer, whose
 * few parts in use are written here by their field numbers in onnx.proto.
 */
final class OnnxFile {

  static final String INPUT = "x";
  static final String OUTPUT = "y";

  private static final int IR_VERSION = 7;
  private static final int OPERATORS = 13;
  private static final int FLOAT = 1; // TensorProto.DataType
  private static final int INT = 2; // AttributeProto.AttributeType
  private static final int INTS = 7;

  private OnnxFile() {}

  /** The model, to be given to a session. */
  static byte[] of(Network network) {
    List<Layer> layers = network.model().layers();
    Message graph = new Message();
    String from = INPUT;
    for (int i = 0; i < layers.size(); i++) {
      String to = i == layers.size() - 1 ? OUTPUT : "y" + i;
      List<String> inputs = new ArrayList<>(List.of(from));
      for (Parameter parameter : layers.get(i).parameters()) { // weight, bias
        String name = "p" + i + "." + inputs.size();
        inputs.add(name);
        graph.put(5, tensor(name, parameter.value()));
      }
      graph.put(1, node(layers.get(i).config(), inputs, to));
      from = to;
    }
    graph.put(2, "network");
    graph.put(11, value(INPUT, network.model().inputShape()));
    graph.put(12, value(OUTPUT, network.model().outputShape()));
    return new Message()
        .put(1, IR_VERSION)
        .put(7, graph)
        .put(8, new Message().put(1, "").put(2, OPERATORS))
        .bytes();
  }

  private static Message node(Config layer, List<String> inputs, String output) {
    Message node = new Message();
    inputs.forEach(input -> node.put(1, input));
    node.put(2, output);
    return switch (layer.kind()) {
      case "Conv2d" -> windows(node.put(4, "Conv"), layer);
      case "MaxPool2d" -> windows(node.put(4, "MaxPool"), layer);
      case "Flatten" -> node.put(4, "Flatten");
      case "Dense" -> node.put(4, "Gemm").put(5, flag("transB"));
      case "Relu" -> node.put(4, "Relu");
      default -> throw new IllegalArgumentException("No node for " + layer);
    };
  }

  private static Message windows(Message node, Config layer) {
    int[] padding = layer.intsOf("padding");
    return node.put(5, ints("kernel_shape", layer.intsOf("kernel")))
        .put(5, ints("strides", layer.intsOf("stride")))
        .put(5, ints("pads", padding[0], padding[1], padding[0], padding[1]));
  }

  private static Message flag(String name) {
    return new Message().put(1, name).put(3, 1).put(20, INT);
  }

  private static Message ints(String name, int... values) {
    Message attribute = new Message().put(1, name).put(20, INTS);
    for (int value : values) {
      attribute.put(8, value);
    }
    return attribute;
  }

  private static Message tensor(String name, Tensor t) {
    Message tensor = new Message();
    for (int axis = 0; axis < t.rank(); axis++) {
      tensor.put(1, t.dim(axis));
    }
    ByteBuffer raw = ByteBuffer.allocate(Float.BYTES * t.size()).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(t.data(), t.offset(), t.size());
    return tensor.put(2, FLOAT).put(8, name).put(9, raw.array());
  }

  /** A batch of any size of such examples. */
  private static Message value(String name, Shape example) {
    Message shape = new Message().put(1, new Message().put(2, "n"));
    for (int dim : example.dims()) {
      shape.put(1, new Message().put(1, dim));
    }
    Message type = new Message().put(1, FLOAT).put(2, shape);
    return new Message().put(1, name).put(2, new Message().put(1, type));
  }

  /** Fields, each a tag, a length where it needs one, and a value. */
  private static final class Message {

    private static final int VARINT = 0;
    private static final int LENGTH = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message put(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message put(int field, byte[] value) {
      varint((long) field << 3 | LENGTH);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message put(int field, String value) {
      return put(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message put(int field, Message value) {
      return put(field, value.bytes());
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while (rest >= 0x80) {
        out.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
