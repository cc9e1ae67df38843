package dev.kindling.benchmarks.peers;

import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The network's training step in Deeplearning4j. The batch is in native memory from the beginning. */
final class Dl4j implements Contestant {

  private final GraphBuilder graph =
      new NeuralNetConfiguration.Builder()
          .seed(1)
          .updater(new Adam(Network.LEARNING_RATE))
          .weightInit(WeightInit.XAVIER)
          .graphBuilder();
  private final ComputationGraph network;
  private final DataSet batch;

  Dl4j(Network ours) {
    List<Layer> layers = ours.model().layers();
    Layer last = layers.get(layers.size() - 1);
    Shape in = ours.model().inputShape();
    graph.addInputs("x");
    graph.setInputTypes(
        in.rank() == 1
            ? InputType.feedForward(in.dim(0))
            : InputType.convolutional(in.dim(1), in.dim(2), in.dim(0)));
    graph.setOutputs(add(ours.model().root(), "x", false, last));
    network = new ComputationGraph(graph.build());
    network.init();
    batch = batch(ours.x(), ours.target(), last.outputShape().size());
  }

  private static DataSet batch(Tensor x, Tensor labels, int outputs) {
    INDArray targets = Nd4j.zeros(x.dim(0), outputs);
    for (int i = 0; i < x.dim(0); i++) {
      float label = labels.data()[i];
      targets.putScalar(i, outputs == 1 ? 0 : (int) label, outputs == 1 ? label : 1);
    }
    return new DataSet(Nd4j.createFromArray(x.toArray()).reshape(x.shape().dims()), targets);
  }

  /**
   * Adds what DL4J has for this layer behind the vertex of that name, and returns the name of the last vertex.
   *
   * @param relu whether ReLU follows, which convolutions and dense layers do themselves
   * @param last the layer to which the loss belongs
   */
  private String add(Layer layer, String from, boolean relu, Layer last) {
    Config c = layer.config();
    return switch (c.kind()) {
      case "Sequential" -> {
        String end = from;
        List<Layer> children = layer.children();
        for (int i = 0; i < children.size(); i++) {
          boolean before = i + 1 < children.size() && isRelu(children.get(i + 1));
          boolean done = isRelu(children.get(i)) && i > 0 && hasActivation(children.get(i - 1));
          end = done ? end : add(children.get(i), end, before, last);
        }
        yield end;
      }
      case "Residual" -> {
        List<Layer> ways = layer.children();
        String body = add(ways.get(0), from, false, last);
        String around = ways.size() == 1 ? from : add(ways.get(1), from, false, last);
        graph.addVertex(
            layer.path(), new ElementWiseVertex(ElementWiseVertex.Op.Add), body, around);
        yield layer.path();
      }
      case "Flatten" -> from; // DL4J does it in front of a dense layer
      default -> {
        graph.addLayer(layer.path(), layer == last ? output(c) : inner(c, relu), from);
        yield layer.path();
      }
    };
  }

  private static boolean isRelu(Layer layer) {
    return layer.config().kind().equals("Relu");
  }

  private static boolean hasActivation(Layer layer) {
    return List.of("Conv2d", "Dense").contains(layer.config().kind());
  }

  private static org.deeplearning4j.nn.conf.layers.Layer output(Config c) {
    boolean binary = c.intOf("units") == 1;
    return new OutputLayer.Builder(binary ? LossFunction.XENT : LossFunction.MCXENT)
        .nOut(c.intOf("units"))
        .activation(binary ? Activation.SIGMOID : Activation.SOFTMAX)
        .build();
  }

  private static org.deeplearning4j.nn.conf.layers.Layer inner(Config c, boolean relu) {
    Activation activation = relu ? Activation.RELU : Activation.IDENTITY;
    return switch (c.kind()) {
      case "Conv2d" ->
          new ConvolutionLayer.Builder(c.intsOf("kernel"), c.intsOf("stride"), c.intsOf("padding"))
              .nOut(c.intOf("out"))
              .hasBias(c.booleanOf("bias"))
              .activation(activation)
              .build();
      case "BatchNorm2d" -> new BatchNormalization();
      case "MaxPool2d" ->
          new SubsamplingLayer.Builder(
                  PoolingType.MAX, c.intsOf("kernel"), c.intsOf("stride"), c.intsOf("padding"))
              .build();
      case "GlobalAvgPool" -> new GlobalPoolingLayer(PoolingType.AVG);
      case "Dense" ->
          new DenseLayer.Builder().nOut(c.intOf("units")).activation(activation).build();
      case "Relu" -> new ActivationLayer(Activation.RELU);
      default -> throw new IllegalArgumentException("No layer for " + c);
    };
  }

  @Override
  public float run() {
    network.fit(batch);
    return 0;
  }

  @Override
  public void close() {
    network.close();
  }
}
