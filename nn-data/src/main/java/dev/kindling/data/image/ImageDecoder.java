package dev.kindling.data.image;

import dev.kindling.data.format.Archives;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Decodes JPEG and PNG files, which it knows by their first bytes and not by their names. JPEG: baseline and
 * progressive, gray, colour, CMYK and YCCK, turned as EXIF says. PNG: every colour type, depth and interlacing. Colour
 * profiles are left alone, and so is gamma.
 *
 * <p>Safe for use from several threads.
 */
public final class ImageDecoder {

  /** The default of {@link #maxPixels}: 50 million, a large photograph. */
  public static final long MAX_PIXELS = 50_000_000;

  private final long maxPixels;
  private final ConcurrentLinkedQueue<JpegDecoder> idle = new ConcurrentLinkedQueue<>();

  /** With the default limit. */
  public ImageDecoder() {
    this(MAX_PIXELS);
  }

  /**
   * With a limit of one's own.
   *
   * @param maxPixels images with more are refused before they are decoded
   * @throws IllegalArgumentException if it isn't between 1 and 700 million
   */
  public ImageDecoder(long maxPixels) {
    if (maxPixels < 1 || maxPixels > 700_000_000) {
      throw new IllegalArgumentException(
          "maxPixels must be between 1 and 700,000,000, got " + maxPixels);
    }
    this.maxPixels = maxPixels;
  }

  /** The most pixels that an image may have. */
  public long maxPixels() {
    return maxPixels;
  }

  /**
   * Reads an image file.
   *
   * @throws DataFormatException if it is no image, is damaged, has too many pixels, or expands to more than
   *     {@value Archives#MAX_RATIO} times its size and 64 MB
   * @throws IOException if it can't be read
   */
  public Image decode(Path file) throws IOException {
    long size = Files.size(file);
    if (size > maxPixels * 8 + (16 << 20)) {
      throw new DataFormatException(
          file.toString(),
          -1,
          size + " bytes are more than an image of " + maxPixels + " pixels needs");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(8);
      checkKind(start, file.toString()); // before all of something else is read
      byte[] bytes = Arrays.copyOf(start, (int) Math.max(size, start.length));
      int n = start.length + in.readNBytes(bytes, start.length, bytes.length - start.length);
      return decode(n < bytes.length ? Arrays.copyOf(bytes, n) : bytes, file.toString());
    }
  }

  /**
   * Decodes an image.
   *
   * @param bytes the whole file
   * @param name what to call it in errors
   * @throws DataFormatException if it is no image, is damaged, or has too many pixels
   */
  public Image decode(byte[] bytes, String name) throws DataFormatException {
    checkKind(bytes, name);
    if (PngDecoder.isPng(bytes)) {
      return PngDecoder.decode(bytes, maxPixels, name);
    }
    JpegHeader header = JpegHeader.parse(bytes, name);
    checkSize(header.width, header.height, maxPixels, name, header.sizeOffset);
    Archives.checkRatio(name, bytes.length, 3L * header.width * header.height);
    JpegDecoder pooled = idle.poll();
    JpegDecoder decoder = pooled == null ? new JpegDecoder() : pooled;
    boolean sound = false;
    try {
      Image image = decoder.decode(bytes, header, name);
      sound = true;
      return image.oriented(header.orientation);
    } finally {
      if (sound) {
        idle.add(decoder);
      } else {
        decoder.dispose();
      }
    }
  }

  private static void checkKind(byte[] start, String name) throws DataFormatException {
    if (!PngDecoder.isPng(start) && !JpegHeader.isJpeg(start)) {
      throw new DataFormatException(name, 0, "expected a JPEG or PNG image, found something else");
    }
  }

  static void checkSize(int width, int height, long maxPixels, String name, long offset)
      throws DataFormatException {
    if (width < 1 || height < 1) {
      throw new DataFormatException(
          name, offset, "expected at least one pixel, found " + width + "×" + height);
    }
    if ((long) width * height > maxPixels) {
      throw new DataFormatException(
          name, offset, "expected at most " + maxPixels + " pixels, found " + width + "×" + height);
    }
  }
}
