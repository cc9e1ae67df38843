package dev.kindling.benchmarks.peers;

import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Parameter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A network as an ONNX model: Gemm and Relu nodes with the network's own weights. The file is a protocol buffer, whose
 * few parts in use are written here by their field numbers in onnx.proto.
 */
final class OnnxFile {

  static final String INPUT = "x";
  static final String OUTPUT = "y";

  private static final int IR_VERSION = 7;
  private static final int OPERATORS = 13;
  private static final int FLOAT = 1; // TensorProto.DataType
  private static final int INT = 2; // AttributeProto.AttributeType

  private OnnxFile() {}

  /** The model, to be given to a session. */
  static byte[] of(Network network) {
    int[] widths = network.widths();
    List<Parameter> parameters = network.model().parameters().list(); // weight, bias, weight, …
    Message graph = new Message();
    String from = INPUT;
    for (int i = 1; i < widths.length; i++) {
      boolean last = i == widths.length - 1;
      String sum = last ? OUTPUT : "sum" + i;
      graph.put(1, node("Gemm", sum, from, "w" + i, "b" + i).put(5, flag("transB")));
      graph.put(5, tensor("w" + i, parameters.get(2 * i - 2).value()));
      graph.put(5, tensor("b" + i, parameters.get(2 * i - 1).value()));
      if (!last) {
        from = "relu" + i;
        graph.put(1, node("Relu", from, sum));
      }
    }
    graph.put(2, "network");
    graph.put(11, matrix(INPUT, widths[0]));
    graph.put(12, matrix(OUTPUT, widths[widths.length - 1]));
    return new Message()
        .put(1, IR_VERSION)
        .put(7, graph)
        .put(8, new Message().put(1, "").put(2, OPERATORS))
        .bytes();
  }

  private static Message node(String operator, String output, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.put(1, input);
    }
    return node.put(2, output).put(4, operator);
  }

  private static Message flag(String name) {
    return new Message().put(1, name).put(3, 1).put(20, INT);
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

  /** [n, columns], with any n. */
  private static Message matrix(String name, int columns) {
    Message shape =
        new Message().put(1, new Message().put(2, "n")).put(1, new Message().put(1, columns));
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
