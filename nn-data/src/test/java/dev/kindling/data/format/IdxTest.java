package dev.kindling.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {

  @TempDir Path dir;

  @Test
  void agreesWithTheVerdictsOnGoodAndDamagedFiles() {
    List<String> wrong =
        Conformance.disagreements(
            Conformance.resource(IdxTest.class, "idx.zip"),
            dir,
            (file, expected) -> Idx.read(file));
    assertEquals(List.of(), wrong);
  }

  @Test
  void readsPlainAndCompressedFilesAlike() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(new byte[4 + 8 + 12]);
    file.put(new byte[] {0, 0, 0x0b, 2}).putInt(2).putInt(3);
    for (short v : new short[] {1, -2, 300, 4, 5, -32768}) {
      file.putShort(v);
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(file.array());
    }
    for (byte[] bytes : List.of(file.array(), compressed.toByteArray())) {
      RawArray a = Idx.read(new ByteArrayInputStream(bytes), bytes.length, "x");
      assertEquals(NumberType.INT16, a.type());
      assertEquals(Shape.of(2, 3), a.shape());
      assertArrayEquals(new double[] {1, -2, 300, 4, 5, -32768}, a.toDoubles());
    }
  }

  @Test
  void errorsNameTheFileTheOffsetAndTheReason() {
    byte[] bytes = {0, 0, 8, 1, 0, 0, 0, 5, 1, 2};
    DataFormatException e =
        assertThrows(
            DataFormatException.class,
            () -> Idx.read(new ByteArrayInputStream(bytes), bytes.length, "digits.idx"));
    assertEquals("digits.idx", e.file());
    assertEquals(10, e.offset());
    assertTrue(
        e.reason().contains("expected 5 bytes") && e.reason().contains("found 2"), e.reason());
  }
}
