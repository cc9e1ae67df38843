package dev.kindling.benchmarks.peers;

import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Tensor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The network's training step in Deeplearning4j. The batch is in native memory from the beginning. */
final class Dl4j implements Contestant {

  private final MultiLayerNetwork network;
  private final DataSet batch;

  Dl4j(Network ours) {
    int[] widths = ours.widths();
    int last = widths.length - 1;
    boolean binary = widths[last] == 1;
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(Network.LEARNING_RATE))
            .weightInit(WeightInit.XAVIER)
            .list();
    for (int i = 1; i < last; i++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(widths[i - 1])
              .nOut(widths[i])
              .activation(Activation.RELU)
              .build());
    }
    layers.layer(
        new OutputLayer.Builder(binary ? LossFunction.XENT : LossFunction.MCXENT)
            .nIn(widths[last - 1])
            .nOut(widths[last])
            .activation(binary ? Activation.SIGMOID : Activation.SOFTMAX)
            .build());
    network = new MultiLayerNetwork(layers.build());
    network.init();
    Tensor x = ours.x();
    INDArray inputs = Nd4j.createFromArray(x.toArray()).reshape(x.dim(0), widths[0]);
    INDArray targets = Nd4j.zeros(x.dim(0), widths[last]);
    for (int i = 0; i < x.dim(0); i++) {
      float label = ours.target().data()[i];
      targets.putScalar(i, binary ? 0 : (int) label, binary ? label : 1);
    }
    batch = new DataSet(inputs, targets);
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
