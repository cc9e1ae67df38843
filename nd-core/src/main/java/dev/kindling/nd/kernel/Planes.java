package dev.kindling.nd.kernel;

import java.util.Arrays;

/**
 * An image's channels with a border of zeros around them, and, for strides above 1, dealt out to one plane for each
 * remainder of the row and the column, so that pixels that a stride visits one after the other become neighbours.
 * Element (y, x) of a channel with its border is in plane (y mod strideY, x mod strideX) at (y / strideY, x / strideX).
 */
public final class Planes {

  /** Floats that may be read, and mean nothing, behind an image's planes: a vector's overshoot. */
  public static final int SLACK = 64;

  private final int height;
  private final int width;
  private final int top;
  private final int left;
  private final int strideY;
  private final int strideX;
  private final int rows;
  private final int columns;
  private final int[]
      index; // of the plane for each pair of remainders, -1 for one that nobody reads
  private final int[] remainders; // of each plane
  private int planes;

  /**
   * Planes for a channel [height, width] in a border.
   *
   * @param top rows of zeros above
   * @param left columns of zeros to the left
   * @param reachY the largest row, border included, that is read, plus one
   * @param reachX the largest column that is read, plus one
   */
  public Planes(
      int height, int width, int top, int left, int reachY, int reachX, int strideY, int strideX) {
    this.height = height;
    this.width = width;
    this.top = top;
    this.left = left;
    this.strideY = strideY;
    this.strideX = strideX;
    this.rows = (reachY + strideY - 1) / strideY;
    this.columns = (reachX + strideX - 1) / strideX;
    this.index = new int[strideY * strideX];
    this.remainders = new int[strideY * strideX];
    Arrays.fill(index, -1);
  }

  /** Sees to it that there is a plane for (y, x), and returns where that element lies in the channel's planes. */
  public int place(int y, int x) {
    int remainder = y % strideY * strideX + x % strideX;
    if (index[remainder] < 0) {
      remainders[planes] = remainder;
      index[remainder] = planes++;
    }
    return (index[remainder] * rows + y / strideY) * columns + x / strideX;
  }

  /** Whether a channel is its own plane, so that nothing needs to be laid out. */
  public boolean direct() {
    return strideY == 1
        && strideX == 1
        && top == 0
        && left == 0
        && rows == height
        && columns == width;
  }

  /** How far a row of a plane is from the next. */
  public int stride() {
    return columns;
  }

  /** Floats of a channel's planes; final once every place has been asked for. */
  public int size() {
    return planes * rows * columns;
  }

  /** Lays out channels that follow each other at {@code x[xOff]}, at {@code to[at]}. */
  public void fill(float[] x, int xOff, int channels, float[] to, int at) {
    for (int c = 0; c < channels; c++) {
      for (int plane = 0; plane < planes; plane++) {
        int begin = at + (c * planes + plane) * rows * columns;
        plane(x, xOff + c * height * width, remainders[plane], to, begin);
      }
    }
  }

  private void plane(float[] x, int xOff, int remainder, float[] to, int at) {
    int y = remainder / strideX;
    int firstRow = Math.min(rows, first(top, y, strideY));
    int fromRow = firstRow * strideY + y - top;
    int rowsInside = inside(rows - firstRow, height - fromRow, strideY);
    int j = remainder % strideX;
    int firstColumn = Math.min(columns, first(left, j, strideX));
    int from = firstColumn * strideX + j - left;
    int count = inside(columns - firstColumn, width - from, strideX);
    int begin = at + firstRow * columns;
    int behind = begin + rowsInside * columns;
    int end = at + rows * columns;
    Arrays.fill(to, at, begin, 0);
    int source = xOff + fromRow * width + from;
    copy(rowsInside, count, x, source, to, begin + firstColumn, end);
    // Between the rows lies whatever the kernel wrote beyond their ends.
    for (int row = begin; row < behind; row += columns) {
      for (int i = row; i < row + firstColumn; i++) { // a few: not worth a call
        to[i] = 0;
      }
      for (int i = row + firstColumn + count; i < row + columns; i++) {
        to[i] = 0;
      }
    }
    Arrays.fill(to, behind, end, 0);
  }

  /** How many of {@code places} a stride apart are left before {@code pixels} pixels end. */
  private static int inside(int places, int pixels, int stride) {
    return Math.max(0, Math.min(places, (pixels + stride - 1) / stride));
  }

  private void copy(int count, int n, float[] x, int from, float[] to, int at, int end) {
    int step = strideY * width;
    if (strideX == 2) {
      KernelProvider.get().everyOther(count, n, x, from, step, to, at, columns, end);
      return;
    }
    for (int r = 0; r < count; r++) {
      int source = from + r * step;
      int target = at + r * columns;
      if (strideX == 1) {
        System.arraycopy(x, source, to, target, n);
      } else {
        for (int i = 0; i < n; i++) {
          to[target + i] = x[source + i * strideX];
        }
      }
    }
  }

  /** The first i whose i * stride + remainder is not in the border. */
  private static int first(int border, int remainder, int stride) {
    return border <= remainder ? 0 : (border - remainder + stride - 1) / stride;
  }
}
