package dev.kindling.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.train.Evaluation;
import dev.kindling.train.Histories;
import dev.kindling.train.History;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each picture shows, told from its pixels. */
class ChartsTest {

  // ---------------------------------------------------------------- decision boundary

  /** Points in the four corners of a square, so that the axes are centred on 0. */
  private static final Tensor CORNERS = Tensor.of(new float[] {-1, -1, 1, -1, -1, 1, 1, 1}, 4, 2);

  private static final int[] SIDES = {0, 1, 0, 1};

  @Test
  void boundaryOfPositiveXIsTwoHalves() throws IOException {
    BufferedImage image =
        DecisionBoundary.of(
                CORNERS,
                SIDES,
                p -> {
                  Tensor y = Tensor.zeros(p.dim(0), 1);
                  for (int i = 0; i < p.dim(0); i++) {
                    y.set(p.get(i, 0), i, 0);
                  }
                  return y;
                })
            .threshold(0)
            .image();
    int cool = Palette.mix(Palette.WHITE, Palette.series(0), 0.22);
    int warm = Palette.mix(Palette.WHITE, Palette.series(1), 0.22);
    int middle = image.getHeight() / 2;
    int left = 0;
    while (image.getRGB(left, middle) != cool) {
      left++;
    }
    int right = image.getWidth() - 1;
    while (image.getRGB(right, middle) != warm) {
      right--;
    }
    int change = left;
    while (image.getRGB(change, middle) == cool) {
      change++;
    }
    assertEquals((left + right) / 2.0, change, 8, "the boundary is in the middle");
    assertTrue(
        Math.abs(Look.count(image, cool) - Look.count(image, warm))
            < 0.02 * Look.count(image, cool));
  }

  @Test
  void upIsUpAndTheLargestOfSeveralOutputsWins() throws IOException {
    BufferedImage image =
        DecisionBoundary.of(
                CORNERS,
                new int[] {0, 0, 1, 1},
                p -> {
                  Tensor y = Tensor.zeros(p.dim(0), 2);
                  for (int i = 0; i < p.dim(0); i++) {
                    y.set(p.get(i, 1), i, 1);
                  }
                  return y;
                })
            .image();
    int x = image.getWidth() / 2;
    assertTrue(Look.warm(image.getRGB(x, image.getHeight() / 4)), "class 1, warm, is above");
    assertTrue(!Look.warm(image.getRGB(x, image.getHeight() * 3 / 4)), "class 0, cool, is below");
  }

  @Test
  void boundaryRefusesWhatIsNotAPlane() {
    assertThrows(
        ShapeException.class, () -> DecisionBoundary.of(Tensor.zeros(4, 3), SIDES, p -> p));
    assertThrows(
        IllegalArgumentException.class, () -> DecisionBoundary.of(CORNERS, new int[3], p -> p));
    assertThrows(
        IllegalArgumentException.class,
        () -> DecisionBoundary.of(CORNERS, new int[] {0, 0, 0, -1}, p -> p));
    assertThrows(
        ShapeException.class,
        () -> DecisionBoundary.of(CORNERS, SIDES, p -> Tensor.zeros(3, 1)).image());
  }

  // ---------------------------------------------------------------- confusion matrix

