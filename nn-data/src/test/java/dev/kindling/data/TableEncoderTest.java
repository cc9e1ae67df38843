package dev.kindling.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.data.format.Csv;
import dev.kindling.data.format.Table;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableEncoderTest {

  private static Table table(String text) throws IOException {
    return Csv.standard()
        .read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "t.csv");
  }

  private static Table people() throws IOException {
    return table("age,sex,class\n10,f,1\n30,m,3\n,f,1\n1000,x,2\n20,,3\n");
  }

  @Test
  void whatItKnowsIsOfThePartToTrainOnAlone() throws IOException {
    Table train = people().rows(0, 1, 2);
    TableEncoder encoder = TableEncoder.fit(train, List.of("age"), List.of("sex", "class"));
    assertEquals(List.of("age", "sex=f", "sex=m", "class=1", "class=3"), encoder.featureNames());
    assertEquals(List.of("f", "m"), encoder.categories("sex"));
    // Mean 20 and deviation 10 of ages 10 and 30; the third is missing, and becomes the mean.
    assertArrayEquals(
        new float[] {-1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0},
        encoder.encode(train).toArray(),
        1e-6f);
    // Of the others, x and class 2 were never seen, and one sex is missing.
    assertArrayEquals(
        new float[] {98, 0, 0, 0, 0, 0, 0, 0, 0, 1},
        encoder.encode(people().rows(3, 4)).toArray(),
        1e-4f);
  }

  @Test
  void numbersOrCategoriesAlone() throws IOException {
    TableEncoder numbers = TableEncoder.fit(people(), List.of("age", "class"), List.of());
    assertEquals(Shape.of(5, 2), numbers.encode(people()).shape());
    TableEncoder categories = TableEncoder.fit(people(), List.of(), List.of("sex"));
    Tensor x = categories.encode(people());
    assertArrayEquals(new float[] {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0}, x.toArray());
  }

  @Test
  void refusesColumnsThatAreNotThere() throws IOException {
    Table people = people();
    assertThrows(
        IllegalArgumentException.class, () -> TableEncoder.fit(people, List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> TableEncoder.fit(people, List.of("sex"), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> TableEncoder.fit(people, List.of("size"), List.of("sex")));
    TableEncoder encoder = TableEncoder.fit(people, List.of("age"), List.of());
    Table other = table("age\nold\n");
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(other));
    assertThrows(IndexOutOfBoundsException.class, () -> people.rows(5));
  }
}
