package dev.kindling.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kindling.nd.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Something that can be saved as PNG or SVG. */
public abstract class Picture {

  /** Pixels of a PNG for each point of the picture. */
  private static final int SCALE = 2;

  static final double TITLE_SIZE = 17;
  static final double SUBTITLE_SIZE = 12;
  static final double MARGIN = 20;

  static {
    // Before the first class of AWT is loaded, which looks at it once and for all.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  final String title;

  Picture(String title) {
    this.title = title;
  }

  /** The width in points; a PNG has twice as many pixels. */
  public abstract int width();

  /** The height in points; a PNG has twice as many pixels. */
  public abstract int height();

  /** Draws the whole picture on a white ground. */
  abstract void draw(Canvas canvas);

  /**
   * Writes the picture: PNG, two pixels a point, if the name ends in {@code .png}, SVG if it ends in {@code .svg}.
   * Missing directories are made, and the file is there whole or not at all.
   *
   * @throws IllegalArgumentException if the name ends in anything else
   * @throws IOException if the file can't be written, or this Java finds no font to draw text with
   */
  public final void save(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".png")) {
      BufferedImage image = image();
      AtomicFile.write(
          file,
          out -> {
            if (!ImageIO.write(image, "png", out)) {
              throw new IOException(file + ": this Java can't write PNG");
            }
          });
    } else if (name.endsWith(".svg")) {
      Fonts.require();
      SvgCanvas canvas = new SvgCanvas(width(), height());
      paint(canvas);
      byte[] svg = canvas.document(title).getBytes(UTF_8);
      AtomicFile.write(file, out -> out.write(svg));
    } else {
      throw new IllegalArgumentException(
          "A picture's file must end in .png or .svg, got '" + file + "'");
    }
  }

  /**
   * The picture in pixels, two a point.
   *
   * @throws IOException if this Java finds no font to draw text with
   */
  public final BufferedImage image() throws IOException {
    Fonts.require();
    BufferedImage image =
        new BufferedImage(SCALE * width(), SCALE * height(), BufferedImage.TYPE_INT_RGB);
    RasterCanvas canvas = new RasterCanvas(image, SCALE);
    try {
      paint(canvas);
    } finally {
      canvas.dispose();
    }
    return image;
  }

  private void paint(Canvas canvas) {
    canvas.rectangle(0, 0, width(), height(), Palette.WHITE);
    draw(canvas);
  }

  /** The title, and under it a smaller line that may be empty; returns where the rest of the picture can begin. */
  static double heading(
      Canvas canvas, String title, String subtitle, double x, double y, double width) {
    double at = y;
    if (!title.isEmpty()) {
      at += TITLE_SIZE + 1;
      String text = Fonts.fit(title, TITLE_SIZE, true, width);
      canvas.bold(text, x, at, TITLE_SIZE, Palette.TITLE, Canvas.Anchor.START);
      at += 6;
    }
    if (!subtitle.isEmpty()) {
      at += SUBTITLE_SIZE + 1;
      String text = Fonts.fit(subtitle, SUBTITLE_SIZE, false, width);
      canvas.text(text, x, at, SUBTITLE_SIZE, Palette.TICK, Canvas.Anchor.START);
      at += 6;
    }
    return at + 6;
  }

  /** How much of the height {@link #heading} takes. */
  static double headingHeight(String title, String subtitle) {
    return (title.isEmpty() ? 0 : TITLE_SIZE + 7)
        + (subtitle.isEmpty() ? 0 : SUBTITLE_SIZE + 7)
        + 6;
  }
}
