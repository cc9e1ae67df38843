package dev.kindling.nd.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which pixels of its source a convolution sees from each pixel of its target, for sources whose channels lie in the lanes of vectors:
 * the forward pass, or the gradient by the input, whose pixels take turns with a stride, see {@link Phase}.
 */
public final class ChannelWindows {

  /** Rows of the source. */
  public final int sourceHeight;

  /** Columns of the source. */
  public final int sourceWidth;

  /** Rows of the target. */
  public final int height;

  /** Columns of the target. */
  public final int width;

  /** How far the windows of two pixels of a phase are from each other in the source, down. */
  public final int stepY;

  /** The same to the right. */
  public final int stepX;

  /** How far two pixels of a phase are from each other in the target, down. */
  public final int targetStepY;

  /** The same to the right. */
  public final int targetStepX;

  /** Elements of the kernel. */
  public final int kernel;

  /** All phases, not to be written to; together they are the target. */
  public final Phase[] phases;

  private ChannelWindows(ConvolutionShape s, boolean backward) {
    sourceHeight = backward ? s.outHeight() : s.height();
    sourceWidth = backward ? s.outWidth() : s.width();
    height = backward ? s.height() : s.outHeight();
    width = backward ? s.width() : s.outWidth();
    stepY = backward ? 1 : s.strideY();
    stepX = backward ? 1 : s.strideX();
    targetStepY = backward ? s.strideY() : 1;
    targetStepX = backward ? s.strideX() : 1;
    kernel = s.kernelY() * s.kernelX();
    List<Phase> all = new ArrayList<>();
    int taps = 0;
    for (int y = 0; y < Math.min(targetStepY, height); y++) {
      for (int x = 0; x < Math.min(targetStepX, width); x++) {
        Phase phase = new Phase(s, backward, y, x, taps);
        all.add(phase);
        taps += phase.taps.length;
      }
    }
    phases = all.toArray(new Phase[0]);
  }

  /** For the forward pass; also where the gradient by the weights finds its inputs. */
  static ChannelWindows forward(ConvolutionShape s) {
    return new ChannelWindows(s, false);
  }

  /** For the gradient by the input, whose source is that by the output. */
  static ChannelWindows backward(ConvolutionShape s) {
    return new ChannelWindows(s, true);
  }

  /** Pixels of the target that see the source through the same elements of the kernel. */
  public final class Phase {

    /** The first one's row in the target. */
    public final int firstRow;

    /** Its column. */
    public final int firstColumn;

    /** Rows of pixels. */
    public final int rows;

    /** Pixels a row. */
    public final int columns;

    /** Elements of the kernel that have something to see. */
    public final int[] taps;

    /** The row of the source, which may be none, that the first pixel sees through each. */
    public final int[] tapRows;

    /** The column. */
    public final int[] tapColumns;

    /** Taps of the phases before. */
    public final int tapsBefore;

    private Phase(ConvolutionShape s, boolean backward, int y, int x, int tapsBefore) {
      this.firstRow = y;
      this.firstColumn = x;
      this.tapsBefore = tapsBefore;
      rows = (height - y + targetStepY - 1) / targetStepY;
      columns = (width - x + targetStepX - 1) / targetStepX;
      int[][] found = new int[3][kernel];
      int n = 0;
      for (int e = 0; e < kernel; e++) {
        int down = e / s.kernelX() * s.dilationY() - s.top();
        int right = e % s.kernelX() * s.dilationX() - s.left();
        if (backward
            && (Math.floorMod(y - down, s.strideY()) | Math.floorMod(x - right, s.strideX()))
                != 0) {
          continue;
        }
        found[0][n] = e;
        found[1][n] = backward ? Math.floorDiv(y - down, s.strideY()) : down;
        found[2][n] = backward ? Math.floorDiv(x - right, s.strideX()) : right;
        n++;
      }
      taps = Arrays.copyOf(found[0], n);
      tapRows = Arrays.copyOf(found[1], n);
      tapColumns = Arrays.copyOf(found[2], n);
    }

    /** The first row of pixels that is in the target's row {@code row} or below. */
    public int rowFrom(int row) {
      return Math.max(0, Math.min(rows, (row - firstRow + targetStepY - 1) / targetStepY));
    }

    /** The first pixel of a row that sees a column of the source through tap t. */
    public int columnFrom(int t) {
      return Math.min(columns, Math.max(0, (stepX - 1 - tapColumns[t]) / stepX));
    }

    /** The one behind the last that does. */
    public int columnTo(int t) {
      int reach = sourceWidth - tapColumns[t];
      return Math.max(columnFrom(t), Math.min(columns, (reach + stepX - 1) / stepX));
    }
  }

  /** The first row of the source, which may be above it, that rows [from, to) of the target see. */
  public int sourceFrom(int from, int to) {
    int first = sourceHeight;
    for (Phase p : phases) {
      if (p.rowFrom(from) < p.rowFrom(to)) {
        for (int tap : p.tapRows) {
          first = Math.min(first, p.rowFrom(from) * stepY + tap);
        }
      }
    }
    return Math.max(0, first);
  }

  /** The one behind the last. */
  public int sourceTo(int from, int to) {
    int last = 0;
    for (Phase p : phases) {
      if (p.rowFrom(from) < p.rowFrom(to)) {
        for (int tap : p.tapRows) {
          last = Math.max(last, (p.rowFrom(to) - 1) * stepY + tap + 1);
        }
      }
    }
    return Math.min(sourceHeight, last);
  }
}
