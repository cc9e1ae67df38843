package dev.kindling.benchmarks.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * The network's prediction in ONNX Runtime, with the same weights, in the fastest way that its Java interface has:
 * input and output lie in native memory and are bound once.
 */
final class OnnxRuntime implements Contestant {

  private final OrtSession session;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final FloatBuffer results;

  OnnxRuntime(Network network, int threads) {
    Tensor x = network.x();
    Shape out = network.model().outputShape().prepend(x.dim(0));
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        session = environment.createSession(OnnxFile.of(network), options);
      }
      FloatBuffer inputs = floats(x.size());
      inputs.put(x.toArray()).rewind();
      results = floats(out.size());
      input = OnnxTensor.createTensor(environment, inputs, dims(x.shape()));
      output = OnnxTensor.createTensor(environment, results, dims(out));
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
    check(network.predict());
  }

  private static FloatBuffer floats(int size) {
    return ByteBuffer.allocateDirect(Float.BYTES * size)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static long[] dims(Shape shape) {
    return Arrays.stream(shape.dims()).asLongStream().toArray();
  }

  /** Both sides must compute the same. */
  private void check(Tensor ours) {
    run();
    for (int i = 0; i < ours.size(); i++) {
      float expected = results.get(i);
      float got = ours.data()[ours.offset() + i];
      if (!(Math.abs(expected - got) <= 1e-4)) {
        throw new IllegalStateException(
            "Output " + i + " is " + expected + " in ONNX Runtime and " + got + " in Kindling");
      }
    }
  }

  @Override
  public float run() {
    try (OrtSession.Result result =
        session.run(Map.of(OnnxFile.INPUT, input), Map.of(OnnxFile.OUTPUT, output))) {
      return results.get(0);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      input.close();
      output.close();
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
