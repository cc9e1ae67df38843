package dev.kindling.data.format;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR's binary files (Krizhevsky, 2009): records of one label byte (CIFAR-100: two, coarse and fine) and 3,072 bytes of
 * a 32×32 image, red, green and blue planes.
 */
public final class Cifar {

  private static final int PIXELS = 3 * 32 * 32;

  private Cifar() {}

  /**
   * What files hold together.
   *
   * @param images uint8 {@code [n, 3, 32, 32]}
   * @param labels uint8 {@code [n]}; of CIFAR-100 the fine ones
   */
  public record Records(RawArray images, RawArray labels) {}

  /**
   * Reads CIFAR-10 files, one after the other: {@code data_batch_1.bin} …
   *
   * @throws DataFormatException if one is no such file
   * @throws IOException if one can't be read
   */
  public static Records read10(List<Path> files) throws IOException {
    return read(files, 1, 10);
  }

  /**
   * Reads CIFAR-100 files, one after the other: {@code train.bin}, {@code test.bin}.
   *
   * @throws DataFormatException if one is no such file
   * @throws IOException if one can't be read
   */
  public static Records read100(List<Path> files) throws IOException {
    return read(files, 2, 100);
  }

  private static Records read(List<Path> files, int labelBytes, int classes) throws IOException {
    int record = labelBytes + PIXELS;
    long total = 0;
    for (Path file : files) {
      long size = Files.size(file);
      if (size == 0 || size % record != 0) {
        throw new DataFormatException(
            file.toString(),
            size,
            "expected records of " + record + " bytes each, found " + size + " bytes in all");
      }
      total += size / record;
    }
    if (total * PIXELS > Integer.MAX_VALUE - 8) {
      throw new IOException(files + ": too large to read at once, " + total + " images");
    }
    int n = (int) total;
    byte[] images = new byte[n * PIXELS];
    byte[] labels = new byte[n];
    int at = 0;
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      for (int start = 0; start + record <= bytes.length && at < n; start += record) {
        int label = bytes[start + labelBytes - 1] & 0xff;
        if (label >= classes) {
          throw new DataFormatException(
              file.toString(),
              start + labelBytes - 1L,
              "expected a class from 0 to " + (classes - 1) + ", found " + label);
        }
        labels[at] = (byte) label;
        System.arraycopy(bytes, start + labelBytes, images, at * PIXELS, PIXELS);
        at++;
      }
    }
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    return new Records(
        RawArray.of(NumberType.UINT8, order, images, n, 3, 32, 32),
        RawArray.of(NumberType.UINT8, order, labels, n));
  }
}
