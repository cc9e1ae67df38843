package dev.kindling.benchmarks.peers;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.kindling.benchmarks.Network;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The network's training step in DJL, on libtorch. The batch is in native memory from the beginning. */
final class Djl implements Contestant {

  private final Model model;
  private final Trainer trainer;
  private final Loss loss;
  private final NDArray x;
  private final NDArray target;

  Djl(Network network) {
    boolean binary = network.model().outputShape().size() == 1;
    loss = binary ? Loss.sigmoidBinaryCrossEntropyLoss() : Loss.softmaxCrossEntropyLoss();
    model = Model.newInstance("peer", "PyTorch");
    model.setBlock(block(network.model().root()));
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

  /** What DJL has for this layer. */
  private static Block block(Layer layer) {
    Config c = layer.config();
    return switch (c.kind()) {
      case "Sequential" -> new SequentialBlock().addAll(blocks(layer));
      case "Residual" -> {
        List<Block> ways = blocks(layer);
        if (ways.size() == 1) {
          ways.add(Blocks.identityBlock());
        }
        yield new ParallelBlock(
            outputs ->
                new NDList(
                    outputs.get(0).singletonOrThrow().add(outputs.get(1).singletonOrThrow())),
            ways);
      }
      case "Conv2d" ->
          Conv2d.builder()
              .setFilters(c.intOf("out"))
              .setKernelShape(shape(c.intsOf("kernel")))
              .optStride(shape(c.intsOf("stride")))
              .optPadding(shape(c.intsOf("padding")))
              .optBias(c.booleanOf("bias"))
              .build();
      case "BatchNorm2d" -> BatchNorm.builder().build();
      case "MaxPool2d" -> Pool.maxPool2dBlock(shape(c.intsOf("kernel")), shape(c.intsOf("stride")));
      case "GlobalAvgPool" -> Pool.globalAvgPool2dBlock();
      case "Flatten" -> Blocks.batchFlattenBlock();
      case "Dense" -> Linear.builder().setUnits(c.intOf("units")).build();
      case "Relu" -> Activation.reluBlock();
      default -> throw new IllegalArgumentException("No block for " + layer);
    };
  }

  private static List<Block> blocks(Layer layer) {
    List<Block> blocks = new ArrayList<>();
    for (Layer child : layer.children()) {
      blocks.add(block(child));
    }
    return blocks;
  }

  private static Shape shape(int[] dims) {
    return new Shape(Arrays.stream(dims).asLongStream().toArray());
  }

  private NDArray array(Tensor t) {
    return trainer.getManager().create(t.toArray(), shape(t.shape().dims()));
  }

  @Override
  public float run() {
    try (NDManager step = trainer.getManager().newSubManager();
        GradientCollector gradients = trainer.newGradientCollector()) {
      x.tempAttach(step); // results go where their inputs are, and end with the step
      target.tempAttach(step);
      NDList outputs = trainer.forward(new NDList(x));
      gradients.backward(loss.evaluate(new NDList(target), outputs));
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
