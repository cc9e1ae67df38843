package dev.kindling.report;

import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Small images in rows, each with what was predicted for it: in blue where that is right, in vermillion and with what is
 * true where it is wrong.
 *
 * <pre>{@code
 * ImageGrid grid = ImageGrid.titled("Twelve test pictures").range(-1, 1);
 * for (int i = 0; i < 12; i++) {
 *   grid.add(x.row(i), predicted[i], confidence[i], actual[i]);
 * }
 * grid.save(Path.of("out/grid.png"));
 * }</pre>
 */
public final class ImageGrid extends Picture {

  private static final double IMAGE = 112;
  private static final double GAP = 16;
  private static final double CAPTION_SIZE = 12.5;
  private static final double ROW = 17;
  private static final double WIDEST_CAPTION = 190;

  /** A tile: nothing is claimed of the image if {@code color} is the label's. */
  private record Tile(Tensor image, String caption, String truth, int color) {}

  private final List<Tile> tiles = new ArrayList<>();
  private String subtitle = "";
  private int columns;
  private float[] low = {0};
  private float[] high = {1};

  private ImageGrid(String title) {
    super(title);
  }

  /** A grid without images yet. */
  public static ImageGrid titled(String title) {
    return new ImageGrid(title);
  }

  /** A smaller line under the title. */
  public ImageGrid subtitle(String text) {
    subtitle = text;
    return this;
  }

