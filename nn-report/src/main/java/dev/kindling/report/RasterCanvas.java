package dev.kindling.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** Draws into pixels. */
final class RasterCanvas extends Canvas {

  private static final float[] DASHES = {6, 4};

  private final Graphics2D g;

  RasterCanvas(BufferedImage image, double scale) {
    g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
    g.scale(scale, scale);
  }

  void dispose() {
    g.dispose();
  }

  @Override
  void rectangle(double x, double y, double width, double height, int color) {
    fill(new Rectangle2D.Double(x, y, width, height), color);
  }

  @Override
  void disk(double x, double y, double radius, int color, int rim, double rimWidth) {
    Shape disk = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    fill(disk, color);
    if (rimWidth > 0) {
      g.setColor(new Color(rim, true));
      g.setStroke(new BasicStroke((float) rimWidth));
      g.draw(disk);
    }
  }

  @Override
  void path(double[] x, double[] y, int n, int color, double width, boolean dashed) {
    Path2D path = new Path2D.Double();
    path.moveTo(x[0], y[0]);
    for (int i = 1; i < n; i++) {
      path.lineTo(x[i], y[i]);
    }
    boolean closed = n > 2 && x[0] == x[n - 1] && y[0] == y[n - 1];
    if (closed) {
      path.closePath();
    }
    int cap = closed || n == 2 ? BasicStroke.CAP_BUTT : BasicStroke.CAP_ROUND;
    int join = closed ? BasicStroke.JOIN_MITER : BasicStroke.JOIN_ROUND;
    g.setColor(new Color(color, true));
    g.setStroke(new BasicStroke((float) width, cap, join, 10, dashed ? DASHES : null, 0));
    g.draw(path);
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
    double width = Fonts.width(text, size, bold);
    double shift = anchor == Anchor.START ? 0 : anchor == Anchor.MIDDLE ? -width / 2 : -width;
    AffineTransform before = g.getTransform();
    g.translate(x, y);
    if (turned) {
      g.rotate(-Math.PI / 2);
    }
    g.setFont(Fonts.of(size, bold));
    g.setColor(new Color(color, true));
    g.drawString(text, (float) shift, 0);
    g.setTransform(before);
  }

  @Override
  void image(BufferedImage image, double x, double y, double width, double height) {
    AffineTransform place =
        new AffineTransform(width / image.getWidth(), 0, 0, height / image.getHeight(), x, y);
    g.drawImage(image, place, null);
  }

  @Override
  void clip(double x, double y, double width, double height) {
    g.setClip(new Rectangle2D.Double(x, y, width, height));
  }

  @Override
  void unclip() {
    g.setClip(null);
  }

  private void fill(Shape shape, int color) {
    g.setColor(new Color(color, true));
    g.fill(shape);
  }
}
