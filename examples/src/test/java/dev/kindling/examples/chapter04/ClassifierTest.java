package dev.kindling.examples.chapter04;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.Standardizer;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Flatten;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a classifier sees when it looks several times. */
class ClassifierTest {

  private static final int SIZE = 5;

  @TempDir Path folder;

  /** A network that sees every pixel by itself, so that no two looks give the same. */
  private final Model model = Model.of(Shape.of(3, SIZE, SIZE), 7, new Flatten(), new Dense(3));

  private Classifier classifier(boolean mirrored, int moved) {
    Standardizer standardizer = Standardizer.of(new float[] {0, 0, 0}, new float[] {1, 1, 1});
    return new Classifier(model, List.of("a", "b", "c"), standardizer, mirrored, moved);
  }

  private static Tensor pictures() {
    Tensor x = Tensor.zeros(3, 3, SIZE, SIZE);
    for (int i = 0; i < x.size(); i++) {
      x.data()[x.offset() + i] = (i * 37 % 101) / 101f;
    }
    return x;
  }

  /** The pictures by the definition: what is at (y, x) was at (y - down, x - right), or at the edge. */
  private static Tensor seen(int down, int right, boolean mirrored) {
    Tensor from = pictures();
    Tensor to = pictures();
    for (int p = 0; p < 9; p++) {
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          int fromY = Math.min(Math.max(y - down, 0), SIZE - 1);
          int fromX = Math.min(Math.max(x - right, 0), SIZE - 1);
          int toX = mirrored ? SIZE - 1 - x : x;
          to.data()[to.offset() + (p * SIZE + y) * SIZE + toX] =
              from.data()[from.offset() + (p * SIZE + fromY) * SIZE + fromX];
        }
      }
    }
    return to;
  }

  private float[] mean(List<Tensor> looks) {
    float[] mean = new float[9];
    for (Tensor look : looks) {
      float[] once = classifier(false, 0).probabilities(look).toArray();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += once[i] / looks.size();
      }
    }
    return mean;
  }

  @Test
  void answersAreTheMeanOverAllLooks() {
    assertArrayEquals(
        mean(List.of(seen(0, 0, false), seen(0, 0, true))),
        classifier(true, 0).probabilities(pictures()).toArray(),
        1e-6f);
    List<Tensor> moved =
        List.of(
            seen(0, 0, false),
            seen(-2, 0, false),
            seen(2, 0, false),
            seen(0, -2, false),
            seen(0, 2, false));
    assertArrayEquals(mean(moved), classifier(false, 2).probabilities(pictures()).toArray(), 1e-6f);
    float[] ten = classifier(true, 2).probabilities(pictures()).toArray();
    for (int i = 0; i < 9; i += 3) {
      assertEquals(1, ten[i] + ten[i + 1] + ten[i + 2], 1e-6);
    }
  }

  @Test
  void theFileKeepsHowItLooks() throws IOException {
    Path file = folder.resolve("model.safetensors");
    classifier(true, 2).save(file);
    Classifier read = Classifier.load(file);
    assertTrue(read.mirrored());
    assertEquals(2, read.moved());
    assertArrayEquals(
        classifier(true, 2).probabilities(pictures()).toArray(),
        read.probabilities(pictures()).toArray(),
        1e-2f);
  }

  @Test
  void aFileWithoutTheNoteIsRefusedByName() throws IOException {
    Path file = folder.resolve("model.safetensors");
    classifier(true, 2).save(file);
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Files.write(file, text.replace("\"moved\"", "\"other\"").getBytes(StandardCharsets.ISO_8859_1));
    String message =
        assertThrows(DataFormatException.class, () -> Classifier.load(file)).getMessage();
    assertTrue(message.contains(file.toString()) && message.contains("moved"), message);
  }
}