  /**
   * Which values are black and full colour: 0 and 1, if not set. Values beyond are shown as the nearest of the two.
   *
   * @throws IllegalArgumentException unless low is less than high
   */
  public ImageGrid range(float low, float high) {
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "An image's range needs low < high, got " + low + " and " + high);
    }
    this.low = new float[] {low};
    this.high = new float[] {high};
    return this;
  }

  /**
   * For images whose values, 0 to 1 before, have been standardized by {@code (v - mean) / std}.
   *
   * @param mean of each channel, or one for all
   * @param std of each channel, or one for all; above 0
   * @throws IllegalArgumentException if the two differ in length, or a std isn't above 0
   */
  public ImageGrid standardized(float[] mean, float[] std) {
    if (mean.length != std.length || mean.length == 0) {
      throw new IllegalArgumentException(
          "standardized needs a mean and a std for each channel, got "
              + mean.length
              + " and "
              + std.length);
    }
    float[] from = new float[mean.length];
    float[] to = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      if (!(std[c] > 0)) {
        throw new IllegalArgumentException(
            "std must be above 0, got " + std[c] + " for channel " + c);
      }
      from[c] = (0 - mean[c]) / std[c];
      to[c] = (1 - mean[c]) / std[c];
    }
    low = from;
    high = to;
    return this;
  }

  /**
   * How many images stand in a row: if not set, at most 8, for a grid somewhat wider than high.
   *
   * @throws IllegalArgumentException if it isn't at least 1
   */
  public ImageGrid columns(int columns) {
    if (columns < 1) {
      throw new IllegalArgumentException("columns must be at least 1, got " + columns);
    }
    this.columns = columns;
    return this;
  }

  /**
   * One more image, copied.
   *
   * @param image [3, height, width] in red, green, blue, or [1, height, width] or [height, width] in grey
   * @param caption may be empty
   * @throws ShapeException if it is of no such shape
   */
  public ImageGrid add(Tensor image, String caption) {
    tiles.add(new Tile(checked(image), caption, "", Palette.LABEL));
    return this;
  }

  /**
   * One more image with its prediction.
   *
   * @param image as in {@link #add(Tensor, String)}
   * @param confidence in the prediction, 0 to 1; NaN to leave it out
   */
  public ImageGrid add(Tensor image, String predicted, double confidence, String actual) {
    boolean right = predicted.equals(actual);
    String share =
        Double.isFinite(confidence) ? String.format(Locale.ROOT, " %.0f%%", 100 * confidence) : "";
    tiles.add(
        new Tile(
            checked(image),
            predicted + share,
            right ? "" : "is " + actual,
            right ? Palette.RIGHT : Palette.WRONG));
    return this;
  }

  private static Tensor checked(Tensor image) {
    boolean color = image.rank() == 3 && (image.dim(0) == 1 || image.dim(0) == 3);
    if ((!color && image.rank() != 2) || image.size() == 0) {
      throw ShapeException.of(
          "ImageGrid",
          "[3, height, width], [1, height, width] or [height, width]",
          image.shape().toString(),
          "");
    }
    return image.copy();
  }

  // ---------------------------------------------------------------- how

  private int across() {
    int n = Math.max(1, tiles.size());
    if (columns > 0) {
      return Math.min(n, columns);
    }
    int about = Math.min(8, (int) Math.ceil(Math.sqrt(n * 1.5)));
    for (int off = 0;
        off <= 2;
        off++) { // a full last row looks better than a few columns more or less
      if (about + off <= 8 && n % (about + off) == 0) {
        return about + off;
      } else if (about - off >= 2 && n % (about - off) == 0) {
        return about - off;
      }
    }
    return Math.min(n, about);
  }

  private int down() {
    return (tiles.size() + across() - 1) / across();
  }

  /** As wide as the image or the widest caption, within limits. */
  private double tileWidth() {
    double widest = IMAGE;
    for (Tile tile : tiles) {
      widest = Math.max(widest, Fonts.width(tile.caption, CAPTION_SIZE, true));
      widest = Math.max(widest, Fonts.width(tile.truth, CAPTION_SIZE, false));
    }
    return Math.min(widest, WIDEST_CAPTION);
  }

  private int captionRows() {
    boolean captions = tiles.stream().anyMatch(t -> !t.caption.isEmpty());
    boolean truths = tiles.stream().anyMatch(t -> !t.truth.isEmpty());
    return truths ? 2 : captions ? 1 : 0;
  }

  private double tileHeight() {
    return IMAGE + (captionRows() == 0 ? 0 : 6 + captionRows() * ROW);
  }

  @Override
  public int width() {
    double grid = across() * (tileWidth() + GAP) - GAP;
    double text =
        Math.max(Fonts.width(title, TITLE_SIZE, true), Fonts.width(subtitle, SUBTITLE_SIZE, false))
            + 1;
    return (int) Math.ceil(2 * MARGIN + Math.max(grid, Math.min(text, 720)));
  }

  @Override
  public int height() {
    double grid = Math.max(0, down() * (tileHeight() + GAP) - GAP);
    return (int) Math.ceil(2 * MARGIN + headingHeight(title, subtitle) + 4 + grid);
  }

  @Override
  void draw(Canvas canvas) {
    double top = heading(canvas, title, subtitle, MARGIN, MARGIN, width() - 2 * MARGIN) + 4;
    double tileWidth = tileWidth();
    for (int i = 0; i < tiles.size(); i++) {
      Tile tile = tiles.get(i);
      int row = i / across();
      int column = i % across();
      double x = MARGIN + column * (tileWidth + GAP);
      double y = top + row * (tileHeight() + GAP);
      draw(canvas, tile, x + tileWidth / 2, y, tileWidth);
    }
  }

  private void draw(Canvas canvas, Tile tile, double centre, double y, double tileWidth) {
    BufferedImage image = pixels(tile.image);
    double scale = IMAGE / Math.max(image.getWidth(), image.getHeight());
    double width = image.getWidth() * scale;
    double height = image.getHeight() * scale;
    double x = centre - width / 2;
    double top = y + (IMAGE - height) / 2;
    canvas.image(image, x, top, width, height);
    if (tile.color == Palette.LABEL) {
      canvas.frame(x, top, width, height, Palette.GRID, 1);
    } else {
      canvas.frame(x - 1.5, top - 1.5, width + 3, height + 3, tile.color, 3);
    }
    double line = y + IMAGE + 6 + CAPTION_SIZE;
    boolean claim = tile.color != Palette.LABEL;
    String caption = Fonts.fit(tile.caption, CAPTION_SIZE, claim, tileWidth);
    canvas.text(
        caption, centre, line, CAPTION_SIZE, claim, tile.color, Canvas.Anchor.MIDDLE, false);
    String truth = Fonts.fit(tile.truth, CAPTION_SIZE, false, tileWidth);
    canvas.text(truth, centre, line + ROW, CAPTION_SIZE, tile.color, Canvas.Anchor.MIDDLE);
  }

  private BufferedImage pixels(Tensor image) {
    int channels = image.rank() == 3 ? image.dim(0) : 1;
    int height = image.dim(-2);
    int width = image.dim(-1);
    if (low.length != 1 && low.length != channels) {
      throw new IllegalArgumentException(
          "standardized was told of " + low.length + " channels, an image has " + channels);
    }
    BufferedImage pixels = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    float[] v = image.data();
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int channel = Math.min(c, channels - 1);
        int range = Math.min(channel, low.length - 1);
        float share =
            (v[image.offset() + channel * plane + i] - low[range]) / (high[range] - low[range]);
        // NaN becomes black, as (int) makes it 0.
        rgb = rgb << 8 | Math.max(0, Math.min(255, Math.round(255 * share)));
      }
      pixels.setRGB(i % width, i / width, rgb);
    }
    return pixels;
  }
}
