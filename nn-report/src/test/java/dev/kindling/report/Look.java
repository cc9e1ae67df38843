package dev.kindling.report;

import java.awt.image.BufferedImage;
import java.util.function.IntPredicate;

/** Looks at pictures. */
final class Look {

  private Look() {}

  /** How many pixels have a colour that satisfies the condition. */
  static int count(BufferedImage image, IntPredicate color) {
    return count(image, 0, 0, image.getWidth(), image.getHeight(), color);
  }

  static int count(BufferedImage image, int x, int y, int width, int height, IntPredicate color) {
    int n = 0;
    for (int i = y; i < y + height; i++) {
      for (int j = x; j < x + width; j++) {
        n += color.test(image.getRGB(j, i)) ? 1 : 0;
      }
    }
    return n;
  }

  static int count(BufferedImage image, int color) {
    return count(image, c -> c == color);
  }

  /** Red plus green plus blue. */
  static int brightness(int rgb) {
    return (rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF);
  }

  /** Whether a colour is more red than blue. */
  static boolean warm(int rgb) {
    return (rgb >> 16 & 0xFF) > (rgb & 0xFF);
  }

  /** The number of pixels along the edge that aren't white: something is cut off. */
  static int inkOnEdge(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    IntPredicate ink = c -> c != Palette.WHITE;
    return count(image, 0, 0, w, 4, ink)
        + count(image, 0, h - 4, w, 4, ink)
        + count(image, 0, 0, 4, h, ink)
        + count(image, w - 4, 0, 4, h, ink);
  }
}