  @Test
  void theLargestShareOfARowIsTheDarkestCell() throws IOException {
    ConfusionMatrixPlot plot =
        ConfusionMatrixPlot.of(new long[][] {{8, 2}, {45, 55}}, List.of("a", "b"));
    BufferedImage image = plot.image();
    // The cells are squares of 128 points at the lower right, inside the margin.
    int[][] brightness = new int[2][2];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        int x = image.getWidth() - 40 - (2 - j) * 256 + 30;
        int y = image.getHeight() - 40 - (2 - i) * 256 + 30;
        brightness[i][j] = Look.brightness(image.getRGB(x, y));
      }
    }
    assertTrue(brightness[0][0] < brightness[1][1], "80% darker than 55%");
    assertTrue(brightness[1][1] < brightness[1][0], "55% darker than 45%");
    assertTrue(brightness[1][0] < brightness[0][1], "45% darker than 20%");
  }

  @Test
  void confusionMustBeSquareAndNamed() {
    assertThrows(
        IllegalArgumentException.class, () -> ConfusionMatrixPlot.of(new long[2][3], List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> ConfusionMatrixPlot.of(new long[][] {{-1}}, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> ConfusionMatrixPlot.of(new long[0][0], List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> ConfusionMatrixPlot.of(new long[2][2], List.of("a")));
  }

  // ---------------------------------------------------------------- images

  @Test
  void rightIsBlueAndWrongIsVermillion() throws IOException {
    BufferedImage right =
        ImageGrid.titled("").add(Tensor.zeros(3, 8, 8), "cat", 0.9, "cat").image();
    assertTrue(Look.count(right, Palette.RIGHT) > 1000);
    assertEquals(0, Look.count(right, Palette.WRONG));
    BufferedImage wrong =
        ImageGrid.titled("").add(Tensor.zeros(3, 8, 8), "cat", 0.9, "dog").image();
    assertTrue(Look.count(wrong, Palette.WRONG) > 1000);
    assertEquals(0, Look.count(wrong, Palette.RIGHT));
  }

  @Test
  void channelsAreRedGreenBlueAndTheRangeIsFollowed() throws IOException {
    Tensor red = Tensor.full(-1, 3, 4, 4);
    red.row(0).fill(1);
    assertTrue(
        Look.count(ImageGrid.titled("").range(-1, 1).add(red, "").image(), 0xFFFF0000) > 30_000);
    // (1 - 0.5) / 0.25 = 2 is full; (0 - 0.5) / 0.25 = -2 is none.
    Tensor green = Tensor.full(-2, 3, 4, 4);
    green.row(1).fill(2);
    ImageGrid standardized =
        ImageGrid.titled("").standardized(new float[] {0.5f}, new float[] {0.25f});
    assertTrue(Look.count(standardized.add(green, "").image(), 0xFF00FF00) > 30_000);
    Tensor grey = Tensor.full(0.5f, 4, 4);
    assertTrue(Look.count(ImageGrid.titled("").add(grey, "").image(), 0xFF808080) > 30_000);
  }

  @Test
  void aFullLastRowIsPreferred() {
    assertEquals(4 * 112 + 3 * 16 + 40, grid(16).width());
    assertEquals(5 * 112 + 4 * 16 + 40, grid(10).width());
    assertEquals(2 * 112 + 16 + 40, grid(16).columns(2).width());
    assertEquals(112 + 40, grid(1).columns(5).width());
  }

  private static ImageGrid grid(int n) {
    ImageGrid grid = ImageGrid.titled("");
    for (int i = 0; i < n; i++) {
      grid.add(Tensor.zeros(2, 2), "");
    }
    return grid;
  }

  @Test
  void gridRefusesWhatIsNoImage() {
    ImageGrid grid = ImageGrid.titled("");
    assertThrows(ShapeException.class, () -> grid.add(Tensor.zeros(2, 4, 4), ""));
    assertThrows(ShapeException.class, () -> grid.add(Tensor.zeros(16), ""));
    assertThrows(IllegalArgumentException.class, () -> grid.columns(0));
    assertThrows(IllegalArgumentException.class, () -> grid.range(1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> grid.standardized(new float[] {0}, new float[] {0}));
    assertThrows(
        IllegalArgumentException.class, () -> grid.standardized(new float[1], new float[2]));
  }

  // ---------------------------------------------------------------- lines and bars

  @Test
  void aRisingLineRises() throws IOException {
    BufferedImage image = LineChart.titled("").line("", new double[] {0, 1}).image();
    int w = image.getWidth() / 2;
    int h = image.getHeight() / 2;
    int color = Palette.series(0);
    assertTrue(Look.count(image, 0, h, w, h, c -> c == color) > 500, "lower left");
    assertTrue(Look.count(image, w, 0, w, h, c -> c == color) > 500, "upper right");
    assertTrue(
        Look.count(image, 0, 0, w / 2, h / 2, c -> c == color) == 0,
        "nothing in the upper left corner");
  }

  @Test
  void everySeriesHasAColourOfItsOwnAndAPlaceInTheLegend() throws IOException {
    BufferedImage image =
        LineChart.titled("t")
            .points("p", new double[] {1, 2}, new double[] {1, 2})
            .line("l", 1, 0)
            .dashed("d", new double[] {1, 2}, new double[] {2, 1})
            .image();
    for (int i = 0; i < 3; i++) {
      int color = Palette.series(i);
      assertTrue(
          Look.count(image, 0, 100, image.getWidth(), 44, c -> c == color) > 20, "legend " + i);
      assertTrue(Look.count(image, color) > 60, "series " + i);
    }
  }

  @Test
  void chartsRefuseSettingsThatCannotBe() {
    LineChart chart = LineChart.titled("");
    assertThrows(
        IllegalArgumentException.class, () -> chart.line("a", new double[2], new double[3]));
    assertThrows(IllegalArgumentException.class, () -> chart.between(1, 1));
    assertThrows(IllegalArgumentException.class, () -> BarChart.titled("").decimals(-1));
  }

  @Test
  void barsAreAsHighAsTheirValues() throws IOException {
    BufferedImage one = BarChart.titled("").bar("a", 1).bar("b", 0.25).image();
    int w = one.getWidth() / 2;
    int color = Palette.series(0);
    double high = Look.count(one, 0, 0, w, one.getHeight(), c -> c == color);
    double low = Look.count(one, w, 0, w, one.getHeight(), c -> c == color);
    assertEquals(4, high / low, 0.05);
  }

  @Test
  void curvesShowValidationOnlyWhereThereIsSome() throws IOException {
    Evaluation e = new Evaluation(0.5, Map.of());
    History without = Histories.of(null, new History.Epoch(1, e, null, 0.1, 1));
    assertEquals(0, Look.count(LearningCurves.of(without).image(), Palette.series(1)));
    History with = Histories.of(null, new History.Epoch(1, e, e, 0.1, 1));
    assertTrue(Look.count(LearningCurves.of(with).image(), Palette.series(1)) > 100);
  }
}
