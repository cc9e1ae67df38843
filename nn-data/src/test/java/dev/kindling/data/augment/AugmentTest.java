package dev.kindling.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.ArrayDataset;
import dev.kindling.data.Transform;
import dev.kindling.data.format.Npz;
import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentTest {

  private final Map<String, Tensor> expected = new HashMap<>();

  @BeforeEach
  void readWhatOthersComputed(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("augment.npz");
    try (var in = Objects.requireNonNull(AugmentTest.class.getResourceAsStream("augment.npz"))) {
      Files.copy(in, file);
    }
    try (Npz npz = Npz.open(file)) {
      for (String name : npz.names()) {
        expected.put(name, npz.readTensor(name));
      }
    }
  }

  private Tensor expected(String name) {
    return Objects.requireNonNull(expected.get(name), name);
  }

  /** A copy that doesn't begin at 0. */
  private Tensor image() {
    Tensor x = expected("x");
    Tensor all = Tensor.full(7, x.size() + 10);
    return Tensor.view(all.data(), 5, x.shape()).copyFrom(x);
  }

  private void assertIs(String name, Tensor found) {
    assertArrayEquals(expected(name).toArray(), found.toArray(), 2e-6f, name);
    assertEquals(7, found.data()[4]);
    assertEquals(7, found.data()[found.data().length - 5]);
  }

  /** An image whose elements are their own positions. */
  private static Tensor positions(int channels, int height, int width) {
    Tensor x = Tensor.zeros(channels, height, width);
    for (int i = 0; i < x.size(); i++) {
      x.data()[i] = i + 1;
    }
    return x;
  }

  @Test
  void affineIsPyTorchsGridSample() {
    Tensor x = image();
    new RandomAffine().apply(x, Math.toRadians(20), 1.2, 1.5, -2.25);
    assertIs("affine", x);
  }

  @Test
  void affineWithEdgesIsPyTorchsGridSampleWithBorder() {
    Tensor x = image();
    new RandomAffine().withEdges().apply(x, Math.toRadians(20), 1.2, 1.5, -4.25);
    assertIs("affine_edges", x);
  }

  @Test
  void edgesStayWhateverElseIsSet() {
    RandomAffine affine = new RandomAffine().withEdges().translate(0.5).zoom(0.5, 0.9).rotate(30);
    for (int n = 0; n < 50; n++) {
      Tensor x = Tensor.full(1, 1, 6, 7);
      affine.apply(x, Rng.seeded(n));
      for (float v : x.toArray()) {
        assertEquals(1, v, 1e-6f);
      }
    }
  }

  @Test
  void aQuarterTurnMovesPixelsExactly() {
    Tensor x = Tensor.zeros(3, 11, 11);
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 11; i++) {
        for (int j = 0; j < 11; j++) {
          x.set(expected("x").get(c, i, j), c, i, j);
        }
      }
    }
    new RandomAffine().apply(x, Math.PI / 2, 1, 0, 0);
    assertArrayEquals(expected("rotate90").toArray(), x.toArray(), 1e-6f);
  }

  @Test
  void cropsAreEnlargedAsPyTorchDoes() {
    Tensor x = image();
    new RandomResizedCrop().apply(x, 3, 2, 9, 6);
    assertIs("crop", x);
  }

  @Test
  void coloursChangeByTheirFormulas() {
    Tensor x = image();
    ColorJitter.blend(x, 1.3f, 0);
    assertIs("bright", x);
    x = image();
    ColorJitter.blend(x, 1.4f, ColorJitter.meanGray(x));
    assertIs("contrast", x);
    x = image();
    ColorJitter.saturate(x, 0.3f);
    assertIs("saturation", x);
    x = image();
    ColorJitter.turn(x, -0.2);
    assertIs("hue", x);
  }

  @Test
  void flipsMirrorAlways() {
    Tensor x = positions(1, 2, 3);
    RandomFlip.horizontal(1).apply(x, Rng.seeded(1));
    assertArrayEquals(new float[] {3, 2, 1, 6, 5, 4}, x.toArray());
    RandomFlip.vertical(1).apply(x, Rng.seeded(1));
    assertArrayEquals(new float[] {6, 5, 4, 3, 2, 1}, x.toArray());
    RandomFlip.vertical(0).apply(x, Rng.seeded(1));
    assertArrayEquals(new float[] {6, 5, 4, 3, 2, 1}, x.toArray());
  }

  @Test
  void flipsHappenAsOftenAsAsked() {
    Rng rng = Rng.seeded(5);
    RandomFlip flip = RandomFlip.horizontal(0.3);
    int flipped = 0;
    for (int i = 0; i < 10_000; i++) {
      Tensor x = Tensor.of(new float[] {0, 1}, 1, 1, 2);
      flip.apply(x, rng.split(i));
      flipped += (int) x.data()[0];
    }
    assertEquals(3000, flipped, 150);
  }

  @Test
  void cropsWithPaddingAreShiftsOverBlack() {
    assertShifts(new RandomCrop(2), 2, false);
  }

  @Test
  void cropsWithEdgesAreShiftsOverTheEdge() {
    assertShifts(new RandomCrop(2).withEdges(), 2, true);
    assertShifts(new RandomCrop(7).withEdges(), 7, true);
  }

  private static void assertShifts(RandomCrop crop, int most, boolean edges) {
    boolean[][] seen = new boolean[2 * most + 1][2 * most + 1];
    for (int n = 0; n < 2000; n++) {
      Tensor x = positions(2, 4, 5);
      crop.apply(x, Rng.seeded(n));
      boolean found = false;
      for (int down = -most; down <= most; down++) {
        for (int right = -most; right <= most; right++) {
          if (isShifted(x, down, right, edges)) {
            found = true;
            seen[down + most][right + most] = true;
          }
        }
      }
      assertTrue(found, x.toString());
    }
    for (boolean[] row : seen) {
      for (boolean one : row) {
        assertTrue(one, "a shift that never came");
      }
    }
  }

  private static boolean isShifted(Tensor x, int down, int right, boolean edges) {
    Tensor original = positions(2, 4, 5);
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 5; j++) {
          boolean inside = i - down >= 0 && i - down < 4 && j - right >= 0 && j - right < 5;
          int row = Math.max(0, Math.min(3, i - down));
          int column = Math.max(0, Math.min(4, j - right));
          float want = inside || edges ? original.get(c, row, column) : 0;
          if (x.get(c, i, j) != want) {
            return false;
          }
        }
      }
    }
    return true;
  }

  @Test
  void erasingBlackensOneRectangle() {
    RandomErasing erasing = new RandomErasing(1);
    double share = 0;
    for (int n = 0; n < 200; n++) {
      Tensor x = Tensor.full(1, 3, 20, 30);
      erasing.apply(x, Rng.seeded(n));
      int top = 20;
      int bottom = -1;
      int left = 30;
      int right = -1;
      int black = 0;
      for (int i = 0; i < 20; i++) {
        for (int j = 0; j < 30; j++) {
          if (x.get(0, i, j) == 0) {
            top = Math.min(top, i);
            bottom = Math.max(bottom, i);
            left = Math.min(left, j);
            right = Math.max(right, j);
            black++;
          }
          assertEquals(x.get(0, i, j), x.get(2, i, j));
        }
      }
      assertEquals((bottom - top + 1) * (right - left + 1), black);
      share += black / 600.0 / 200;
    }
    assertEquals(0.17, share, 0.03);
  }

  @Test
  void mixupMixesInputsAndTargetsAlike() {
    Tensor x = Tensor.of(new float[] {1, 2, 3}, 3, 1);
    Tensor y = Tensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3);
    new Mixup(0.4).apply(x, y, Rng.seeded(9));
    float lambda = y.get(0, 0);
    assertTrue(lambda >= 0 && lambda <= 1);
    assertArrayEquals(
        new float[] {lambda, 0, 1 - lambda, 0, 1, 0, 1 - lambda, 0, lambda}, y.toArray(), 1e-6f);
    assertArrayEquals(
        new float[] {lambda + 3 * (1 - lambda), 2, 3 * lambda + 1 - lambda}, x.toArray(), 1e-6f);
    assertThrows(ShapeException.class, () -> new Mixup(1).apply(x, Tensor.zeros(3), Rng.seeded(1)));
  }

  @Test
  void lambdasFollowTheBetaDistribution() {
    for (double alpha : new double[] {0.2, 1, 4}) {
      Rng rng = Rng.seeded(3);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 20_000; i++) {
        double v = Mixing.beta(rng, alpha);
        sum += v;
        squares += (v - 0.5) * (v - 0.5);
      }
      assertEquals(0.5, sum / 20_000, 0.01);
      assertEquals(1 / (4 * (2 * alpha + 1)), squares / 20_000, 0.004);
    }
  }

  @Test
  void cutMixSwapsARectangleAndMixesTargetsByArea() {
    CutMix cutMix = new CutMix(1);
    for (int n = 0; n < 100; n++) {
      Tensor x = Tensor.zeros(2, 3, 8, 9);
      x.rows(1, 2).fill(1);
      Tensor y = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2);
      cutMix.apply(x, y, Rng.seeded(n));
      float foreign = 0;
      for (int i = 0; i < 72; i++) {
        foreign += x.data()[i];
        assertEquals(1, x.data()[i] + x.data()[3 * 72 + i]);
      }
      assertEquals(foreign / 72, y.get(0, 1), 1e-6);
      assertEquals(1, y.get(0, 0) + y.get(0, 1), 1e-6);
    }
  }

  @Test
  void theSameStreamGivesTheSameBits() {
    List<Transform> all =
        List.of(
            RandomFlip.horizontal(0.5),
            new RandomCrop(3),
            new RandomAffine().rotate(20).zoom(0.8, 1.2).translate(0.1),
            new RandomResizedCrop(),
            new ColorJitter().brightness(0.4).contrast(0.4).saturation(0.4).hue(0.1),
            new RandomErasing(0.5));
    Transform every = all.stream().reduce(Transform::then).orElseThrow();
    Tensor x = Rng.seeded(1).fillUniform(Tensor.zeros(40, 3, 16, 18), 0, 1);
    var loader = ArrayDataset.of(x, Tensor.zeros(40)).loader(40).shuffled(2).augment(every);
    for (int epoch = 0; epoch < 2; epoch++) {
      float[] bits = null;
      for (int workers : new int[] {0, 1, 2, 8}) {
        try (var batches = loader.workers(workers).epoch(epoch)) {
          Tensor found = Objects.requireNonNull(batches.next()).x();
          assertTrue(found.isFinite());
          bits = bits == null ? found.toArray() : bits;
          assertArrayEquals(bits, found.toArray());
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoImageAndBadSettings() {
    Tensor row = Tensor.zeros(5);
    for (Transform t : List.of(RandomFlip.horizontal(1), new RandomCrop(1), new RandomAffine())) {
      assertThrows(ShapeException.class, () -> t.apply(row, Rng.seeded(1)));
    }
    assertThrows(IllegalArgumentException.class, () -> RandomFlip.vertical(1.5));
    assertThrows(IllegalArgumentException.class, () -> new RandomCrop(-1));
    assertThrows(IllegalArgumentException.class, () -> new RandomAffine().zoom(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new RandomAffine().rotate(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new RandomResizedCrop(0.5, 1.5, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ColorJitter().hue(0.6));
    assertThrows(IllegalArgumentException.class, () -> new Mixup(0));
  }
}
