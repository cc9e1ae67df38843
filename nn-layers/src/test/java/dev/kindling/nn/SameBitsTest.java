package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.activation.Gelu;
import dev.kindling.nn.activation.Prelu;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Silu;
import dev.kindling.nn.layers.AdaptiveAvgPool2d;
import dev.kindling.nn.layers.AvgPool2d;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.DropPath;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.GaussianNoise;
import dev.kindling.nn.layers.GroupNorm;
import dev.kindling.nn.layers.InstanceNorm2d;
import dev.kindling.nn.layers.LayerNorm;
import dev.kindling.nn.layers.MaxPool2d;
import dev.kindling.nn.layers.PixelShuffle;
import dev.kindling.nn.layers.Reshape;
import dev.kindling.nn.layers.SpatialDropout;
import dev.kindling.nn.layers.SqueezeExcitation;
import dev.kindling.nn.layers.Upsample;
import dev.kindling.nn.layers.ZeroPad2d;
import dev.kindling.nn.loss.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A seed decides every bit, whoever computes it. */
class SameBitsTest {

  private final int threads = Parallel.threads();

  @AfterEach
  void restoreThreads() {
    Parallel.setThreads(threads);
  }

  /** Every layer that splits its work, at sizes where it does. */
  private static Model network() {
    return Model.of(
        Shape.of(784),
        42,
        new GaussianNoise(0.1f),
        new Dense(256),
        new BatchNorm1d(),
        new Relu(),
        new Dropout(0.2f),
        new Reshape(8, 32),
        new BatchNorm1d(),
        Prelu.perChannel(),
        new LayerNorm(),
        new Flatten(),
        new Residual(new Dense(256).withoutBias(), new Gelu()),
        new Dense(64),
        new Silu(),
        new Dense(10));
  }

  /** The same for layers of images. */
  private static Model imageNetwork() {
    return Model.of(
        Shape.of(784),
        42,
        new Reshape(4, 14, 14),
        new BatchNorm2d(),
        new AvgPool2d(3).withStride(1).withPadding(1),
        new MaxPool2d(3, 2).withStride(1).withPadding(1, 0),
        new GroupNorm(2),
        new SpatialDropout(0.2f),
        new Relu(),
        new MaxPool2d(2),
        new SqueezeExcitation(2),
        Upsample.bilinear(2),
        new Residual(new InstanceNorm2d().withAffine(), new DropPath(0.2f)),
        new ZeroPad2d(1),
        new AdaptiveAvgPool2d(10),
        new PixelShuffle(2),
        Upsample.nearest(2),
        new MaxPool2d(5).withStride(5),
        new Flatten(),
        new Dense(10));
  }

  /** All that three steps of gradient descent leave behind. */
  private static List<float[]> train(Model model, int batch) {
    Rng rng = Rng.seeded(7);
    Tensor x = rng.fillNormal(Tensor.zeros(batch, 784), 0, 1);
    Tensor labels = Tensor.zeros(batch);
    for (int i = 0; i < batch; i++) {
      labels.set(rng.nextInt(10), i);
    }
    SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy();
    Tensor dy = Tensor.zeros(batch, 10);
    Pass pass = model.newPass(Mode.TRAIN, 3).inputGradient(true);
    List<float[]> all = new ArrayList<>();
    for (int step = 0; step < 3; step++) {
      Tensor y = model.forward(x, pass);
      all.add(new float[] {(float) loss.gradient(y, labels, dy)});
      model.parameters().clearGradients();
      all.add(model.backward(dy, pass).toArray());
      float[] values = model.parameters().values();
      float[] grads = model.parameters().grads();
      for (int i = 0; i < values.length; i++) {
        values[i] -= 0.1f * grads[i];
      }
      all.add(grads.clone());
    }
    all.add(model.parameters().values().clone());
    for (Layer.Buffer b : model.buffers()) {
      all.add(b.value().toArray());
    }
    assertTrue(all.get(0)[0] > all.get(6)[0], "the loss should fall");
    return all;
  }

  @Test
  void trainingStepsAreTheSameAtAnyNumberOfThreads() {
    sameBits(SameBitsTest::network);
  }

  @Test
  void trainingStepsOnImagesAreTheSameAtAnyNumberOfThreads() {
    sameBits(SameBitsTest::imageNetwork);
  }

  private static void sameBits(Supplier<Model> network) {
    Parallel.setThreads(1);
    List<float[]> expected = train(network.get(), 256);
    for (int n : new int[] {2, 3, 4, 8}) {
      Parallel.setThreads(n);
      List<float[]> actual = train(network.get(), 256);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), n + " threads, result " + i);
      }
    }
  }

  @Test
  void sixteenThreadsPredictAsOneDoes() throws Exception {
    Model model = network();
    Tensor x = Rng.seeded(9).fillNormal(Tensor.zeros(300, 784), 0, 1);
    // Some training first, so that the running statistics are not those of the beginning.
    model.forward(x, model.newPass(Mode.TRAIN, 1));
    Parallel.setThreads(1);
    float[] expected = model.predict(x).data();
    Parallel.setThreads(4);
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        results.add(pool.submit(() -> model.predict(x).data()));
      }
      for (Future<float[]> result : results) {
        assertArrayEquals(expected, result.get());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void predictionsDontDependOnTheExamplesInFront() {
    Model model = network();
    Tensor x = Rng.seeded(9).fillNormal(Tensor.zeros(512, 784), 0, 1);
    float[] all = model.predict(x).data();
    float[] second = model.predict(x.rows(256, 512).copy()).data();
    assertArrayEquals(java.util.Arrays.copyOfRange(all, 2560, 5120), second);
  }
}
