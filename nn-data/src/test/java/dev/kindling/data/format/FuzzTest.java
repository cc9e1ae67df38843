package dev.kindling.data.format;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.kindling.data.hdf5.Hdf5;
import dev.kindling.data.image.ImageDecoder;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Rng;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages good files at random, by a seed, and reads them: each gives values or a {@link DataFormatException}, never
 * anything else, and what is refused took no more memory than 4 times its bytes and 16 MB. {@code -Dkindling.fuzz=1000000} says how many inputs each reader gets.
 */
@Timeout(3600)
class FuzzTest {

  private static final int INPUTS = Integer.getInteger("kindling.fuzz", 2000);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Reader {
    void read(byte[] bytes) throws IOException;
  }

  private static void fuzz(List<byte[]> good, Reader reader) {
    int refused = 0;
    for (int i = 0; i < INPUTS; i++) {
      Rng rng = Rng.seeded(i);
      byte[] bytes = damaged(good.get(rng.nextInt(good.size())), rng);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        reader.read(bytes);
      } catch (DataFormatException expected) {
        refused++;
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
            taken <= 4L * bytes.length + (16 << 20),
            "input of seed " + i + " was refused after taking " + taken + " bytes: " + expected);
      } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw new AssertionError("input of seed " + i + " gave " + e, e);
      }
    }
    assertTrue(refused > INPUTS / 10, "only " + refused + " refused: is anything checked?");
  }

  /** Converts them, unless a few bytes expanded to so many that float64 takes more memory than there is. */
  private static void values(RawArray array) {
    if (array.size() < 1 << 20) {
      array.toDoubles();
    }
  }

  private static byte[] damaged(byte[] good, Rng rng) {
    byte[] bytes = good.clone();
    for (int n = rng.nextInt(4); n >= 0 && bytes.length > 0; n--) {
      // Most damage goes to the beginning, where the headers are.
      int reach = rng.nextBoolean(0.5) ? 64 : rng.nextBoolean(0.5) ? 2048 : bytes.length;
      int within = Math.min(bytes.length, reach);
      int at = rng.nextInt(within);
      switch (rng.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << rng.nextInt(8));
        case 1 -> bytes[at] = (byte) rng.nextInt();
        case 2 -> bytes[at] = rng.nextBoolean(0.5) ? (byte) 0xff : 0;
        case 3 -> bytes = Arrays.copyOf(bytes, rng.nextInt(bytes.length + 1));
        case 4 -> { // four bytes as a large or negative number
          for (int i = at; i < Math.min(at + 4, bytes.length); i++) {
            bytes[i] = (byte) (rng.nextBoolean(0.5) ? 0x7f : 0xff);
          }
        }
        default -> { // a part moved elsewhere
          int length = rng.nextInt(Math.min(16, bytes.length - at)) + 1;
          int to = rng.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes, at, bytes, to, length);
        }
      }
    }
    return bytes;
  }

  private static List<byte[]> archive(Class<?> beside, String name, String... suffixes)
      throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(Conformance.resource(beside, name))) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        for (String suffix : suffixes) {
          if (e.getName().endsWith(suffix) && !e.getName().contains("bad")) {
            files.add(zip.readAllBytes());
          }
        }
      }
    }
    return files;
  }

  @Test
  void npy() throws IOException {
    List<byte[]> good = archive(FuzzTest.class, "numpy.npz", ".npy");
    fuzz(good, bytes -> values(Npy.read(new ByteArrayInputStream(bytes), "fuzz.npy")));
  }

  @Test
  void npz(@TempDir Path dir) throws IOException {
    List<byte[]> good = archive(FuzzTest.class, "npy.zip", "ok_two_deflated.npz");
    Path file = dir.resolve("fuzz.npz");
    fuzz(
        good,
        bytes -> {
          Files.write(file, bytes);
          try (Npz npz = Npz.open(file)) {
            for (String name : npz.names()) {
              values(npz.read(name));
            }
          }
        });
  }

  @Test
  void idx() throws IOException {
    List<byte[]> good = archive(FuzzTest.class, "idx.zip", ".idx", ".idx.gz");
    fuzz(
        good, bytes -> values(Idx.read(new ByteArrayInputStream(bytes), bytes.length, "fuzz.idx")));
  }

  @Test
  void csv() {
    String text = "a,b,c\n1,2.5,\"x, y\"\n,-3e4,\"\"\"\"\nnan,inf,z\n";
    fuzz(
        List.of(text.getBytes(StandardCharsets.UTF_8)),
        bytes -> {
          Table t = Csv.standard().read(new ByteArrayInputStream(bytes), "fuzz.csv");
          for (String column : t.columnNames()) {
            t.indices(column);
          }
        });
  }

  @Test
  void cifar(@TempDir Path dir) {
    byte[] records = new byte[3 * 3073];
    for (int i = 0; i < records.length; i++) {
      records[i] = (byte) (i % 3073 % 10);
    }
    Path file = dir.resolve("fuzz.bin");
    fuzz(
        List.of(records),
        bytes -> {
          Files.write(file, bytes);
          Cifar.read10(List.of(file)).images().toDoubles();
        });
  }

  @Test
  void text(@TempDir Path dir) {
    Path file = dir.resolve("fuzz.txt");
    fuzz(
        List.of("Löwe, 猫 und 🐕\r\nzweite Zeile\n".getBytes(StandardCharsets.UTF_8)),
        bytes -> {
          Files.write(file, bytes);
          String text = Text.read(file);
          Text.encode(text, Text.alphabet(text));
          Text.lines(file);
        });
  }

  @Test
  void hdf5(@TempDir Path dir) throws IOException {
    List<byte[]> good = archive(Hdf5.class, "hdf5.zip", "s.h5", "ordered.h5", "latest.h5");
    Path path = dir.resolve("fuzz.h5");
    fuzz(
        good,
        bytes -> {
          Files.write(path, bytes);
          try (Hdf5 file = Hdf5.open(path)) {
            for (String name : file.names()) {
              if (name.equals("texts")) {
                file.readTexts(name);
              } else {
                values(file.read(name));
              }
            }
          }
        });
  }

  @Test
  void png() throws IOException {
    List<byte[]> good = archive(ImageDecoder.class, "images.zip", ".png");
    ImageDecoder decoder = new ImageDecoder(1_000_000);
    fuzz(good, bytes -> decoder.decode(bytes, "fuzz.png"));
  }

  @Test
  void jpeg() throws IOException {
    List<byte[]> good = archive(ImageDecoder.class, "images.zip", ".jpg");
    ImageDecoder decoder = new ImageDecoder(1_000_000);
    fuzz(good, bytes -> decoder.decode(bytes, "fuzz.jpg"));
  }
}
