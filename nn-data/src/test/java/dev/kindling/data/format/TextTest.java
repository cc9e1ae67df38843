package dev.kindling.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {

  @TempDir Path dir;

  @Test
  void readsLinesWithAnyEnd() throws IOException {
    Path file = dir.resolve("t.txt");
    Files.writeString(file, "a\r\nbö\n\nc");
    assertEquals("a\r\nbö\n\nc", Text.read(file));
    assertEquals(List.of("a", "bö", "", "c"), Text.lines(file));
  }

  @Test
  void namesTheFirstByteThatIsNoUtf8() throws IOException {
    Path file = dir.resolve("t.txt");
    Files.write(file, new byte[] {'a', 'b', (byte) 0xff, 'c'});
    DataFormatException e = assertThrows(DataFormatException.class, () -> Text.read(file));
    assertEquals(2, e.offset());
    Files.write(file, new byte[] {'a', (byte) 0xc3});
    assertThrows(DataFormatException.class, () -> Text.read(file));
  }

  @Test
  void charactersBecomeNumbersAndBack() {
    String alphabet = Text.alphabet("hello world");
    assertEquals(" dehlorw", alphabet);
    int[] codes = Text.encode("hold", alphabet);
    assertArrayEquals(new int[] {3, 5, 4, 1}, codes);
    assertEquals("hold", Text.decode(codes, alphabet));
    assertThrows(IllegalArgumentException.class, () -> Text.encode("x", alphabet));
  }
}
