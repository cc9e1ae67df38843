package dev.kindling.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.format.Cifar;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassicSetsTest {

  @TempDir Path dir;

  private static byte[] images(int n) {
    ByteBuffer b = ByteBuffer.wrap(new byte[16 + 6 * n]);
    b.putInt(0x0803).putInt(n).putInt(2).putInt(3);
    for (int i = 0; i < 6 * n; i++) {
      b.put((byte) (i * 17));
    }
    return b.array();
  }

  private static byte[] labels(int... labels) {
    ByteBuffer b = ByteBuffer.wrap(new byte[8 + labels.length]);
    b.putInt(0x0801).putInt(labels.length);
    for (int label : labels) {
      b.put((byte) label);
    }
    return b.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void mnistIsFourFilesPlainOrCompressed() throws IOException {
    Files.write(dir.resolve("train-images-idx3-ubyte"), images(3));
    Files.write(dir.resolve("train-labels-idx1-ubyte.gz"), gzip(labels(7, 0, 9)));
    Files.write(dir.resolve("t10k-images-idx3-ubyte.gz"), gzip(images(1)));
    DataFormatException e = assertThrows(DataFormatException.class, () -> Mnist.load(dir));
    assertTrue(e.reason().contains("t10k-labels-idx1-ubyte"), e.reason());
    Files.write(dir.resolve("test-labels-idx1-ubyte"), labels(4));
    Split mnist = Mnist.load(dir);
    assertEquals(Shape.of(1, 2, 3), mnist.train().inputShape());
    assertArrayEquals(new int[] {7, 0, 9}, mnist.train().labels());
    assertArrayEquals(new int[] {4}, mnist.test().labels());
    Tensor x = Tensor.zeros(1, 2, 3);
    mnist.train().read(0, x, Tensor.scalar(0));
    assertArrayEquals(
        new float[] {0, 17 / 255f, 34 / 255f, 51 / 255f, 68 / 255f, 85 / 255f}, x.toArray(), 1e-7f);
    assertEquals("Ankle boot", Mnist.loadFashion(dir).train().classNames().get(9));
  }

  @Test
  void mnistRefusesPartsThatDoNotFit() {
    assertThrows(DataFormatException.class, () -> read(images(3), labels(1, 2)));
    assertThrows(DataFormatException.class, () -> read(images(2), labels(1, 10)));
    assertThrows(DataFormatException.class, () -> read(labels(1, 2), labels(1, 2)));
  }

  private static Dataset read(byte[] images, byte[] labels) throws IOException {
    return Mnist.read(
        new ByteArrayInputStream(images), new ByteArrayInputStream(labels), Mnist.FASHION, "set");
  }

  @Test
  void cifarIsRecordsOfALabelAndThreePlanes() throws IOException {
    byte[] two = new byte[2 * 3073];
    two[0] = 3;
    two[1] = (byte) 255;
    two[3073] = 9;
    two[3073 + 3072] = 51;
    for (int i = 1; i <= 5; i++) {
      Files.write(dir.resolve("data_batch_" + i + ".bin"), two);
    }
    Files.write(dir.resolve("test_batch.bin"), two);
    Split cifar = Cifar10.load(dir);
    assertEquals(10, cifar.train().size());
    assertEquals(Shape.of(3, 32, 32), cifar.test().inputShape());
    assertArrayEquals(new int[] {3, 9}, cifar.test().labels());
    Tensor x = cifar.test().inMemory().x();
    assertEquals(1, x.get(0, 0, 0, 0));
    assertEquals(0.2f, x.get(1, 2, 31, 31), 1e-7f);

    byte[] fine = new byte[3074];
    fine[1] = 99;
    Files.write(dir.resolve("train.bin"), fine);
    assertEquals(99, Cifar.read100(List.of(dir.resolve("train.bin"))).labels().toLongs()[0]);
  }

  @Test
  void cifarRefusesOtherFiles() throws IOException {
    Path file = dir.resolve("x.bin");
    Files.write(file, new byte[3000]);
    assertThrows(DataFormatException.class, () -> Cifar.read10(List.of(file)));
    byte[] bad = new byte[3073];
    bad[0] = 10;
    Files.write(file, bad);
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> Cifar.read10(List.of(file)));
    assertTrue(e.reason().contains("found 10"), e.reason());
  }
}
