package dev.kindling.data.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * A file from the network, known by its SHA-256. Immutable: each setting gives a new download, and nothing happens
 * before {@link #to} or {@link #into} is called.
 *
 * <pre>{@code
 * Path file = Download.of("https://example.org/set/images.gz", "9f86d0…").into(Caches.directory());
 * }</pre>
 *
 * <p>While it arrives, the file is called {@code NAME.part}. A download that breaks off, even with the program, is taken
 * up there by the next call, where the server can do that (RFC 9110, range requests). Only a whole file with the right
 * hash gets its name, at once; one with another hash is deleted. A file that is there already is checked and not
 * downloaded again. Several threads and processes may ask for the same file: one downloads it, the others wait.
 *
 * <p>Only HTTPS is spoken, also after a redirection.
 */
public final class Download {

  /** The default of {@link #maxBytes}: 4 GiB. */
  public static final long MAX_BYTES = 4L << 30;

  private static final int MAX_TRIES = 10;
  private static final long WAIT_MILLIS = 50;

  private final URI url;
  private final String sha256;
  private final long maxBytes;
  private final boolean http;
  private final Progress progress;

  /** Hears how far a download has come, in the thread that receives it; should be quick. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Some more bytes have arrived.
     *
     * @param done how many are there, those of an earlier call included
     * @param total how many it will be, -1 if the server doesn't say
     */
    void at(long done, long total);
  }

  private Download(URI url, String sha256, long maxBytes, boolean http, Progress progress) {
    this.url = url;
    this.sha256 = sha256;
    this.maxBytes = maxBytes;
    this.http = http;
    this.progress = progress;
  }

  /**
   * A file by its address and its hash.
   *
   * @param url where it is, {@code https://…}
   * @param sha256 64 hexadecimal digits
   * @throws IllegalArgumentException if either is something else
   */
  public static Download of(String url, String sha256) {
    String hash = sha256.toLowerCase(Locale.ROOT);
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256 must be 64 hexadecimal digits, got '" + sha256 + "'");
    }
    try {
      return new Download(new URI(url), hash, MAX_BYTES, false, (done, total) -> {});
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("url must be an address, got '" + url + "'", e);
    }
  }

  // ---------------------------------------------------------------- settings

  /**
   * The most bytes that the file may have. Default: {@link #MAX_BYTES}.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public Download maxBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1, got " + bytes);
    }
    return new Download(url, sha256, bytes, http, progress);
  }

  /** Who is told how far it has come. Default: nobody. */
  public Download progress(Progress listener) {
    return new Download(url, sha256, maxBytes, http, listener);
  }

  /**
   * Also speaks HTTP without encryption: for a server on one's own machine or network. Others see what is downloaded and
   * can spoil it, though not unnoticed. Default: only HTTPS.
   */
  public Download allowHttp() {
    return new Download(url, sha256, maxBytes, true, progress);
  }

  // ---------------------------------------------------------------- downloading

  /**
   * Downloads the file into a directory, under the last part of its address, unless it is there.
   *
   * @param directory made if it isn't there
   * @return the file
   * @throws DownloadException if it can't be had, or isn't the one that was asked for
   * @throws IOException if it can't be written
   * @throws IllegalArgumentException if the address doesn't end in a name
   */
  public Path into(Path directory) throws IOException {
    String path = url.getPath() == null ? "" : url.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!name.matches("[\\w.+@ -]+") || name.startsWith(".")) {
      throw new IllegalArgumentException(
          "url must end in a file's name, got '" + url + "'; name the file with Download.to");
    }
    return to(directory.resolve(name));
  }

  /**
   * Downloads the file, unless it is there.
   *
   * @param file what to call it; its directory is made if it isn't there
   * @return the file
   * @throws DownloadException if it can't be had, or isn't the one that was asked for, or another file has its name
   * @throws IOException if it can't be written
   */
  public Path to(Path file) throws IOException {
    if (isThere(file)) {
      return file;
    }
    checkScheme(url);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    boolean there = false;
    while (!there) {
      try (FileChannel channel =
              FileChannel.open(
                  part,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          FileLock lock = waitForLock(channel)) {
        if (isThere(file)) { // while this waited for another's download
          Files.deleteIfExists(part);
          there = true;
        } else if (lock.isValid() && Files.exists(part)) {
          try {
            fetch(channel, part);
          } finally {
            if (channel.size() == 0) {
              Files.deleteIfExists(part);
            }
          }
          channel.force(true); // no name for what a power failure could take back
          Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
          there = true;
        } // else another's download failed, and its part is gone
      }
    }
    return file;
  }

  private boolean isThere(Path file) throws IOException {
    String found;
    try {
      found = Sha256.of(file);
    } catch (NoSuchFileException absent) {
      return false;
    }
    if (!found.equals(sha256)) {
      throw failed(
          "expected SHA-256 "
              + sha256
              + ", but "
              + file
              + " is there with "
              + found
              + ". Delete it to have it downloaded.");
    }
    return true;
  }

  /** One lock for the threads of this program, which throws, and for other programs, which doesn't. */
  private static FileLock waitForLock(FileChannel channel) throws IOException {
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // a thread of this program has it
      }
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while another downloads the same file");
      }
    }
  }

  /** Brings the part to the whole file, from where it stands. */
  private void fetch(FileChannel channel, Path part) throws IOException {
    boolean resumed = channel.size() > 0;
    // Not by the file's name: closing a second channel would give up the lock of the first (POSIX).
    String found = resumed ? Sha256.of(channel) : "";
    for (int tries = 1; !found.equals(sha256); tries++) {
      long before = channel.size();
      try {
        new Transfer(url, maxBytes, this::checkScheme, progress).run(channel);
      } catch (DownloadException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) { // the connection broke
        if (tries == MAX_TRIES || channel.size() <= before) {
          throw new DownloadException(
              url,
              channel.size() == 0
                  ? "expected the file, no answer came ("
                      + e
                      + "). Is there a network? A proxy is"
                      + " set by -Dhttps.proxyHost=… -Dhttps.proxyPort=…"
                  : "expected the whole file, it broke off after "
                      + channel.size()
                      + " bytes ("
                      + e
                      + "). They are kept: another call goes on from there.",
              e);
        }
        continue;
      }
      found = Sha256.of(channel);
      if (!found.equals(sha256)) {
        // What was there before may have been the beginning of another file.
        if (!resumed) {
          Files.delete(part);
          throw failed(
              "expected SHA-256 "
                  + sha256
                  + ", found "
                  + found
                  + ". The file was deleted. It has changed at its source, or on the way: compare"
                  + " the hash with what its publisher says.");
        }
        resumed = false;
        channel.truncate(0);
      }
    }
  }

  private void checkScheme(URI address) throws DownloadException {
    String scheme = address.getScheme() == null ? "" : address.getScheme();
    boolean allowed = scheme.equalsIgnoreCase("https") || (http && scheme.equalsIgnoreCase("http"));
    if (!allowed || address.getHost() == null) {
      String from = address.equals(url) ? "" : ", redirected to " + address;
      throw failed(
          "expected an address https://…"
              + from
              + (scheme.equalsIgnoreCase("http")
                  ? ". Where the server is your own, see Download.allowHttp."
                  : "."));
    }
  }

  private DownloadException failed(String reason) {
    return new DownloadException(url, reason, null);
  }
}
