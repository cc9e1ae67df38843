package dev.kindling.walls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The walls of the house that only sources show: of all modules, chapters and benchmarks included. */
class SourcesTest {

  private static final Path MAIN = Path.of("src", "main", "java");
  private static final int MOST_LINES = 500;

  /** Main sources by module, from the root of the build: Surefire runs a module's tests in the module's directory. */
  private static final Map<Path, List<Path>> SOURCES =
      sources(Path.of("..").toAbsolutePath().normalize());

  @Test
  void everyModuleIsSeen() {
    Set<String> modules =
        SOURCES.keySet().stream().map(m -> m.getFileName().toString()).collect(Collectors.toSet());
    for (String module :
        List.of("nd-core", "nn-layers", "nn-data", "nn-optim", "nn-report", "examples")) {
      assertTrue(modules.contains(module), module + " not in " + modules);
    }
  }

  @Test
  void noPackageIsInTwoModules() {
    Map<Path, Set<Path>> modulesOfPackage = new TreeMap<>();
    SOURCES.forEach(
        (module, files) ->
            files.forEach(
                file ->
                    modulesOfPackage
                        .computeIfAbsent(packageOf(module, file), p -> new TreeSet<>())
                        .add(module)));
    modulesOfPackage.values().removeIf(modules -> modules.size() == 1);
    assertEquals(Map.of(), modulesOfPackage);
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    Set<Path> unmarked = new TreeSet<>();
    for (List<Path> files : SOURCES.values()) {
      for (Path file : files) {
        Path info = file.resolveSibling("package-info.java");
        if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
          unmarked.add(file.getParent());
        }
      }
    }
    assertEquals(Set.of(), unmarked);
  }

  @Test
  void noFileHoldsTwoIdeas() throws IOException {
    Map<Path, Integer> tooLong = new TreeMap<>();
    for (List<Path> files : SOURCES.values()) {
      for (Path file : files) {
        int lines = Files.readAllLines(file).size();
        if (lines > MOST_LINES) {
          tooLong.put(file, lines);
        }
      }
    }
    assertEquals(Map.of(), tooLong, "files of more than " + MOST_LINES + " lines");
  }

  private static Path packageOf(Path module, Path file) {
    return module.resolve(MAIN).relativize(file.getParent());
  }

  private static Map<Path, List<Path>> sources(Path root) {
    Map<Path, List<Path>> sources = new TreeMap<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.filter(m -> Files.isDirectory(m.resolve(MAIN))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve(MAIN))) {
          sources.put(module, files.filter(f -> f.toString().endsWith(".java")).toList());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }
}
