package dev.kindling.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Writes SVG 1.1. Text stays text; its width is the one it was laid out with, whatever font the viewer has. */
final class SvgCanvas extends Canvas {

  private final StringBuilder body = new StringBuilder();
  private final StringBuilder clips = new StringBuilder();
  private final int width;
  private final int height;
  private int clipCount;
  private boolean clipped;

  SvgCanvas(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** The whole file, with a title for those who can't see the picture. */
  String document(String title) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
        width="%d" height="%d" viewBox="0 0 %d %d" font-family="%s">
        <title>%s</title>
        <defs>
        %s</defs>
        %s</svg>
        """
        .formatted(
            width,
            height,
            width,
            height,
            "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif",
            escape(title),
            clips,
            body);
  }

  @Override
  void rectangle(double x, double y, double width, double height, int color) {
    body.append("<rect");
    box(body, x, y, width, height);
    paint("fill", color);
    body.append("/>\n");
  }

  @Override
  void disk(double x, double y, double radius, int color, int rim, double rimWidth) {
    body.append("<circle");
    number(body, "cx", x);
    number(body, "cy", y);
    number(body, "r", radius);
    paint("fill", color);
    if (rimWidth > 0) {
      paint("stroke", rim);
      number(body, "stroke-width", rimWidth);
    }
    body.append("/>\n");
  }

  @Override
  void path(double[] x, double[] y, int n, int color, double width, boolean dashed) {
    body.append("<polyline fill=\"none\"");
    paint("stroke", color);
    number(body, "stroke-width", width);
    body.append(n > 2 ? " stroke-linejoin=\"round\" stroke-linecap=\"round\"" : "");
    body.append(dashed ? " stroke-dasharray=\"6 4\"" : "").append(" points=\"");
    for (int i = 0; i < n; i++) {
      body.append(i == 0 ? "" : " ").append(format(x[i])).append(',').append(format(y[i]));
    }
    body.append("\"/>\n");
  }

  @Override
  void text(
      String text,
      double x,
      double y,
      double size,
      boolean bold,
      int color,
      Anchor anchor,
      boolean turned) {
    if (text.isBlank()) {
      return;
    }
    body.append("<text");
    number(body, "x", x);
    number(body, "y", y);
    number(body, "font-size", size);
    body.append(bold ? " font-weight=\"bold\"" : "");
    paint("fill", color);
    if (anchor != Anchor.START) {
      body.append(" text-anchor=\"").append(anchor.name().toLowerCase(Locale.ROOT)).append('"');
    }
    if (turned) {
      body.append(" transform=\"rotate(-90 ")
          .append(format(x))
          .append(' ')
          .append(format(y))
          .append(")\"");
    }
    number(body, "textLength", Fonts.width(text, size, bold));
    body.append(" lengthAdjust=\"spacingAndGlyphs\">").append(escape(text)).append("</text>\n");
  }

  @Override
  void image(BufferedImage image, double x, double y, double width, double height) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    body.append("<image preserveAspectRatio=\"none\"");
    box(body, x, y, width, height);
    body.append(" xlink:href=\"data:image/png;base64,")
        .append(Base64.getEncoder().encodeToString(png.toByteArray()))
        .append("\"/>\n");
  }

  @Override
  void clip(double x, double y, double width, double height) {
    unclip();
    clips.append("<clipPath id=\"clip").append(++clipCount).append("\"><rect");
    box(clips, x, y, width, height);
    clips.append("/></clipPath>\n");
    body.append("<g clip-path=\"url(#clip").append(clipCount).append(")\">\n");
    clipped = true;
  }

  @Override
  void unclip() {
    body.append(clipped ? "</g>\n" : "");
    clipped = false;
  }

  private void paint(String property, int color) {
    body.append(String.format(Locale.ROOT, " %s=\"#%06X\"", property, color & 0xFFFFFF));
    int alpha = color >>> 24;
    if (alpha < 255) {
      number(body, property + "-opacity", alpha / 255.0);
    }
  }

  private static void box(StringBuilder to, double x, double y, double width, double height) {
    number(to, "x", x);
    number(to, "y", y);
    number(to, "width", width);
    number(to, "height", height);
  }

  private static void number(StringBuilder to, String name, double value) {
    to.append(' ').append(name).append("=\"").append(format(value)).append('"');
  }

  /** Two decimals are a fiftieth of a pixel; without the zeros that say nothing. */
  private static String format(double value) {
    double rounded = Math.rint(value * 100) / 100;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }

  /** The text without what XML gives a meaning to, and without characters that XML can't hold at all. */
  static String escape(String text) {
    StringBuilder s = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> s.append("&amp;");
                case '<' -> s.append("&lt;");
                case '>' -> s.append("&gt;");
                case '"' -> s.append("&quot;");
                default ->
                    s.appendCodePoint(
                        c < ' ' || c == 0xFFFE || c == 0xFFFF || (c >= 0xD800 && c < 0xE000)
                            ? ' '
                            : c);
              }
            });
    return s.toString();
  }
}
