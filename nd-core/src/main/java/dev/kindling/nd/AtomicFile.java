package dev.kindling.nd;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that are there whole or not at all: into a temporary file in the same directory, forced to the disk,
 * then renamed over the target. Two processes may write the same file at once; one of the two results stays.
 */
public final class AtomicFile {

  private static final int ATTEMPTS = 1000;

  private AtomicFile() {}

  /** What writes the contents. */
  @FunctionalInterface
  public interface Writer {
    /** Writes everything; the stream is buffered and is closed by the caller. */
    void write(OutputStream out) throws IOException;
  }

  /** What writes the contents, at any position. */
  @FunctionalInterface
  public interface ChannelWriter {
    /** Writes everything; the channel is closed by the caller. */
    void write(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file; missing directories are made.
   *
   * @throws IOException if it can't be written; the target is then as it was before
   */
  public static void write(Path target, Writer writer) throws IOException {
    writeChannel(
        target,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          writer.write(out);
          out.flush();
        });
  }

  /** Writes the first {@code length} bytes to a channel, all of them. */
  public static void writeFully(FileChannel channel, byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** As {@link #write}, for contents that aren't written from beginning to end. */
  public static void writeChannel(Path target, ChannelWriter writer) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path directory = absolute.getParent();
    Path name = absolute.getFileName();
    if (directory == null || name == null) {
      throw new IOException(target + ": not a file");
    }
    Files.createDirectories(directory);
    Path temporary = create(directory, name);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        writer.write(channel);
        channel.force(true);
      }
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system lets a directory be opened; the file itself is safe.
    }
  }

  /** As a plain new file: the system's own temporary files can be read by their owner only. */
  private static Path create(Path directory, Path name) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return Files.createFile(directory.resolve("." + name + "." + i + ".tmp"));
      } catch (FileAlreadyExistsException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
