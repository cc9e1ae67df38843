package dev.kindling.nd.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of a fast convolution with a kernel of 3 × 3 and stride 1, F(2×2, 3×3) of Lavin and Gray ("Fast algorithms for
 * convolutional neural networks", 2016): an output of 2 × 2 is computed from 4 × 4 inputs with 16 multiplications a channel
 * instead of 36. Inputs are laid out by {@link Planes} of stride 2, so that the same element of neighbouring tiles is a
 * neighbour in memory. Tiles are numbered over several images, in panels that fill vectors even where images are small.
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

  /** Where inputs lie. */
  public final Planes planes;

  /** How many images share panels: as many as leave the fewest lanes empty. */
  public final int images;

  private final int[] places = new int[ELEMENTS];
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
    planes = new Planes(inHeight, inWidth, top, left, 2 * rows + 2, 2 * columns + 2, 2, 2);
    for (int e = 0; e < ELEMENTS; e++) {
      places[e] = planes.place(e / 4, e % 4);
    }
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

  /** Where element e of the first tile lies in a channel's planes. */
  public int place(int e) {
    return places[e];
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
   * Panels of tiles. Pieces of a panel are runs of neighbours of at most a vector, {@code first[p]} to {@code first[p + 1] -
   * 1}: a piece begins at {@code from} in the planes, and at {@code to} in the panel.
   */
  public final class Panels {
    private final int distance;

    /** How many tiles there are. */
    public final int tiles;

    /** The first piece of each panel, and the number of pieces. */
    public final int[] first;

    /** Where a piece lies, from the place of an element of the first image on. */
    public final int[] from;

    /** Where it goes in the panel. */
    public final int[] to;

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
      first = new int[number + 1];
      int[][] all = new int[6][tiles];
      int n = 0;
      for (int p = 0; p < number; p++) {
        first[p] = n;
        int end = Math.min(tiles, (p + 1) * panel);
        for (int t = p * panel; t < end; n++) {
          int row = t % perImage / columns;
          int column = t % columns;
          int some = Math.min(Math.min(lanes, columns - column), end - t);
          all[0][n] = t / perImage * distance + row * planes.stride() + column;
          all[1][n] = t - p * panel;
          all[2][n] = some;
          all[3][n] = t / perImage;
          all[4][n] = 2 * row;
          all[5][n] = 2 * column;
          t += some;
        }
      }
      first[number] = n;
      from = Arrays.copyOf(all[0], n);
      to = Arrays.copyOf(all[1], n);
      count = Arrays.copyOf(all[2], n);
      image = Arrays.copyOf(all[3], n);
      y = Arrays.copyOf(all[4], n);
      x = Arrays.copyOf(all[5], n);
    }
  }
}
