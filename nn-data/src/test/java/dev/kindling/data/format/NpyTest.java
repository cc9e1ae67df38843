package dev.kindling.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {

  @TempDir Path dir;

  @Test
  void agreesWithNumpyOnGoodAndDamagedFiles() {
    List<String> wrong =
        Conformance.disagreements(
            Conformance.resource(NpyTest.class, "npy.zip"),
            dir,
            (file, expected) -> {
              if (file.toString().endsWith(".npz")) {
                try (Npz npz = Npz.open(file)) {
                  for (String name : npz.names()) {
                    npz.read(name);
                  }
                }
                return;
              }
              double[] values = Npy.read(file).toDoubles();
              assertArrayEquals(values, Npy.map(file).toDoubles());
              if (expected.has("sha256_f64_C_order")) {
                assertEquals(
                    expected.get("sha256_f64_C_order").getAsString(), sha256(values), "values");
              }
            });
    assertEquals(List.of(), wrong);
  }

  private static String sha256(double[] values) {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[8 * values.length]).order(ByteOrder.LITTLE_ENDIAN);
    for (double v : values) {
      bytes.putDouble(v);
    }
    return Conformance.sha256(bytes.array());
  }

  private Npz numpy() throws IOException {
    Path file = dir.resolve("numpy.npz");
    try (var in = Conformance.resource(NpyTest.class, "numpy.npz")) {
      Files.copy(in, file);
    }
    return Npz.open(file);
  }

  @Test
  void readsEveryTypeAndOrderToTheValuesThatNumpyHolds() throws IOException {
    try (Npz npz = numpy()) {
      for (NumberType type : NumberType.values()) {
        String code = type.code();
        String little = type.bytes() == 1 ? code : code + "_le";
        double[] doubles = npz.read(little + "_float64").toDoubles();
        float[] floats = npz.readTensor(little + "_float32").toArray();
        for (String name : npz.names()) {
          if (name.startsWith(code) && (name.endsWith("_C") || name.endsWith("_F"))) {
            RawArray a = npz.read(name);
            assertEquals(type, a.type());
            assertEquals(Shape.of(2, 3), a.shape());
            assertArrayEquals(doubles, a.toDoubles(), name);
            assertArrayEquals(floats, a.toTensor().toArray(), name);
            Tensor row = Tensor.zeros(3);
            a.row(1, row);
            assertArrayEquals(new float[] {floats[3], floats[4], floats[5]}, row.toArray(), name);
          }
        }
      }
      assertArrayEquals(
          new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0, (1L << 53) + 1, -1, 5},
          npz.read("i8_be_F").toLongs());
      double[] cube = npz.read("cube_F").toDoubles();
      for (int i = 0; i < 24; i++) {
        assertEquals(i, cube[i]);
      }
      assertEquals(2.5f, npz.readTensor("scalar").item());
      assertEquals(Shape.of(0, 7), npz.readTensor("empty").shape());
    }
  }

  @Test
  void writesByteForByteWhatNumpyWrites() throws IOException {
    try (Npz npz = numpy()) {
      for (String name : npz.names()) {
        RawArray array = npz.read(name);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Npy.write(out, array);
        assertArrayEquals(original(name), out.toByteArray(), name);
        // And from values, where ours is the same byte order.
        if (array.byteOrder() == ByteOrder.LITTLE_ENDIAN && !array.fortranOrder()) {
          out.reset();
          RawArray made =
              array.type().isInteger()
                  ? RawArray.of(array.toLongs(), array.type(), array.dims())
                  : RawArray.of(array.toDoubles(), array.type(), array.dims());
          Npy.write(out, made);
          assertArrayEquals(original(name), out.toByteArray(), name);
        }
      }
    }
  }

  private byte[] original(String name) throws IOException {
    try (var zip = new java.util.zip.ZipFile(dir.resolve("numpy.npz").toFile())) {
      return zip.getInputStream(zip.getEntry(name + ".npy")).readAllBytes();
    }
  }

  @Test
  void roundsToHalfPrecisionAsNumpyDoes() throws IOException {
    try (Npz npz = numpy()) {
      Tensor in = npz.readTensor("half_in");
      assertArrayEquals(
          npz.read("half_out").toDoubles(), RawArray.of(in, NumberType.FLOAT16).toDoubles());
    }
  }

  @Test
  void writtenTensorsReadBackEqual() throws IOException {
    Tensor t = Tensor.of(new float[] {1, -2.5f, Float.NaN, 1e-40f, Float.MAX_VALUE, 0}, 3, 2);
    Path file = dir.resolve("new/t.npy");
    Npy.write(file, t);
    assertEquals(t.shape(), Npy.readTensor(file).shape());
    assertArrayEquals(t.toArray(), Npy.readTensor(file).toArray());
    assertArrayEquals(t.toArray(), Npy.map(file).toTensor().toArray());
    try (Stream<Path> files = Files.list(dir.resolve("new"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void archivesReadBackEqualAndInOrder() throws IOException {
    Map<String, RawArray> arrays = new LinkedHashMap<>();
    arrays.put("z", RawArray.of(Tensor.full(2, 3, 4)));
    arrays.put("a/b", RawArray.of(new long[] {1, 2, 3}, NumberType.UINT8, 3));
    Path file = dir.resolve("two.npz");
    Npz.write(file, arrays);
    byte[] bytes = Files.readAllBytes(file);
    try (Npz npz = Npz.open(file)) {
      assertEquals(List.of("z", "a/b"), npz.names());
      assertEquals(Shape.of(3, 4), npz.readTensor("z").shape());
      assertArrayEquals(new long[] {1, 2, 3}, npz.read("a/b").toLongs());
      assertThrows(IllegalArgumentException.class, () -> npz.read("b"));
    }
    Npz.write(file, arrays);
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertThrows(
        IllegalArgumentException.class,
        () -> Npz.write(file, Map.of("../x", RawArray.of(Tensor.scalar(1)))));
  }

  @Test
  void refusesValuesThatATypeCannotHold() {
    Tensor t = Tensor.of(new float[] {256}, 1);
    assertThrows(IllegalArgumentException.class, () -> RawArray.of(t, NumberType.UINT8));
    Tensor nan = Tensor.of(new float[] {Float.NaN}, 1);
    assertThrows(IllegalArgumentException.class, () -> RawArray.of(nan, NumberType.INT32));
    assertThrows(
        IllegalArgumentException.class, () -> RawArray.of(new long[] {-1}, NumberType.UINT16, 1));
  }

  @Test
  void aHugeClaimIsRefusedBeforeMemoryIsTaken() {
    byte[] header = Npy.header(NumberType.FLOAT32, 0, 1 << 30, 1);
    DataFormatException e =
        assertThrows(
            DataFormatException.class,
            () -> Npy.read(new ByteArrayInputStream(header), "claim.npy"));
    assertTrue(String.valueOf(e.getMessage()).contains("claim.npy"), e.getMessage());
  }

  @Test
  void aMappedFileMayBeLargerThanMemoryAndThanAnArray() throws IOException {
    int rows = 3 << 20; // of 1 KiB each; on the disk, nothing but the last one takes room
    Path file = dir.resolve("large.npy");
    byte[] header = Npy.header(NumberType.UINT8, 0, rows, 1024);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(header), 0);
      byte[] last = new byte[1024];
      Arrays.fill(last, (byte) 200);
      channel.write(ByteBuffer.wrap(last), header.length + (rows - 1) * 1024L);
    }
    RawArray array = Npy.map(file);
    assertEquals(3L << 30, array.size());
    Tensor row = Tensor.zeros(1024);
    array.row(rows - 1, row);
    assertArrayEquals(Tensor.full(200, 1024).toArray(), row.toArray());
    array.row((2 << 20) - 1, row);
    assertArrayEquals(new float[1024], row.toArray());
    IOException e = assertThrows(IOException.class, () -> Npy.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains("use Npy.map"), e.getMessage());
  }

  @Test
  void objectArraysAreRefusedByName() throws IOException {
    byte[] header = Npy.header(NumberType.FLOAT32, 0, 1);
    String text = new String(header, java.nio.charset.StandardCharsets.ISO_8859_1);
    byte[] objects =
        text.replace("'<f4'", "'|O' ").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    Path file = dir.resolve("objects.npy");
    Files.write(file, objects);
    DataFormatException e = assertThrows(DataFormatException.class, () -> Npy.read(file));
    assertTrue(e.reason().contains("pickle"), e.reason());
    assertEquals(file.toString(), e.file());
  }

  @Test
  void permutedAxesAreNumPysTranspose() throws IOException {
    long[] values = {
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23
    };
    RawArray cube = RawArray.of(values, NumberType.INT16, 2, 3, 4);
    RawArray turned = cube.permute(2, 0, 1);
    assertArrayEquals(new int[] {4, 2, 3}, turned.dims());
    // np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).ravel()
    assertArrayEquals(
        new long[] {
          0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23
        },
        turned.toLongs());
    assertThrows(IllegalArgumentException.class, () -> cube.permute(0, 1));
    assertThrows(IllegalArgumentException.class, cube::permute);
    assertThrows(IllegalArgumentException.class, () -> cube.permute(0, 1, 1));
  }
}
