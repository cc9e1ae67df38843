package dev.kindling.nn.layers;

import dev.kindling.nd.Shape;
import dev.kindling.nn.Config;
import java.util.List;

/**
 * The largest element of each window of an image, with the windows laid so that a given number of them covers the image about
 * evenly: output row i of n sees the rows from ⌊i·height/n⌋ to ⌈(i+1)·height/n⌉, as in PyTorch, and so do columns. Images of
 * any size give outputs of one size.
 *
 * <p>Shapes: [channels, height, width] → [channels, rows, columns].
 *
 * <p>Backward: dy goes to the first largest element of its window. Derived in {@code docs/derivations/pooling.md}.
 */
public final class AdaptiveMaxPool2d extends Pooling {

  private final int rows;
  private final int columns;

  /**
   * To as many rows as columns.
   *
   * @throws IllegalArgumentException if size is below 1
   */
  public AdaptiveMaxPool2d(int size) {
    this(size, size);
  }

  /**
   * To this many rows and columns.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public AdaptiveMaxPool2d(int rows, int columns) {
    super(Kind.MAX);
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "AdaptiveMaxPool2d: rows and columns must be at least 1, got "
              + rows
              + " and "
              + columns);
    }
    this.rows = rows;
    this.columns = columns;
  }

  @Override
  protected Shape build(Shape in) {
    image(in);
    windows(in.dim(0), Windows.adaptive(in.dim(1), rows), Windows.adaptive(in.dim(2), columns));
    return Shape.of(in.dim(0), rows, columns);
  }

  @Override
  public Config config() {
    return Config.of("AdaptiveMaxPool2d").with("size", List.of(rows, columns));
  }

  /** An equal layer from its config. */
  public static AdaptiveMaxPool2d from(Config c) {
    int[] size = WindowSettings.pair(c, "size");
    return new AdaptiveMaxPool2d(size[0], size[1]);
  }

  @Override
  public String toString() {
    return "AdaptiveMaxPool2d(" + rows + "×" + columns + ")";
  }
}
