package dev.kindling.nd.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where the elements under a sliding kernel lie, for one image whose channels were laid out by {@link Planes}. There are
 * {@link #taps} elements of the kernel (channels × rows × columns) and {@link #pixels} places where it is put, in rows of
 * {@link #width}. The element under tap k at pixel (i, j) is at {@code place(k) + i * stride + j}: neighbours in a row
 * of pixels are neighbours in memory for every tap, whatever the convolution's stride and dilation.
 *
 * <p>So a convolution is a matrix product with a matrix [taps, pixels] that exists nowhere: it is read from the planes.
 */
public final class Windows {

  /** No taps and no pixels. */
  public static final Windows NONE = new Windows(new int[0], 0, 0, 0);

  /** Taps: channels times the kernel's rows times its columns. */
  public final int taps;

  /** Rows of pixels. */
  public final int height;

  /** Pixels a row. */
  public final int width;

  /** Pixels in all. */
  public final int pixels;

  /** How far a row of pixels is from the next in a plane. */
  public final int stride;

  private final int[] places;
  private volatile Offsets offsets = new Offsets(0, new int[0]);
  private volatile Pieces pieces = new Pieces(1, 1, new int[0], new int[0], new int[0]);

  /**
   * Windows whose taps lie at the given places of an image's planes.
   *
   * @param places of the first pixel's element, for each tap
   */
  public Windows(int[] places, int height, int width, int stride) {
    this.taps = places.length;
    this.places = places.clone();
    this.height = height;
    this.width = width;
    this.pixels = height * width;
    this.stride = stride;
  }

  /** Where tap k of the first pixel lies in the planes. */
  public int place(int k) {
    return places[k];
  }

  /** The places of all taps, not to be written to. */
  public int[] places() {
    return places;
  }

  /** How far it is from the first pixel to the last, plus one: the pixels with the gaps between their rows. */
  public int span() {
    return height == 0 ? 0 : (height - 1) * stride + width;
  }

  /**
   * How panels of {@code panel} pixels are gathered for a tap: as pieces of at most {@code lanes} neighbours. What a
   * piece copies beyond its end, the next one overwrites.
   */
  public Pieces pieces(int panel, int lanes) {
    Pieces known = pieces;
    if (known.panel != panel || known.lanes != lanes) {
      known = cut(panel, lanes);
      pieces = known;
    }
    return known;
  }

  /**
   * The pixels that vectors of {@code lanes} neighbours in a row begin with, row by row, over some images: how far each is from
   * the first, if an image's planes are {@code distance} from the next one's.
   */
  public int[] offsets(int lanes, int images, int distance) {
    Offsets known = offsets;
    int each = (width + lanes - 1) / lanes;
    int one = height * each;
    if (known.distance != distance || known.of.length < images * one) {
      known =
          new Offsets(
              distance,
              IntStream.range(0, images * one)
                  .map(i -> i / one * distance + i % one / each * stride + i % each * lanes)
                  .toArray());
      offsets = known;
    }
    return known.of;
  }

  private static final class Offsets {
    private final int distance;
    private final int[] of;

    private Offsets(int distance, int[] of) {
      this.distance = distance;
      this.of = of;
    }
  }

  private Pieces cut(int panel, int lanes) {
    int panels = (pixels + panel - 1) / panel;
    int[] first = new int[panels + 1];
    int most = panels * panel;
    int[] from = new int[most];
    int[] to = new int[most];
    int n = 0;
    for (int p = 0; p < panels; p++) {
      first[p] = n;
      int end = Math.min(pixels, (p + 1) * panel);
      for (int q = p * panel; q < end; n++) {
        int row = q / width;
        int count = Math.min(Math.min(lanes, (row + 1) * width - q), end - q);
        from[n] = row * stride + q % width;
        to[n] = q - p * panel;
        q += count;
      }
    }
    first[panels] = n;
    return new Pieces(panel, lanes, first, Arrays.copyOf(from, n), Arrays.copyOf(to, n));
  }

  /** Pieces of panels: those of panel p are {@code first(p)} to {@code first(p + 1) - 1}. */
  public static final class Pieces {
    private final int panel;
    private final int lanes;

    /** The first piece of each panel, and the number of pieces. */
    public final int[] first;

    /** Where a piece lies, from its tap's place on. */
    public final int[] from;

    /** Where it goes in the panel's row. */
    public final int[] to;

    private Pieces(int panel, int lanes, int[] first, int[] from, int[] to) {
      this.panel = panel;
      this.lanes = lanes;
      this.first = first;
      this.from = from;
      this.to = to;
    }
  }
}
