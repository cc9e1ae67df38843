package dev.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.kindling.data.Batches;
import dev.kindling.data.Dataset;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  private static final Map<String, byte[]> IMAGES = TestImages.all();

  @TempDir Path dir;

  private void put(String name, String image) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, TestImages.get(IMAGES, image));
  }

  private void catsAndDogs() throws IOException {
    put("train/cat.2.jpg", "plain.jpg");
    put("train/cat.10.jpg", "gray.jpg");
    put("train/cat.1.png", "plain.png");
    put("train/dog.7.JPEG", "cmyk.jpg");
    put("train/dog.08.jpg", "exif6.jpg");
    Files.writeString(dir.resolve("train/README"), "no image");
  }

  private static List<String> names(ImageFolder folder) {
    return IntStream.range(0, folder.size())
        .mapToObj(i -> String.valueOf(folder.files().path(i).getFileName()))
        .toList();
  }

  @Test
  void classesFromNamesComeInOrderOfTheirNumbers() throws IOException {
    catsAndDogs();
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 16);
    assertEquals(List.of("cat", "dog"), data.classNames());
    assertEquals(
        List.of("cat.1.png", "cat.2.jpg", "cat.10.jpg", "dog.7.JPEG", "dog.08.jpg"), names(data));
    assertArrayEquals(new int[] {0, 0, 0, 1, 1}, data.labels());
    assertEquals(Shape.of(3, 16, 16), data.inputShape());
    assertEquals(List.of("cat.1.png", "dog.7.JPEG"), names(data.limitPerClass(1)));
  }

  @Test
  void classesFromFolders() throws IOException {
    put("train/dogs/9.jpg", "plain.jpg");
    put("train/dogs/10.jpg", "plain.jpg");
    put("train/cats/a.png", "plain.png");
    Files.createDirectories(dir.resolve("train/empty"));
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 8);
    assertEquals(List.of("cats", "dogs"), data.classNames());
    assertEquals(List.of("a.png", "9.jpg", "10.jpg"), names(data));
  }

  @Test
  void otherLayoutsAreRefusedWithWhatWouldBeRight() throws IOException {
    Path folder = dir.resolve("train");
    assertThrows(DataFormatException.class, () -> ImageFolder.open(folder, 8));
    Files.createDirectories(folder);
    DataFormatException none =
        assertThrows(DataFormatException.class, () -> ImageFolder.open(folder, 8));
    assertTrue(none.reason().contains("CLASS.NUMBER.jpg"), none.reason());
    put("train/cat.jpg", "plain.jpg");
    DataFormatException unnumbered =
        assertThrows(DataFormatException.class, () -> ImageFolder.open(folder, 8));
    assertTrue(unnumbered.reason().contains("cat.1.jpg"), unnumbered.reason());
    put("train/dogs/1.jpg", "plain.jpg");
    DataFormatException both =
        assertThrows(DataFormatException.class, () -> ImageFolder.open(folder, 8));
    assertTrue(both.reason().contains("both"), both.reason());
  }

  @Test
  void imagesBecomeChannelsOfNumbersFromZeroToOne() throws IOException {
    catsAndDogs();
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 56, 40);
    Tensor x = Tensor.zeros(3, 40, 56);
    Tensor y = Tensor.scalar(9);
    data.read(0, x, y);
    assertEquals(0, y.item());
    byte[] rgb = new ImageDecoder().decode(dir.resolve("train/cat.1.png")).rgb();
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 40 * 56; i++) {
        assertEquals((rgb[3 * i + c] & 0xff) / 255f, x.data()[c * 40 * 56 + i]);
      }
    }
    assertEquals(Shape.of(1, 40, 56), data.gray().inMemory().x().row(0).shape());
  }

  @Test
  void theCacheYieldsTheSameBitsAsTheFiles() throws IOException {
    catsAndDogs();
    ImageFolder colour = ImageFolder.open(dir.resolve("train"), 20);
    for (ImageFolder data :
        List.of(colour, colour.gray().crop(), colour.filter(Resize.Filter.LANCZOS))) {
      CachedImages cached = data.cached(dir.resolve("cache"), 2);
      assertSameExamples(data, cached);
      FileTime written = Files.getLastModifiedTime(cached.cacheFile());
      CachedImages again = data.cached(dir.resolve("cache"), 1);
      assertSameExamples(data, again);
      assertEquals(cached.cacheFile(), again.cacheFile());
      assertEquals(written, Files.getLastModifiedTime(again.cacheFile()));
    }
    assertEquals(3, filesIn("cache"));
  }

  private static void assertSameExamples(Dataset a, Dataset b) {
    assertArrayEquals(a.inMemory().x().toArray(), b.inMemory().x().toArray());
    assertArrayEquals(a.inMemory().y().toArray(), b.inMemory().y().toArray());
    assertEquals(a.classNames(), b.classNames());
    assertArrayEquals(a.labels(), b.labels());
  }

  private long filesIn(String folder) throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve(folder))) {
      return files.count();
    }
  }

  @Test
  void aStaleOrDamagedCacheIsNeverUsed() throws IOException {
    catsAndDogs();
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 20);
    Path first = data.cached(dir.resolve("cache"), 2).cacheFile();
    // A changed file gives another cache, and the old one goes.
    put("train/cat.2.jpg", "progressive.jpg");
    Files.setLastModifiedTime(dir.resolve("train/cat.2.jpg"), FileTime.fromMillis(1));
    CachedImages changed = data.cached(dir.resolve("cache"), 2);
    assertNotEquals(first, changed.cacheFile());
    assertFalse(Files.exists(first));
    assertSameExamples(data, changed);
    // A half-written file under the right name is written again.
    byte[] whole = Files.readAllBytes(changed.cacheFile());
    for (int n : new int[] {0, 64, 128, whole.length - 1}) {
      Files.write(changed.cacheFile(), Arrays.copyOf(whole, n));
      assertSameExamples(data, data.cached(dir.resolve("cache"), 2));
    }
    assertEquals(1, filesIn("cache"));
  }

  @Test
  void aBadImageStopsOrIsListedByChoice() throws IOException {
    catsAndDogs();
    Path bad = dir.resolve("train/cat.3.jpg");
    Files.write(bad, new byte[] {1, 2, 3});
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 20);
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> data.cached(dir.resolve("cache"), 2));
    assertEquals(bad.toString(), e.file());
    assertEquals(0, filesIn("cache"));
    assertThrows(UncheckedIOException.class, data::inMemory);

    for (int i = 0; i < 2; i++) { // made, then loaded
      CachedImages cached = data.cachedSkippingBad(dir.resolve("cache"), 2);
      assertEquals(1, cached.problems().size());
      assertEquals(bad, cached.problems().get(0).file());
      assertTrue(cached.problems().get(0).reason().contains("JPEG or PNG"));
      assertSameExamples(data.without(data.problems(2)), cached);
      assertEquals(5, cached.size());
    }
  }

  @Test
  void twoMayBuildTheSameCacheAtOnce() throws Exception {
    catsAndDogs();
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 20);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<CachedImages>> all =
          threads.invokeAll(Collections.nCopies(4, () -> data.cached(dir.resolve("cache"), 2)));
      for (Future<CachedImages> one : all) {
        assertSameExamples(data, one.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(1, filesIn("cache"));
  }

  @Test
  void twoProgramsMayBuildTheSameCacheAtOnce() throws Exception {
    catsAndDogs();
    List<Process> programs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      programs.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  CacheProgram.class.getName(),
                  dir.resolve("train").toString(),
                  dir.resolve("cache").toString())
              .inheritIO()
              .start());
    }
    for (Process program : programs) {
      assertEquals(0, program.waitFor());
    }
    ImageFolder data = ImageFolder.open(dir.resolve("train"), 20);
    assertSameExamples(data, data.cached(dir.resolve("cache"), 2));
    assertEquals(1, filesIn("cache"));
  }

  @Test
  void anEarlyExitLeavesNoFileOpen() throws IOException {
    catsAndDogs();
    Dataset data = ImageFolder.open(dir.resolve("train"), 20).subset(new int[500]);
    int rounds =
        50; // a leak leaves at least one file a round; the JVM itself opens one now and then
    for (int workers : new int[] {0, 1, 8}) {
      leaveEarly(data, workers);
      long before = openFiles();
      for (int i = 0; i < rounds; i++) {
        leaveEarly(data, workers);
      }
      assertTrue(openFiles() - before < rounds / 5, "with " + workers + " workers");
    }
  }

  private static void leaveEarly(Dataset data, int workers) {
    try (Batches batches = data.loader(10).workers(workers).epoch(0)) {
      batches.next();
    }
  }

  /** The process's open files, 0 where the system doesn't tell. */
  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  @Test
  void aTableOfPathsAndLabelsKeepsItsOrder() throws IOException {
    put("set/a/one.jpg", "plain.jpg");
    put("set/two.png", "plain.png");
    Files.writeString(dir.resolve("set/list.tsv"), "file\tkind\ntwo.png\tyes\na/one.jpg\tno\n");
    ImageFiles files = ImageFiles.list(dir.resolve("set/list.tsv"), "file", "kind");
    ImageFolder data = ImageFolder.of(files, 8, 8);
    assertEquals(List.of("no", "yes"), data.classNames());
    assertArrayEquals(new int[] {1, 0}, data.labels());
    assertEquals(2, data.inMemory().size());
    Files.writeString(dir.resolve("set/bad.csv"), "file,kind\n../out.png,yes\n");
    assertThrows(
        DataFormatException.class,
        () -> ImageFiles.list(dir.resolve("set/bad.csv"), "file", "kind"));
    assertThrows(
        DataFormatException.class,
        () -> ImageFiles.list(dir.resolve("set/list.tsv"), "path", "kind"));
  }
}
