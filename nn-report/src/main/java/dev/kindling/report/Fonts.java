package dev.kindling.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;

/** The font of all pictures, and how wide a text is in it. */
final class Fonts {

  /** Measures as text is drawn: smoothed, and at fractions of a pixel. */
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private Fonts() {}

  static Font of(double size, boolean bold) {
    return new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) size);
  }

  /** The width of a text, in points. */
  static double width(String text, double size, boolean bold) {
    return text.isEmpty() ? 0 : of(size, bold).getStringBounds(text, CONTEXT).getWidth();
  }

  /** The text, or its beginning and an ellipsis if it is wider than that. */
  static String fit(String text, double size, boolean bold, double width) {
    if (width(text, size, bold) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 1 && width(text.substring(0, end) + "…", size, bold) > width) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end).stripTrailing() + "…";
  }

  /**
   * Makes sure that text can be measured and drawn.
   *
   * @throws IOException if this Java finds no font; says what to install
   */
  static void require() throws IOException {
    try {
      width("0", 12, false);
    } catch (RuntimeException | LinkageError | InternalError e) {
      // What the JDK throws without fonts: NullPointerException or RuntimeException from
      // fontconfig,
      // InternalError around it, NoClassDefFoundError ever after.
      throw new IOException(
          "Pictures need a font, and this Java finds none. Install fontconfig and any font, on Debian"
              + " with 'apt-get install fontconfig fonts-dejavu-core'",
          e);
    }
  }
}
