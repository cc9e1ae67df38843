package dev.kindling.benchmarks.peers;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Tensor;

/** The network's training step in DJL, on libtorch. The batch is in native memory from the beginning. */
final class Djl implements Contestant {

  private final Model model;
  private final Trainer trainer;
  private final Loss loss;
  private final NDArray x;
  private final NDArray target;

  Djl(Network network) {
    int[] widths = network.widths();
    SequentialBlock block = new SequentialBlock();
    for (int i = 1; i < widths.length; i++) {
      if (i > 1) {
        block.add(Activation.reluBlock());
      }
      block.add(Linear.builder().setUnits(widths[i]).build());
    }
    boolean binary = widths[widths.length - 1] == 1;
    loss = binary ? Loss.sigmoidBinaryCrossEntropyLoss() : Loss.softmaxCrossEntropyLoss();
    model = Model.newInstance("peer", "PyTorch");
    model.setBlock(block);
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(loss)
                .optInitializer(new XavierInitializer(), Parameter.Type.WEIGHT)
                .optOptimizer(
                    Optimizer.adam()
                        .optLearningRateTracker(Tracker.fixed(Network.LEARNING_RATE))
                        .build()));
    x = array(network.x());
    NDArray labels = array(network.target());
    target = binary ? labels : labels.toType(DataType.INT64, false);
    trainer.initialize(x.getShape());
  }

  private NDArray array(Tensor t) {
    long[] dims = new long[t.rank()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = t.dim(axis);
    }
    return trainer.getManager().create(t.toArray(), new Shape(dims));
  }

  @Override
  public float run() {
    try (NDManager step = trainer.getManager().newSubManager();
        GradientCollector gradients = trainer.newGradientCollector()) {
      NDList outputs = trainer.forward(new NDList(x));
      outputs.attach(step);
      NDArray value = loss.evaluate(new NDList(target), outputs);
      value.attach(step);
      gradients.backward(value);
    }
    trainer.step();
    return 0;
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
