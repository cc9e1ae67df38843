package dev.kindling.nd.kernel;

/**
 * The tiles of a fast convolution with a kernel of 3 × 3 and stride 1, F(4×4, 3×3) of Lavin and Gray ("Fast algorithms for
 * convolutional neural networks", 2016): an output of 4 × 4 is computed from 6 × 6 inputs with 36 multiplications a channel
 * instead of 144.
 *
 * <p>Rows of tiles are numbered through all images of a batch: row r is row {@code r % rows} of image {@code r / rows}.
 */
public final class Tiles {

  /** Rows and columns of the output in a tile. */
  public static final int SIDE = 4;

  /** Rows and columns of the input in a tile. */
  public static final int INPUT = 6;

  /** Elements of an input tile. */
  public static final int ELEMENTS = INPUT * INPUT;

  /** Rows of the output. */
  public final int height;

  /** Columns of the output. */
  public final int width;

  /** Rows of tiles in an image. */
  public final int rows;

  /** Tiles a row. */
  public final int columns;

  /** Rows of the input. */
  public final int inHeight;

  /** Columns of the input. */
  public final int inWidth;

  /** Rows of zeros above the input. */
  public final int top;

  /** Columns of zeros to the left of the input. */
  public final int left;

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
    this.rows = (height + SIDE - 1) / SIDE;
    this.columns = (width + SIDE - 1) / SIDE;
    this.inHeight = inHeight;
    this.inWidth = inWidth;
    this.top = top;
    this.left = left;
  }

  /** Whether it pays: as soon as there are no more multiplications than the direct way has, and that is for 2 × 2 outputs. */
  static boolean pay(int height, int width) {
    int tiles = ((height + SIDE - 1) / SIDE) * ((width + SIDE - 1) / SIDE);
    return tiles * ELEMENTS <= 9 * height * width;
  }
}
