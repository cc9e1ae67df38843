package dev.kindling.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.DataFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

  private static Table read(Csv csv, byte[] bytes) throws IOException {
    return csv.read(new ByteArrayInputStream(bytes), "table.csv");
  }

  private static Table read(String text) throws IOException {
    return read(Csv.standard(), text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(Csv csv, byte[] bytes) {
    DataFormatException e = assertThrows(DataFormatException.class, () -> read(csv, bytes));
    assertEquals("table.csv", e.file());
    return e.reason();
  }

  private static String refusal(String text) {
    return refusal(Csv.standard(), text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void readsNumbersAtEveryLineEnd(String end) throws IOException {
    Table t = read(String.join(end, "a, b", "1,-2.5e3", "", "inf, 4 ", "5,nan"));
    assertEquals(List.of("a", "b"), t.columnNames());
    assertEquals(3, t.rows());
    assertTrue(t.isNumeric("a") && t.isNumeric("b"));
    assertArrayEquals(
        new float[] {-2500, 1, 4, Float.POSITIVE_INFINITY, Float.NaN, 5},
        t.numbers("b", "a").toArray());
  }

  @Test
  void quotedFieldsKeepSeparatorsLineEndsAndQuotes() throws IOException {
    Table t = read("name,n\n\"a, \"\"b\"\"\nc\",1\n");
    assertEquals(List.of("a, \"b\"\nc"), t.texts("name"));
  }

  @Test
  void missingValuesAreNanInNumbersAndEmptyInTexts() throws IOException {
    Table t = read("x,s\n1,red\nNA,\n,blue\n");
    assertArrayEquals(new float[] {1, Float.NaN, Float.NaN}, t.numbers("x").toArray());
    assertEquals(List.of("red", "", "blue"), t.texts("s"));
    assertArrayEquals(new float[] {1, Float.NaN, 0}, t.indices("s").toArray());
  }

  @Test
  void categoriesBecomeIndicesAndOneHotVectors() throws IOException {
    Table t = read("s,n\nb,10\na,9\nb,10\n");
    assertEquals(List.of("a", "b"), t.categories("s"));
    assertEquals(List.of("9", "10"), t.categories("n"));
    assertArrayEquals(new float[] {1, 0, 1}, t.indices("n").toArray());
    assertArrayEquals(new float[] {0, 1, 1, 0, 0, 1}, t.oneHot("s", List.of("a", "b")).toArray());
    assertThrows(IllegalArgumentException.class, () -> t.oneHot("s", List.of("b")));
  }

  @Test
  void aColumnWithAnythingElseIsOneOfTexts() throws IOException {
    Table t = read("id,x\n007,1\n0x1F,2\n1f,3\n");
    assertFalse(t.isNumeric("id"));
    assertEquals(List.of("007", "0x1F", "1f"), t.texts("id"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> t.numbers("id"));
    assertTrue(
        String.valueOf(e.getMessage()).contains("0x1F")
            && String.valueOf(e.getMessage()).contains("table.csv"),
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> t.numbers("nothing"));
  }

  @Test
  void otherDialects() throws IOException {
    byte[] latin = "ä;1\nö;2".getBytes(StandardCharsets.ISO_8859_1);
    Csv csv = Csv.standard().separator(';').withoutHeader();
    Table t = read(csv.charset(StandardCharsets.ISO_8859_1), latin);
    assertEquals(List.of("ä", "ö"), t.texts("0"));
    assertTrue(refusal(csv, latin).contains("UTF-8"));
    byte[] utf16 = "\uFEFFä,b\n1,2".getBytes(StandardCharsets.UTF_16LE);
    assertEquals(List.of("ä", "b"), read(Csv.standard(), utf16).columnNames());
    byte[] utf8 = "\uFEFFä,b\n1,2".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("ä", "b"), read(Csv.standard(), utf8).columnNames());
  }

  @Test
  void damagedTablesAreRefusedWithTheLine() {
    assertTrue(refusal("a,b\n1,2\n1,2,3\n").contains("line 3: expected 2 fields, found 3"));
    assertTrue(refusal("a,b\n1\n").contains("line 2: expected 2 fields, found 1"));
    assertTrue(refusal("a,a\n1,2\n").contains("'a'"));
    assertTrue(refusal("").contains("nothing"));
    refusal("a,b\n1,\"2\n");
    refusal("a,b\n1,\"2\"x\n");
  }

  @Test
  void onlyAHeaderIsATableWithoutRows() throws IOException {
    Table t = read("a,b\n");
    assertEquals(0, t.rows());
    assertEquals(0, t.numbers("a", "b").size());
  }
}
