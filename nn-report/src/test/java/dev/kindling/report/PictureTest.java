package dev.kindling.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.train.Evaluation;
import dev.kindling.train.Histories;
import dev.kindling.train.History;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PictureTest {

  private static final String AWKWARD = "<b>\"Käse\" & 猫 ⟨x⟩ </b>\u0001\uD800";

  @TempDir Path folder;

  static Stream<Picture> pictures() {
    Tensor points = Rng.seeded(1).fillNormal(Tensor.zeros(50, 2), 0, 1);
    Evaluation good = new Evaluation(0.5, Map.of("accuracy", 0.8));
    Evaluation broken = new Evaluation(Double.NaN, Map.of("accuracy", Double.POSITIVE_INFINITY));
    History history =
        Histories.of(
            AWKWARD,
            new History.Epoch(1, good, null, 0.1, 2),
            new History.Epoch(2, broken, good, 0.1, 2));
    double[] infinite = {1, Double.NaN, Double.NEGATIVE_INFINITY, 4, -1e300, 1e300};
    return Stream.of(
        LineChart.titled("Curve").axes("x", "y").line("a", new double[] {3, 2, 1}),
        LineChart.titled(AWKWARD)
            .subtitle(AWKWARD)
            .axes(AWKWARD, AWKWARD)
            .line(AWKWARD, infinite)
            .logarithmic(),
        LineChart.titled("")
            .points("", infinite, infinite)
            .line("line", 2, 1)
            .dashed("d", infinite, infinite),
        LineChart.titled("nothing"),
        LineChart.titled("long names " + "x".repeat(300))
            .line("y".repeat(300), new double[] {5})
            .between(0, 1),
        LearningCurves.of(history),
        LearningCurves.of(history).logarithmicLoss().titled(AWKWARD),
        LearningCurves.of(Histories.of(null)),
        BarChart.titled("Bars")
            .bar("1", 0.5)
            .bar("2", Double.NaN)
            .bar("3", -1)
            .reference("r", 0.2)
            .decimals(1),
        BarChart.titled("no bars"),
        ConfusionMatrixPlot.of(new long[][] {{3, 1}, {0, 0}}, List.of("cat", AWKWARD)),
        ConfusionMatrixPlot.of(new long[60][60], List.of()).titled("sixty empty classes"),
        ConfusionMatrixPlot.of(new long[][] {{Long.MAX_VALUE / 4}}, List.of("n".repeat(200))),
        DecisionBoundary.of(points, new int[50], p -> Tensor.zeros(p.dim(0), 3)),
        DecisionBoundary.of(Tensor.zeros(1, 2), new int[1], p -> Tensor.zeros(p.dim(0)))
            .titled(AWKWARD),
        ImageGrid.titled("empty grid"),
        ImageGrid.titled(AWKWARD)
            .add(Tensor.full(Float.NaN, 3, 5, 9), "caption " + "z".repeat(100))
            .add(Tensor.zeros(1, 28, 28), AWKWARD, 0.51, "dog")
            .add(Tensor.zeros(7, 3), "seven", Double.NaN, "seven"));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void pngIsTwoPixelsAPointAndNothingIsCutOff(Picture picture) throws IOException {
    Path file = folder.resolve("a/b/picture.PNG");
    picture.save(file);
    BufferedImage image = ImageIO.read(file.toFile());
    assertNotNull(image);
    assertEquals(2 * picture.width(), image.getWidth());
    assertEquals(2 * picture.height(), image.getHeight());
    assertEquals(0, Look.inkOnEdge(image));
    try (Stream<Path> files = Files.list(folder.resolve("a/b"))) {
      assertEquals(1, files.count(), "temporary files are gone");
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void svgIsWellFormedAndOfTheSameSize(Picture picture) throws Exception {
    Path file = folder.resolve("picture.svg");
    picture.save(file);
    Element svg = parse(file).getDocumentElement();
    assertEquals("svg", svg.getTagName());
    assertEquals(Integer.toString(picture.width()), svg.getAttribute("width"));
    assertEquals(Integer.toString(picture.height()), svg.getAttribute("height"));
    String numbers = Files.readString(file);
    assertTrue(
        !numbers.contains("=\"NaN") && !numbers.contains("Infinity"), "only finite coordinates");
  }

  @Test
  void svgKeepsTextAsTextAndImagesAsPng() throws Exception {
    Path file = folder.resolve("grid.svg");
    ImageGrid.titled("Cats & dogs").add(Tensor.zeros(3, 8, 8), "cat", 0.9, "dog").save(file);
    Document document = parse(file);
    NodeList texts = document.getElementsByTagName("text");
    List<String> words =
        Stream.iterate(0, i -> i + 1)
            .limit(texts.getLength())
            .map(i -> texts.item(i).getTextContent())
            .toList();
    assertEquals(List.of("Cats & dogs", "cat 90%", "is dog"), words);
    Element image = (Element) document.getElementsByTagName("image").item(0);
    assertTrue(image.getAttribute("xlink:href").startsWith("data:image/png;base64,iVBOR"));
  }

  @Test
  void anyOtherEndingIsRefusedWithTheRightOnes() {
    Path file = folder.resolve("curves.jpg");
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> LineChart.titled("x").save(file));
    assertEquals("A picture's file must end in .png or .svg, got '" + file + "'", e.getMessage());
    assertTrue(Files.notExists(file));
  }

  @Test
  void aPictureThatCannotBeDrawnLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("old.png"), "old");
    Picture broken =
        DecisionBoundary.of(
            Tensor.zeros(1, 2),
            new int[1],
            p -> {
              throw new IllegalStateException("no");
            });
    assertThrows(IllegalStateException.class, () -> broken.save(file));
    assertEquals("old", Files.readString(file));
  }

  @Test
  void noScreenIsNeeded() throws IOException {
    LineChart.titled("x").image();
    assertTrue(GraphicsEnvironment.isHeadless());
  }

  private static Document parse(Path file) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }
}
