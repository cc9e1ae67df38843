package dev.kindling.data.image;

import dev.kindling.data.format.Npy;
import dev.kindling.data.format.NumberType;
import dev.kindling.data.format.RawArray;
import dev.kindling.nd.AtomicFile;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Keeps decoded images in {@code NAME-SETTINGS-CONTENT.npy}: a folder's name, a hash of its path and of all settings, and
 * a hash of what the files are. A changed file gives another name, so a stale cache is never met; the old one is
 * removed. Images that can't be read are listed beside it, in {@code ….problems.tsv}, which is written first.
 */
final class ImageCache {

  /** Goes into the name: to be raised when the same settings give other pixels. */
  private static final int VERSION = 1;

  private static final int BLOCK = 32;

  private static final int BLOCK_BYTES = 1 << 26;

  private ImageCache() {}

  /** Takes the pixels of one block of images, in order. */
  interface Sink {
    /** The first {@code length} bytes are pixels. */
    void write(byte[] pixels, int length) throws IOException;
  }

  /** Hears of images that can't be read, in order; may throw to stop. */
  interface Problems {
    void report(Path file, IOException reason) throws IOException;
  }

  static CachedImages open(ImageFolder folder, Path directory, int workers, boolean skipBad)
      throws IOException {
    String family = family(folder, skipBad);
    Path file = directory.resolve(family + "-" + contents(folder) + ".npy");
    Path list = directory.resolve(file.getFileName() + ".problems.tsv");
    try {
      return load(folder, file, list);
    } catch (NoSuchFileException | DataFormatException absent) {
      build(folder, file, list, workers, skipBad);
      removeOthers(directory, family, file, list);
      return load(folder, file, list);
    }
  }

  private static CachedImages load(ImageFolder folder, Path file, Path list) throws IOException {
    RawArray pixels = Npy.map(file);
    List<ImageFolder.Problem> problems = new ArrayList<>();
    if (Files.exists(list)) {
      for (String line : Files.readAllLines(list)) {
        int tab = line.indexOf('\t');
        if (tab > 0) {
          Path path = folder.files().root().resolve(line.substring(0, tab));
          problems.add(new ImageFolder.Problem(path, line.substring(tab + 1)));
        }
      }
    }
    ImageFiles files = folder.without(problems).files();
    ImageFolder.Settings s = folder.settings();
    int[] expected = {files.size(), s.channels(), s.height(), s.width()};
    if (pixels.type() != NumberType.UINT8
        || pixels.fortranOrder()
        || !Arrays.equals(pixels.dims(), expected)) {
      throw new DataFormatException(
          file.toString(), 0, "expected UINT8" + Arrays.toString(expected) + ", found " + pixels);
    }
    return new CachedImages(pixels, files, problems, file);
  }

  private static void build(ImageFolder folder, Path file, Path list, int workers, boolean skipBad)
      throws IOException {
    ImageFolder.Settings s = folder.settings();
    List<ImageFolder.Problem> problems = new ArrayList<>();
    AtomicFile.writeChannel(
        file,
        channel -> {
          // How many images there are shows at the end; until then there is room for the header.
          byte[] room =
              Npy.header(NumberType.UINT8, 0, folder.size(), s.channels(), s.height(), s.width());
          AtomicFile.writeFully(channel, room, room.length);
          decode(
              folder,
              workers,
              (pixels, length) -> AtomicFile.writeFully(channel, pixels, length),
              (bad, e) -> {
                if (!skipBad) {
                  throw e;
                }
                problems.add(problem(bad, e));
              });
          int n = folder.size() - problems.size();
          byte[] header =
              Npy.header(NumberType.UINT8, room.length, n, s.channels(), s.height(), s.width());
          channel.position(0);
          AtomicFile.writeFully(channel, header, header.length);
          writeProblems(folder, list, problems);
        });
  }

  private static void writeProblems(
      ImageFolder folder, Path list, List<ImageFolder.Problem> problems) throws IOException {
    if (problems.isEmpty()) {
      Files.deleteIfExists(list);
      return;
    }
    StringBuilder text = new StringBuilder();
    for (ImageFolder.Problem p : problems) {
      text.append(folder.files().root().relativize(p.file())).append('\t');
      text.append(p.reason().replaceAll("\\s+", " ")).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(list, out -> out.write(bytes));
  }

  static ImageFolder.Problem problem(Path file, IOException e) {
    String reason = e instanceof DataFormatException d ? d.reason() : e.toString();
    return new ImageFolder.Problem(file, reason);
  }

  // ---------------------------------------------------------------- decoding

  /** Decodes all images on some threads; what comes out comes in order. */
  static void decode(ImageFolder folder, int workers, Sink sink, Problems problems)
      throws IOException {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1, got " + workers);
    }
    ExecutorService threads = Executors.newFixedThreadPool(workers, ImageCache::thread);
    try {
      ArrayDeque<Future<Block>> ahead = new ArrayDeque<>();
      int each = Math.max(1, Math.min(BLOCK, BLOCK_BYTES / folder.inputShape().size()));
      int next = 0;
      while (next < folder.size() || !ahead.isEmpty()) {
        while (next < folder.size() && ahead.size() < 2 * workers) {
          int from = next;
          int to = Math.min(folder.size(), from + each);
          ahead.add(threads.submit(() -> block(folder, from, to)));
          next = to;
        }
        Block block = ahead.remove().get();
        for (Bad bad : block.bad) {
          problems.report(folder.files().path(bad.index), bad.reason);
        }
        sink.write(block.pixels, block.length);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error; // out of memory, most likely
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while decoding images");
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "kindling-decode");
    thread.setDaemon(true);
    return thread;
  }

  private static Block block(ImageFolder folder, int from, int to) {
    int size = folder.inputShape().size();
    byte[] pixels = new byte[(to - from) * size];
    List<Bad> bad = new ArrayList<>();
    int length = 0;
    for (int i = from; i < to; i++) {
      try {
        folder.image(i).copyTo(pixels, length, folder.settings().channels());
        length += size;
      } catch (IOException e) {
        bad.add(new Bad(i, e));
      }
    }
    return new Block(pixels, length, bad);
  }

  /** Some images, one after the other, without those that can't be read. */
  private static final class Block {
    final byte[] pixels;
    final int length;
    final List<Bad> bad;

    Block(byte[] pixels, int length, List<Bad> bad) {
      this.pixels = pixels;
      this.length = length;
      this.bad = bad;
    }
  }

  private record Bad(int index, IOException reason) {}

  // ---------------------------------------------------------------- names

  private static String family(ImageFolder folder, boolean skipBad) {
    Path root = folder.files().root().toAbsolutePath().normalize();
    String key =
        VERSION + "|" + root + "|" + folder.settings() + "|" + folder.size() + "|" + skipBad;
    Path name = root.getFileName();
    return (name == null ? "images" : name) + "-" + hash(key);
  }

  private static String contents(ImageFolder folder) throws IOException {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < folder.size(); i++) {
      Path file = folder.files().path(i);
      BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
      key.append(folder.files().root().relativize(file)).append('|').append(a.size());
      key.append('|').append(a.lastModifiedTime().to(TimeUnit.NANOSECONDS));
      key.append('|').append(folder.files().label(i)).append('\n');
    }
    return hash(key.toString());
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) { // every Java has it
      throw new IllegalStateException(e);
    }
  }

  private static void removeOthers(Path directory, String family, Path... keep) throws IOException {
    try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, family + "-*")) {
      for (Path file : old) {
        if (!Arrays.asList(keep).contains(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
