package dev.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.format.Conformance;
import dev.kindling.data.format.Npy;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {

  private final Map<String, byte[]> files = TestImages.all();
  private final ImageDecoder decoder = new ImageDecoder();

  @Test
  void decodesEveryKindToThePixelsThatPillowSees() throws IOException {
    int images = 0;
    for (String name : files.keySet()) {
      if (!name.endsWith(".npy")) {
        assertPixels(name);
        images++;
      }
    }
    assertEquals(19, images);
  }

  private void assertPixels(String name) throws IOException {
    Image image = decoder.decode(TestImages.get(files, name), name);
    byte[] expected = TestImages.get(files, name + ".npy");
    double[] pixels = Npy.read(new ByteArrayInputStream(expected), name).toDoubles();
    double[] found = new double[3 * image.width() * image.height()];
    for (int i = 0; i < found.length; i++) {
      found[i] = image.rgb()[i] & 0xff;
    }
    assertArrayEquals(pixels, found, name);
  }

  @Test
  void agreesWithTheVerdictsOnDamagedPngs(@TempDir Path dir) {
    List<String> wrong =
        Conformance.disagreements(
            Conformance.resource(ImageDecoderTest.class, "png.zip"),
            dir,
            (file, expected) -> {
              Image image = decoder.decode(file);
              if (expected.has("sha256_rgb")) {
                byte[] rgb = Arrays.copyOf(image.rgb(), 3 * image.width() * image.height());
                assertEquals(
                    expected.get("sha256_rgb").getAsString(), Conformance.sha256(rgb), "pixels");
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void decodesTheSameFromManyThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> work =
          IntStream.range(0, 200)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        assertPixels(i % 2 == 0 ? "exif6.jpg" : "cmyk.jpg");
                        return true;
                      })
              .toList();
      for (Future<Boolean> done : threads.invokeAll(work)) {
        assertTrue(done.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theLimitOnPixelsHoldsBeforeDecoding() {
    ImageDecoder small = new ImageDecoder(56 * 40 - 1);
    for (String name : List.of("plain.jpg", "plain.png")) {
      DataFormatException e =
          assertThrows(
              DataFormatException.class, () -> small.decode(TestImages.get(files, name), name));
      assertTrue(e.reason().contains("at most 2239 pixels, found 56×40"), e.reason());
      assertEquals(name, e.file());
    }
  }

  @Test
  void aSmallFileThatClaimsManyPixelsIsRefusedBeforeDecoding() {
    byte[] jpeg = TestImages.get(files, "plain.jpg").clone();
    for (int i = 0; i + 8 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xff
          && jpeg[i + 1] == (byte) 0xc0) { // the frame: size from its byte 5 on
        jpeg[i + 5] = 6000 >> 8;
        jpeg[i + 7] = 6000 >> 8;
      }
    }
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> decoder.decode(jpeg, "claim.jpg"));
    assertTrue(e.reason().contains("more than 100 times"), e.reason());
  }

  @Test
  void anythingElseIsRefusedByItsFirstBytes(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("film.jpg");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.allocate(1), 400_000_000); // more than a test may take
    }
    DataFormatException e = assertThrows(DataFormatException.class, () -> decoder.decode(file));
    assertTrue(e.reason().contains("JPEG or PNG"), e.reason());
  }

  @Test
  void truncatedJpegsAreRefusedAtEveryLength() {
    byte[] whole = TestImages.get(files, "plain.jpg");
    for (int n = 0; n < whole.length; n += 7) {
      byte[] part = Arrays.copyOf(whole, n);
      assertThrows(DataFormatException.class, () -> decoder.decode(part, "part.jpg"), "at " + n);
    }
  }

  @Test
  void decodesSoundImagesAfterDamagedOnes() throws IOException {
    byte[] damaged = TestImages.get(files, "plain.jpg").clone();
    Arrays.fill(damaged, 200, 300, (byte) 0xff);
    for (int i = 0; i < 3; i++) {
      assertThrows(DataFormatException.class, () -> decoder.decode(damaged, "damaged.jpg"));
      assertPixels("plain.jpg");
    }
  }

  @Test
  void anythingElseIsNoImage() {
    byte[] text = "GIF89a not one of ours".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> decoder.decode(text, "x.jpg"));
    assertTrue(e.reason().contains("JPEG or PNG"), e.reason());
  }

  @Test
  void grayIsTheWeightedSumOfColours() {
    Image image = new Image(2, 1, new byte[] {(byte) 255, 0, 0, 10, 20, 30});
    Tensor gray = Tensor.zeros(1, 1, 2);
    image.copyTo(gray);
    // Pillow's convert('L'): 76 and 18
    assertArrayEquals(new float[] {76 / 255f, 18 / 255f}, gray.toArray());
    Tensor colour = Tensor.zeros(3, 1, 2);
    image.copyTo(colour);
    assertArrayEquals(new float[] {1, 10 / 255f, 0, 20 / 255f, 0, 30 / 255f}, colour.toArray());
  }
}
