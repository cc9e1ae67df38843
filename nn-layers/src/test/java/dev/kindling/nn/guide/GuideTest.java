package dev.kindling.nn.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Shape;
import dev.kindling.nn.check.GradientCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation says of layers is so. */
class GuideTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Path SOURCES = Path.of("src", "main", "java");

  @Test
  void theGuidesLayerIsTheOneThatIsTested() throws IOException {
    String guide = Files.readString(DOCS.resolve("adding-a-layer.md"));
    String source =
        Files.readString(Path.of("src", "test", "java", "dev/kindling/nn/guide/Scale.java"));
    String code = source.substring(source.indexOf("/**"));
    assertTrue(guide.contains("```java\n" + code + "```"), "the guide should show:\n" + code);
  }

  @Test
  void theGuidesLayerIsRight() {
    GradientCheck.of(new Scale(), Shape.of(5)).run().assertOk();
  }

  @Test
  void everyLinkOfTheGuidesLeadsSomewhere() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(DOCS.resolve("adding-a-layer.md")));
    try (Stream<Path> derivations = Files.list(DOCS.resolve("derivations"))) {
      derivations.forEach(pages::add);
    }
    List<String> broken = new ArrayList<>();
    for (Path page : pages) {
      Matcher link = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(Files.readString(page));
      while (link.find()) {
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(page + ": " + link.group(1));
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  @Test
  void everyDerivationThatALayerNamesExists() throws IOException {
    List<String> missing = new ArrayList<>();
    Pattern name = Pattern.compile("docs/(derivations/[a-z0-9-]+\\.md|adding-a-layer\\.md)");
    try (Stream<Path> sources = Files.walk(SOURCES)) {
      for (Path source : sources.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher m = name.matcher(Files.readString(source));
        while (m.find()) {
          if (!Files.exists(DOCS.resolve(m.group(1)))) {
            missing.add(source + ": " + m.group());
          }
        }
      }
    }
    assertEquals(List.of(), missing);
  }
}
