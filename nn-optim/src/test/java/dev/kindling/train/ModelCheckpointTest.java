package dev.kindling.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.Loader;
import dev.kindling.nd.Shape;
import dev.kindling.nn.Model;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.loss.MeanSquaredError;
import dev.kindling.optim.Sgd;
import dev.kindling.optim.schedule.Exponential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckpointTest {

  @TempDir Path dir;

  @Test
  void theBestAndTheLastModelAreInTheirFiles() throws IOException {
    Model model = Model.of(Shape.of(3), 1, new Dense(1));
    Loader data = Problems.linear(40, 1).loader(40);
    List<float[]> weights = new ArrayList<>();
    History history =
        Trainer.of(model, new MeanSquaredError(), Sgd.withRate(0.01))
            .schedule(new Exponential(1.3).byEpoch()) // diverges in the end
            .callback(
                ModelCheckpoint.best(dir.resolve("best.safetensors"), Monitor.validationLoss()))
            .callback(ModelCheckpoint.last(dir.resolve("last.safetensors")))
            .callback(
                new Callback() {
                  @Override
                  public void onEpochEnd(Training training) {
                    weights.add(training.model().parameters().values().clone());
                  }
                })
            .fit(data, Problems.linear(50, 2).loader(50), 22);
    int best = history.best(Monitor.validationLoss()).number();
    assertTrue(best > 1 && best < 22, "best was " + best);
    assertArrayEquals(weights.get(best - 1), load("best.safetensors"));
    assertArrayEquals(weights.get(21), load("last.safetensors"));
  }

  private float[] load(String name) throws IOException {
    return Model.load(dir.resolve(name)).parameters().values();
  }

  @Test
  void aFileThatCantBeWrittenEndsTraining() throws IOException {
    Path noFolder = Files.createFile(dir.resolve("file"));
    Trainer trainer =
        Trainer.of(
                Model.of(Shape.of(3), 1, new Dense(1)), new MeanSquaredError(), Sgd.withRate(0.01))
            .callback(ModelCheckpoint.last(noFolder.resolve("model.safetensors")));
    assertThrows(UncheckedIOException.class, () -> trainer.fit(Problems.linear(8, 1).loader(8), 1));
  }
}
