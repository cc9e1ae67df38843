package dev.kindling.nd.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of a fast convolution with a kernel of 3 × 3 and stride 1, F(2×2, 3×3) of Lavin and Gray ("Fast algorithms for
 * convolutional neural networks", 2016): an output of 2 × 2 is computed from 4 × 4 inputs with 16 multiplications a channel
 * instead of 36.
 *
 * <p>Inputs are laid out ({@link Kernels#tileInputs}) so that the same element of all tiles of an image is one run in memory: a channel is a
 * plane for each column of the tile and each remainder of the row by 2, [4, 2, {@link #rows} + 1, {@link #columns}]. So every
 * pixel is there twice. Tiles are numbered over several images, in panels that fill vectors even where images are small.
 */
public final class Tiles {

  /** Elements of an input tile. */
  public static final int ELEMENTS = 16;

  /** Most images whose tiles are numbered together. */
  public static final int MOST_IMAGES = 64;

  /** Most images whose tiles share panels of a product. */
  private static final int MOST_TOGETHER = 8;

  /** Rows of the output. */
  public final int height;

  /** Columns of the output. */
  public final int width;

  /** Rows of tiles in an image. */
  public final int rows;

  /** Tiles a row. */
  public final int columns;

  /** How many images share panels: as many as leave the fewest lanes empty. */
  public final int images;

  /** Floats of a channel, laid out. */
  public final int size;

  /** How far an element is from the next one in a tile's row. */
  public final int columnDistance;

  /** How far an element is from the one below it, in the first and third row of a tile. */
  public final int rowDistance;

  /** Where zeros lie in a row that is laid out: columns beyond the input's, counted from the place of the row's first element. */
  public final int[] border;

  /** The places of a channel that hold pixels, counted from its beginning; zeros lie at the others. */
  public final int[] places;

  /** Which pixels these are, in the input's channel. */
  public final int[] pixels;

  /** Rows of the input. */
  public final int inHeight;

  /** Columns of the input. */
  public final int inWidth;

  /** Rows of zeros above the input. */
  public final int top;

  /** Columns of zeros to the left of the input. */
  public final int left;

  private final AtomicReferenceArray<@Nullable Panels> panels =
      new AtomicReferenceArray<>(MOST_IMAGES + 1);

  /**
   * Tiles for an output of this size.
   *
   * @param inHeight rows of the input
   * @param inWidth columns of the input
   * @param top rows of zeros above it
   * @param left columns of zeros to its left
   */
  public Tiles(int inHeight, int inWidth, int top, int left, int height, int width) {
    this.height = height;
    this.width = width;
    rows = (height + 1) / 2;
    columns = (width + 1) / 2;
    rowDistance = (rows + 1) * columns;
    columnDistance = 2 * rowDistance;
    size = 4 * columnDistance;
    this.inHeight = inHeight;
    this.inWidth = inWidth;
    this.top = top;
    this.left = left;
    border = border();
    places = places();
    pixels = Arrays.stream(places).map(this::pixel).toArray();
    images = images(rows * columns);
  }

  /** Whether so few multiplications are left that it pays. */
  static boolean pay(int height, int width) {
    int tiles = ((height + 1) / 2) * ((width + 1) / 2);
    return tiles * ELEMENTS <= 0.7 * 9 * height * width;
  }

  private static int images(int tiles) {
    int best = 1;
    double most = 0;
    for (int n = 1; n <= MOST_TOGETHER; n++) {
      int whole = (n * tiles + Kernels.PIXELS - 1) / Kernels.PIXELS * Kernels.PIXELS;
      double filled = (double) n * tiles / whole;
      if (filled > most + 0.05) {
        best = n;
        most = filled;
      }
    }
    return best;
  }

  /** Where element e of the first tile lies in a channel that is laid out; those of the other tiles follow. */
  public int place(int e) {
    return e % 4 * columnDistance + e / 4 % 2 * rowDistance + e / 8 * columns;
  }

  /** Whether column e of a row's tile j is a pixel of the input, not of the border. */
  private boolean inside(int e, int j) {
    int x = 2 * j + e - left;
    return x >= 0 && x < inWidth;
  }

  private int[] border() {
    return IntStream.range(0, 4 * columns)
        .filter(i -> !inside(i / columns, i % columns))
        .map(i -> i / columns * columnDistance + i % columns)
        .toArray();
  }

  /** The places of a channel that hold pixels, in order. */
  private int[] places() {
    return IntStream.range(0, size).filter(i -> pixel(i) >= 0).toArray();
  }

  /** The pixel at a place of a channel that is laid out, or -1 for one in the border. */
  private int pixel(int place) {
    int e = place / columnDistance;
    int row = place % rowDistance / columns;
    int y = 2 * row + place % columnDistance / rowDistance - top;
    int j = place % columns;
    return y >= 0 && y < inHeight && inside(e, j) ? y * inWidth + 2 * j + e - left : -1;
  }

  /** Panels of {@code panel} tiles over some images, which lie {@code distance} apart; the distance is always the same. */
  public Panels panels(int images, int distance, int panel, int lanes) {
    Panels known = panels.get(images);
    if (known == null || known.distance != distance) {
      known = new Panels(images, distance, panel, lanes);
      panels.set(images, known);
    }
    return known;
  }

  /**
   * Panels of tiles. Runs of a panel are tiles of an image that follow each other, at most a vector of them, {@code firstRun[p]}
   * to {@code firstRun[p + 1] - 1}: a run begins at {@code from} in the layout, and at {@code to} in the panel. What is written
   * beyond its end, the next one overwrites. Pieces are tiles of one row, at most a vector of them.
   */
  public final class Panels {
    private final int distance;

    /** How many tiles there are. */
    public final int tiles;

    /** The first run of each panel, and the number of runs. */
    public final int[] firstRun;

    /** Where a run lies, from the place of an element of the first image on. */
    public final int[] from;

    /** Where it goes in the panel. */
    public final int[] to;

    /** The first piece of each panel, and the number of pieces. */
    public final int[] first;

    /** Where a piece is in the panel. */
    public final int[] at;

    /** How many tiles it has. */
    public final int[] count;

    /** Its image. */
    public final int[] image;

    /** Its first output row. */
    public final int[] y;

    /** Its first output column. */
    public final int[] x;

    private Panels(int images, int distance, int panel, int lanes) {
      this.distance = distance;
      int perImage = rows * columns;
      tiles = images * perImage;
      int number = (tiles + panel - 1) / panel;
      firstRun = new int[number + 1];
      first = new int[number + 1];
      int[][] run = new int[2][tiles];
      int[][] piece = new int[5][tiles];
      int r = 0;
      int n = 0;
      for (int p = 0; p < number; p++) {
        int end = Math.min(tiles, (p + 1) * panel);
        firstRun[p] = r;
        for (int t = p * panel; t < end; r++) {
          run[0][r] = t / perImage * distance + t % perImage;
          run[1][r] = t - p * panel;
          int lane = (t - p * panel) % lanes; // stores of whole, aligned vectors are fastest
          t += Math.min(Math.min(lanes - lane, perImage - t % perImage), end - t);
        }
        first[p] = n;
        for (int t = p * panel; t < end; n++) {
          int column = t % perImage % columns;
          piece[0][n] = t - p * panel;
          piece[1][n] = Math.min(Math.min(lanes, columns - column), end - t);
          piece[2][n] = t / perImage;
          piece[3][n] = t % perImage / columns * 2;
          piece[4][n] = 2 * column;
          t += piece[1][n];
        }
      }
      firstRun[number] = r;
      first[number] = n;
      from = Arrays.copyOf(run[0], r);
      to = Arrays.copyOf(run[1], r);
      at = Arrays.copyOf(piece[0], n);
      count = Arrays.copyOf(piece[1], n);
      image = Arrays.copyOf(piece[2], n);
      y = Arrays.copyOf(piece[3], n);
      x = Arrays.copyOf(piece[4], n);
    }
  }
}
