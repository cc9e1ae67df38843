package dev.kindling.data.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.CatNonCat;
import dev.kindling.data.Split;
import dev.kindling.data.format.Conformance;
import dev.kindling.data.format.Npy;
import dev.kindling.data.format.NumberType;
import dev.kindling.data.format.RawArray;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Hdf5Test {

  /** From hdf5.zip, written by h5py and NumPy. */
  private static final Map<String, byte[]> FILES = files();

  @TempDir Path dir;

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(Conformance.resource(Hdf5Test.class, "hdf5.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return files;
  }

  private Path file(String name) throws IOException {
    return Files.write(dir.resolve(name), Objects.requireNonNull(FILES.get(name), name));
  }

  private void assertAsNumPy(String name, int expected) throws IOException {
    try (Hdf5 file = Hdf5.open(file(name + ".h5"))) {
      int arrays = 0;
      for (String entry : FILES.keySet()) {
        if (entry.startsWith(name + "/")) {
          String dataset = entry.substring(name.length() + 1, entry.length() - 4);
          byte[] npy = Objects.requireNonNull(FILES.get(entry));
          assertSame(Npy.read(new ByteArrayInputStream(npy), entry), file.read(dataset), entry);
          arrays++;
        }
      }
      assertEquals(expected, arrays);
    }
  }

  private static void assertSame(RawArray expected, RawArray found, String what) {
    if (expected.type() != NumberType.BOOL) {
      assertEquals(expected.type(), found.type(), what);
    }
    assertArrayEquals(expected.dims(), found.dims(), what);
    assertArrayEquals(expected.toDoubles(), found.toDoubles(), what);
    assertArrayEquals(expected.toLongs(), found.toLongs(), what);
  }

  @Test
  void everyTypeAndByteOrderIsWhatNumPyHas() throws IOException {
    assertAsNumPy("types", 16 + 6 + 3);
    try (Hdf5 file = Hdf5.open(file("types.h5"))) {
      assertEquals(List.of("non-cat", "cat", "é"), file.readTexts("texts"));
      assertEquals(2.5f, file.readTensor("scalar").item());
      assertEquals(0, file.read("nothing").size());
    }
  }

  @Test
  void chunksArePutTogetherWhateverWasDoneToThem() throws IOException {
    assertAsNumPy("chunks", 11);
  }

  @Test
  void groupsAreWalkedWithoutEnd() throws IOException {
    assertAsNumPy("groups", 41);
    try (Hdf5 file = Hdf5.open(file("groups.h5"))) {
      Set<String> names = new HashSet<>(file.names());
      assertTrue(names.contains("many/member39"), names.toString());
      assertTrue(names.contains("a/b/c/deep"), names.toString());
      assertEquals(41, names.size(), names.toString());
    }
  }

  @Test
  void newerStructuresAreReadWhereTheyAreSimple() throws IOException {
    assertAsNumPy("block", 1);
    assertAsNumPy("ordered", 1);
    assertAsNumPy("latest", 1);
  }

  @Test
  void catNonCatHasItsChannelsFirst() throws IOException {
    file("train_catvnoncat.h5");
    file("test_catvnoncat.h5");
    Split set = CatNonCat.load(dir);
    assertEquals(3, set.train().size());
    assertEquals(List.of("non-cat", "cat"), set.test().classNames());
    assertArrayEquals(new int[] {0, 1}, set.test().labels());
    byte[] npy = Objects.requireNonNull(FILES.get("test_catvnoncat/test_set_x.npy"));
    double[] last = Npy.read(new ByteArrayInputStream(npy), "x").toDoubles(); // [2, 4, 5, 3]
    Tensor x = set.test().inMemory().x();
    assertEquals(Shape.of(2, 3, 4, 5), x.shape());
    assertEquals((float) last[((1 * 4 + 2) * 5 + 3) * 3 + 1] / 255, x.get(1, 1, 2, 3), 1e-7f);
    Files.delete(dir.resolve("test_catvnoncat.h5"));
    Files.copy(dir.resolve("train_catvnoncat.h5"), dir.resolve("test_catvnoncat.h5"));
    DataFormatException e = assertThrows(DataFormatException.class, () -> CatNonCat.load(dir));
    assertTrue(e.reason().contains("expected a dataset test_set_x"), e.reason());
  }

  @Test
  void whatIsNotSupportedIsRefusedByName() throws IOException {
    Map<String, String> reasons =
        Map.of(
            "refused_latest", "libver='earliest'",
            "refused_lzf", "lzf",
            "refused_text", "lists of various lengths",
            "refused_record", "records",
            "refused_complex", "records",
            "refused_many", "libver='earliest'",
            "refused_shared", "shared",
            "refused_scale", "number 6");
    Set<String> seen =
        FILES.keySet().stream().filter(f -> f.startsWith("refused")).collect(Collectors.toSet());
    assertEquals(seen.size(), reasons.size());
    for (Map.Entry<String, String> e : reasons.entrySet()) {
      Path path = file(e.getKey() + ".h5");
      DataFormatException refused =
          assertThrows(DataFormatException.class, () -> Hdf5.read(path, "x"), e.getKey());
      assertTrue(refused.reason().contains(e.getValue()), refused.getMessage());
      assertEquals(path.toString(), refused.file());
    }
  }

  @Test
  void otherFilesAndOtherNamesAreRefused() throws IOException {
    Path text = Files.writeString(dir.resolve("text"), "no HDF5 file ".repeat(100));
    assertThrows(DataFormatException.class, () -> Hdf5.open(text));
    Path empty = Files.createFile(dir.resolve("empty"));
    assertThrows(DataFormatException.class, () -> Hdf5.open(empty));
    try (Hdf5 file = Hdf5.open(file("types.h5"))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> file.read("train_set_x"));
      assertTrue(String.valueOf(e.getMessage()).contains("<i4"), e.getMessage());
      assertThrows(DataFormatException.class, () -> file.read("texts"));
      assertThrows(DataFormatException.class, () -> file.readTexts("<i4"));
    }
  }

  @Test
  void aFileCutShortIsRefusedAtEveryLength() throws IOException {
    byte[] whole = Objects.requireNonNull(FILES.get("block.h5"));
    for (int n = 0; n < 1500; n += 13) { // behind it, h5py leaves room that nothing uses
      Path part = Files.write(dir.resolve("part.h5"), Arrays.copyOf(whole, n));
      assertThrows(DataFormatException.class, () -> Hdf5.read(part, "x"), "at " + n);
    }
  }

  @Test
  void dataThatWereNeverWrittenAreNoReasonToTakeMemory() throws IOException {
    byte[] bytes = Objects.requireNonNull(FILES.get("chunks.h5")).clone();
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int found = 0;
    for (int at = 0; at + 16 <= bytes.length; at++) { // the axes of 'never', as they are stored
      if (file.getLong(at) == 4 && file.getLong(at + 8) == 3) {
        file.putLong(at, 4 << 20);
        found++;
      }
    }
    assertTrue(found > 0);
    Path path = Files.write(dir.resolve("never.h5"), bytes);
    DataFormatException e = assertThrows(DataFormatException.class, () -> Hdf5.read(path, "never"));
    assertTrue(e.reason().contains("found 0 bytes of 25165824"), e.reason());
  }

  @Test
  void aDamagedChunkIsNoticed() throws IOException {
    byte[] bytes = Objects.requireNonNull(FILES.get("chunks.h5")).clone();
    byte[] npy = Objects.requireNonNull(FILES.get("chunks/checksum.npy"));
    double[] values = Npy.read(new ByteArrayInputStream(npy), "checksum").toDoubles();
    int at = 0;
    while (!beginsWith(bytes, at, values, 9)) { // a chunk's first row, which nothing compresses
      at++;
    }
    bytes[at + 4] ^= 1;
    Path path = Files.write(dir.resolve("damaged.h5"), bytes);
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> Hdf5.read(path, "checksum"));
    assertTrue(e.reason().contains("checksum doesn't fit"), e.getMessage());
    assertEquals(at, e.offset());
  }

  private static boolean beginsWith(byte[] bytes, int at, double[] values, int n) {
    for (int i = 0; i < n; i++) {
      if (bytes[at + i] != (byte) values[i]) {
        return false;
      }
    }
    return true;
  }
}
