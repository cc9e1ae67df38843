package dev.kindling.data.image;

import dev.kindling.nd.DataFormatException;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Decodes JPEGs with the JDK's own reader, which is asked for the components as they are stored: it refuses CMYK, and
 * takes long over colour profiles, when it is asked for colours. For one thread at a time.
 */
final class JpegDecoder {

  private final ImageReader reader = reader();
  private final Bytes stream = new Bytes();

  private static ImageReader reader() {
    for (Iterator<ImageReader> all = ImageIO.getImageReadersByFormatName("jpeg"); all.hasNext(); ) {
      ImageReader reader = all.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader;
      }
      reader.dispose();
    }
    throw new IllegalStateException("This Java runtime has no JPEG reader; is java.desktop in it?");
  }

  Image decode(byte[] bytes, JpegHeader header, String name) throws DataFormatException {
    try {
      stream.set(bytes);
      reader.setInput(stream, true, true);
      Raster raster = reader.readRaster(0, null);
      return new Image(raster.getWidth(), raster.getHeight(), toRgb(raster, header, name));
    } catch (DataFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the JDK's reader throws both for damaged files
      throw new DataFormatException(name, -1, "a damaged JPEG: " + e.getMessage(), e);
    } finally {
      reader.setInput(null);
      stream.set(new byte[0]);
    }
  }

  /** Gives native memory back. */
  void dispose() {
    reader.dispose();
  }

  /** In the raster's own memory where three bytes a pixel fit into it. */
  private static byte[] toRgb(Raster raster, JpegHeader header, String name)
      throws DataFormatException {
    int bands = raster.getNumBands();
    int pixels = raster.getWidth() * raster.getHeight();
    if (!(raster.getDataBuffer() instanceof DataBufferByte buffer)
        || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || model.getPixelStride() != bands
        || model.getScanlineStride() != bands * raster.getWidth()
        || raster.getWidth() != header.width
        || raster.getHeight() != header.height
        || (bands == 1) != (header.colour == JpegHeader.Colour.GRAY)
        || (bands == 4) != header.colour.hasBlack()) {
      throw new DataFormatException(
          name, header.sizeOffset, "the pixels aren't what the header says");
    }
    byte[] d = buffer.getData();
    switch (header.colour) {
      case RGB -> {
        return d;
      }
      case GRAY -> {
        byte[] rgb = new byte[3 * pixels];
        for (int i = 0; i < pixels; i++) {
          rgb[3 * i] = d[i];
          rgb[3 * i + 1] = d[i];
          rgb[3 * i + 2] = d[i];
        }
        return rgb;
      }
      case YCC -> {
        for (int i = 0; i < 3 * pixels; i += 3) {
          yccToRgb(d, i);
        }
      }
      case YCCK, CMYK -> {
        for (int i = 0; i < pixels; i++) {
          cmykToRgb(d, 4 * i, 3 * i, header);
        }
      }
    }
    return d;
  }

  /**
   * R = Y + 1.402 (Cr - 128), G = Y - 0.34414 (Cb - 128) - 0.71414 (Cr - 128), B = Y + 1.772 (Cb - 128), in 16-bit fixed
   * point as the Independent JPEG Group's library has it, so that the levels are those that other programs see.
   */
  private static void yccToRgb(byte[] d, int p) {
    int y = d[p] & 0xff;
    int cb = (d[p + 1] & 0xff) - 128;
    int cr = (d[p + 2] & 0xff) - 128;
    d[p] = clamp(y + ((91881 * cr + 32768) >> 16));
    d[p + 1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
    d[p + 2] = clamp(y + ((116130 * cb + 32768) >> 16));
  }

  /** Ink over white paper: R = (255 - C)(255 - K) / 255. */
  private static void cmykToRgb(byte[] d, int from, int to, JpegHeader header) {
    if (header.colour == JpegHeader.Colour.YCCK) {
      yccToRgb(d, from);
    }
    // YCCK holds 255 - C where CMYK holds C; Adobe inverts all of it.
    boolean light = (header.colour == JpegHeader.Colour.YCCK) != header.inverted;
    int flip = light ? 0 : 255;
    int black = header.inverted ? d[from + 3] & 0xff : 255 - (d[from + 3] & 0xff);
    for (int i = 0; i < 3; i++) {
      int colour = flip ^ (d[from + i] & 0xff);
      d[to + i] = (byte) ((colour * black + 127) / 255);
    }
  }

  private static byte clamp(int v) {
    return (byte) (v < 0 ? 0 : Math.min(v, 255));
  }

  /** Bytes in memory as a stream of ImageIO's; one is used again and again. */
  private static final class Bytes extends ImageInputStreamImpl {
    private byte[] bytes = {};

    void set(byte[] next) {
      bytes = next;
      streamPos = 0;
      flushedPos = 0;
      bitOffset = 0;
    }

    @Override
    public int read() {
      return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int from, int length) {
      int n = Math.min(length, bytes.length - (int) streamPos);
      if (n <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(bytes, (int) streamPos, to, from, n);
      streamPos += n;
      return n;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
