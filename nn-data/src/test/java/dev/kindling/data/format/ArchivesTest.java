package dev.kindling.data.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compressed files that mean harm. */
class ArchivesTest {

  @TempDir Path dir;

  private static void zeros(OutputStream out, long n) throws IOException {
    byte[] chunk = new byte[1 << 20];
    for (long rest = n; rest > 0; rest -= chunk.length) {
      out.write(chunk, 0, (int) Math.min(rest, chunk.length));
    }
  }

  @Test
  void entriesThatWouldLeaveTheDirectoryAreRefused() throws IOException {
    Files.createDirectories(dir.resolve("in"));
    for (String name :
        List.of("../x.npy", "a/../../x.npy", "/tmp/x.npy", "..\\x.npy", "C:\\x.npy", "\\x.npy")) {
      Path file = dir.resolve("in/evil.npz");
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Npy.header(NumberType.UINT8, 0, 0));
      }
      DataFormatException e = assertThrows(DataFormatException.class, () -> Npz.open(file), name);
      assertTrue(e.reason().contains(name), e.reason());
    }
    try (Stream<Path> files = Files.walk(dir)) {
      assertEquals(1, files.filter(Files::isRegularFile).count());
    }
  }

  @Test
  void archivesThatExpandTooMuchAreRefusedUnread() throws IOException {
    long n = 200L << 20;
    Path npz = dir.resolve("bomb.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(npz))) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(Npy.header(NumberType.UINT8, 0, (int) n));
      zeros(zip, n);
    }
    try (Npz file = Npz.open(npz)) {
      DataFormatException e = assertThrows(DataFormatException.class, () -> file.read("x"));
      assertTrue(e.reason().contains("more than 100"), e.reason());
    }
    Path idx = dir.resolve("bomb.idx.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(idx))) {
      gzip.write(new byte[] {0, 0, 8, 1, (byte) (n >>> 24), (byte) (n >>> 16), 0, 0});
      zeros(gzip, n);
    }
    DataFormatException e = assertThrows(DataFormatException.class, () -> Idx.read(idx));
    assertEquals(idx.toString(), e.file());
    assertTrue(e.reason().contains("100"), e.reason());
  }
}
