package dev.kindling.nn.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsTest {

  @TempDir Path folder;

  // ---------------------------------------------------------------- files of others

  record Verdict(String file, String expect, String why) {}

  static List<Verdict> verdicts() throws IOException {
    List<Verdict> all = new ArrayList<>();
    try (Reader in = new InputStreamReader(resource("verdicts.json"), UTF_8)) {
      for (JsonElement e : JsonParser.parseReader(in).getAsJsonArray()) {
        all.add(
            new Verdict(
                e.getAsJsonObject().get("file").getAsString(),
                e.getAsJsonObject().get("expect").getAsString(),
                e.getAsJsonObject().get("why").getAsString()));
      }
    }
    assertEquals(111, all.size());
    return all;
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void agreesWithTheSpecification(Verdict v) throws IOException {
    Path file = copy(v.file());
    switch (v.expect()) {
      case "accept" -> SafeTensors.read(file);
      case "reject" -> assertNamesFile(file);
      default -> {
        try {
          SafeTensors.read(file);
        } catch (DataFormatException e) {
          assertTrue(e.getMessage().contains("unsupported dtype"), e.getMessage());
        }
      }
    }
  }

  /** IEEE 754, section 4.3.1: to the nearest, ties to even. */
  @Test
  void halvesAreRoundedAsTheStandardSays() throws IOException {
    float[][] cases = {
      {1 + 0x1p-11f, 1}, // a tie
      {1 + 3 * 0x1p-11f, 1 + 0x1p-9f}, // a tie
      {1 + 0x1.002p-11f, 1 + 0x1p-10f},
      {-2047.5f * 0x1p-11f, -1},
      {65_519.99f, 65_504},
      {0x1p-14f - 0x1p-26f, 0x1p-14f},
      {0x1p-25f, 0}, // a tie
      {0x1.001p-25f, 0x1p-24f},
      {-3 * 0x1p-25f, -0x1p-23f}, // a tie
      {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY},
      {Float.NaN, Float.NaN},
      {-0f, -0f}
    };
    Tensor exact = Tensor.zeros(cases.length);
    Tensor rounded = Tensor.zeros(cases.length);
    for (int i = 0; i < cases.length; i++) {
      exact.data()[i] = cases[i][0];
      rounded.data()[i] = cases[i][1];
    }
    Path file = folder.resolve("half");
    SafeTensors.of(Map.of("x", exact)).writeHalf(file);
    assertArrayEquals(
        rounded.toArray(),
        Objects.requireNonNull(SafeTensors.read(file).tensors().get("x")).toArray());
  }

  @Test
  void everyHalfComesBackAsItWas() {
    ByteBuffer bytes = ByteBuffer.allocate(2);
    float[] x = new float[1];
    for (int bits = 0; bits < 0x10000; bits++) {
      bytes.clear().putShort((short) bits).flip();
      NumberType.F16.get(bytes, x, 0, 1);
      if (Float.isNaN(x[0])) {
        assertEquals(0x7e00, NumberType.toHalf(x[0]) & 0x7e00);
      } else {
        assertEquals((short) bits, NumberType.toHalf(x[0]));
      }
    }
  }

  @Test
  void numbersOfEveryTypeAreThoseOfNumPy() throws IOException {
    SafeTensors all = SafeTensors.read(copy("number_types.safetensors"));
    SafeTensors floats = SafeTensors.read(copy("number_types_as_f32.safetensors"));
    assertEquals(13, all.tensors().size());
    assertEquals(floats.tensors().keySet(), sorted(all.tensors()).keySet());
    for (Map.Entry<String, Tensor> e : all.tensors().entrySet()) {
      Tensor expected = Objects.requireNonNull(floats.tensors().get(e.getKey()));
      assertEquals(expected.shape(), e.getValue().shape(), e.getKey());
      assertArrayEquals(expected.toArray(), e.getValue().toArray(), e.getKey());
    }
    assertTrue(
        Objects.requireNonNull(all.metadata().get("made by")).startsWith("NumPy"),
        all.metadata().toString());
  }

  // ---------------------------------------------------------------- attacks that are built here

  @Test
  void nestingIsBounded() throws IOException {
    assertNamesFile(write("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 0));
    assertNamesFile(write("{\"a\":{\"x\":" + "{\"b\":".repeat(100_000) + "1", 0));
  }

  @Test
  void longNumbersAreRefused() throws IOException {
    String nines = "9".repeat(1_000_000);
    assertNamesFile(write(entry("a", nines, 0, 16), 16));
    assertNamesFile(write(entry("a", "9999999999999999999", 0, 16), 16));
    assertNamesFile(write(entry("a", "4294967296,0", 0, 0), 0));
  }

  @Test
  void tensorsMayNotShareBytes() throws IOException {
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      String e = entry("w" + i, "200,200", 0, 160_000);
      header.append(i == 0 ? "{" : ",").append(e, 1, e.length() - 1);
    }
    assertNamesFile(write(header.append('}').toString(), 160_000));
  }

  @Test
  void headersThatNoModelHasAreRefused() throws IOException {
    String spaces = " ".repeat(TensorFile.LONGEST_HEADER + 1);
    DataFormatException e = assertNamesFile(write("{}" + spaces, 0));
    assertEquals(0, e.offset());
  }

  @Test
  void messagesSayWhatIsWrong() throws IOException {
    assertReason(
        "the file ends",
        8,
        "tensor 'a' of F32 and shape [4] needs 16 bytes",
        entry("a", "4", 0, 12),
        12);
    assertReason(
        "gap", 8, "tensor 'a' begins at 4, but the header ends at 0", entry("a", "1", 4, 8), 8);
    assertReason(
        "rest",
        8,
        "the tensors need 4 bytes behind the header, the file has 9",
        entry("a", "1", 0, 4),
        9);
    assertReason(
        "type",
        8,
        "tensor 'a' has the unknown or unsupported dtype 'F99'",
        entry("a", "1", 0, 4).replace("F32", "F99"),
        4);
    assertReason(
        "twice", 8, "'dtype' is there twice", "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0);
    assertReason("JSON", 8, "the header is not well-formed JSON: ", "{\"a\":", 0);
    assertReason("array", 8, "the header should be BEGIN_OBJECT, is BEGIN_ARRAY", "[]", 0);
  }

  private void assertReason(String what, long offset, String reason, String header, int data)
      throws IOException {
    DataFormatException e = assertNamesFile(write(header, data));
    assertTrue(e.reason().startsWith(reason), what + ": " + e.getMessage());
    assertEquals(offset, e.offset(), what);
  }

  @Test
  void missingFilesAreMissing() {
    assertThrows(NoSuchFileException.class, () -> SafeTensors.read(folder.resolve("none")));
  }

  // ---------------------------------------------------------------- writing

  @Test
  void whatIsWrittenIsReadToTheBit() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(
        "große Zahl 😀 \"\\\n", Tensor.of(new float[] {Float.MAX_VALUE, Float.MIN_VALUE, -0f}, 3));
    tensors.put("", Tensor.scalar(Float.intBitsToFloat(0x7fc12345)));
    tensors.put("empty", Tensor.zeros(3, 0, 2));
    float[] many = new float[100_003];
    for (int i = 0; i < many.length; i++) {
      many[i] = i / 3f;
    }
    tensors.put("a view", Tensor.view(many, 1, Shape.of(100_001)));
    SafeTensors written = new SafeTensors(tensors, Map.of("Ä", "ö"));
    Path file = folder.resolve("a.safetensors");
    written.write(file);
    SafeTensors read = SafeTensors.read(file);
    assertEquals(written.metadata(), read.metadata());
    assertEquals(new ArrayList<>(tensors.keySet()), new ArrayList<>(read.tensors().keySet()));
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      Tensor r = Objects.requireNonNull(read.tensors().get(e.getKey()));
      assertEquals(e.getValue().shape(), r.shape());
      assertArrayEquals(bits(e.getValue()), bits(r), e.getKey());
    }
  }

  @Test
  void numbersBeginAtAMultipleOf8() throws IOException {
    for (int i = 1; i < 20; i++) {
      Path file = folder.resolve("a.safetensors");
      SafeTensors.of(Map.of("x".repeat(i), Tensor.full(1, 2))).write(file);
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(0, bytes.getLong(0) % 8);
      assertEquals('{', bytes.get(8));
      assertEquals(1f, bytes.getFloat(8 + (int) bytes.getLong(0)));
    }
  }

  @Test
  void emptyFilesAreFiles() throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafeTensors.of(Map.of()).write(file);
    assertEquals(
        "{}      ", new String(Arrays.copyOfRange(Files.readAllBytes(file), 8, 16), ISO_8859_1));
    assertEquals(Map.of(), SafeTensors.read(file).tensors());
  }

  @Test
  void namesThatCannotBeReadAreNotWritten() {
    Path file = folder.resolve("a.safetensors");
    for (String name : List.of("\ud800", "\udc00x", "__metadata__")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> SafeTensors.of(Map.of(name, Tensor.zeros(1))).write(file));
      assertTrue(Files.notExists(file));
    }
  }

  // ---------------------------------------------------------------- helpers

  private static DataFormatException assertNamesFile(Path file) {
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> SafeTensors.read(file), file.toString());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertTrue(e.getMessage().length() < 600, e.getMessage());
    return e;
  }

  private static String entry(String name, String shape, long begin, long end) {
    return String.format(
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}}",
        name, shape, begin, end);
  }

  private Path write(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(UTF_8);
    ByteBuffer b = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(text.length).put(text);
    return Files.write(folder.resolve("made.safetensors"), b.array());
  }

  private Path copy(String resource) throws IOException {
    Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    try (InputStream in = resource(resource)) {
      Files.copy(in, file);
    }
    return file;
  }

  static InputStream resource(String name) {
    return Objects.requireNonNull(
        SafeTensorsTest.class.getResourceAsStream("/safetensors/" + name), name);
  }

  private static Map<String, Tensor> sorted(Map<String, Tensor> map) {
    return new TreeMap<>(map);
  }

  static int[] bits(Tensor t) {
    int[] bits = new int[t.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(t.data()[t.offset() + i]);
    }
    return bits;
  }
}
