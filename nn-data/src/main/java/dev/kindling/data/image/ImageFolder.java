package dev.kindling.data.image;

import dev.kindling.data.Dataset;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of JPEG and PNG images as a dataset: each image is decoded when it is read, brought to one size and given as
 * numbers from 0 to 1. Two layouts are understood:
 *
 * <ul>
 *   <li>a folder a class: {@code cats/1.jpg}, {@code dogs/1.jpg};
 *   <li>the class as the beginning of the name, up to the first point: {@code cat.1.jpg}, {@code dog.1.jpg}.
 * </ul>
 *
 * <p>Classes are numbered in alphabetical order of their names. The examples come class by class, each class in the order
 * of the numbers in its names: {@code cat.9.jpg} before {@code cat.10.jpg}. Immutable: each setting gives a new dataset.
 *
 * <pre>{@code
 * Dataset data = ImageFolder.open(Path.of("train"), 64).limitPerClass(5000).cached(Path.of("cache"), 2);
 * }</pre>
 */
public final class ImageFolder implements Dataset {

  private final ImageFiles files;
  private final Settings settings;
  private final ImageDecoder decoder;
  private final Shape inputShape;

  /** How an image becomes numbers. */
  record Settings(int width, int height, int channels, boolean crop, Resize.Filter filter) {}

  private ImageFolder(ImageFiles files, Settings settings, ImageDecoder decoder) {
    this.files = files;
    this.settings = settings;
    this.decoder = decoder;
    this.inputShape = Shape.of(settings.channels, settings.height, settings.width);
  }

  /**
   * Lists a folder's images; none is opened yet.
   *
   * @param size the width and height that images are brought to
   * @throws DataFormatException if the folder has neither of the two layouts
   * @throws IOException if it can't be listed
   * @throws IllegalArgumentException if the size is below 1
   */
  public static ImageFolder open(Path folder, int size) throws IOException {
    return open(folder, size, size);
  }

  /** As {@link #open(Path, int)}, with a width and a height. */
  public static ImageFolder open(Path folder, int width, int height) throws IOException {
    return of(ImageFiles.scan(folder), width, height);
  }

  /**
   * Images named by a list, as {@link ImageFiles#list} reads one.
   *
   * @throws IllegalArgumentException if width or height is below 1
   */
  public static ImageFolder of(ImageFiles files, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "width and height must be at least 1, got " + width + " and " + height);
    }
    Settings settings = new Settings(width, height, 3, false, Resize.Filter.AREA);
    return new ImageFolder(files, settings, new ImageDecoder());
  }

  // ---------------------------------------------------------------- settings

  /**
   * Only the first n images of each class, by number. Default: all.
   *
   * @throws IllegalArgumentException if n is below 1
   */
  public ImageFolder limitPerClass(int n) {
    return new ImageFolder(files.limitPerClass(n), settings, decoder);
  }

  /** One gray channel. Default: red, green and blue. */
  public ImageFolder gray() {
    Settings s = settings;
    return with(new Settings(s.width, s.height, 1, s.crop, s.filter));
  }

  /** Cuts off what sticks out at two sides, so that proportions stay. Default: the whole image is stretched. */
  public ImageFolder crop() {
    Settings s = settings;
    return with(new Settings(s.width, s.height, s.channels, true, s.filter));
  }

  /** How images are resized. Default: {@link Resize.Filter#AREA}. */
  public ImageFolder filter(Resize.Filter filter) {
    Settings s = settings;
    return with(new Settings(s.width, s.height, s.channels, s.crop, filter));
  }

  /** The most pixels an image file may have. Default: {@value ImageDecoder#MAX_PIXELS}. */
  public ImageFolder maxPixels(long pixels) {
    return new ImageFolder(files, settings, new ImageDecoder(pixels));
  }

  private ImageFolder with(Settings changed) {
    return new ImageFolder(files, changed, decoder);
  }

  // ---------------------------------------------------------------- examples

  /** The files, in the dataset's order. */
  public ImageFiles files() {
    return files;
  }

  Settings settings() {
    return settings;
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Shape inputShape() {
    return inputShape;
  }

  @Override
  public Shape targetShape() {
    return Shape.of();
  }

  @Override
  public List<String> classNames() {
    return files.classNames();
  }

  @Override
  public int[] labels() {
    return files.labels();
  }

  @Override
  public void read(int index, Tensor x, Tensor y) {
    try {
      image(index).copyTo(x);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    y.fill(files.label(index));
  }

  /** An image, decoded and resized. */
  Image image(int index) throws IOException {
    Image image = decoder.decode(files.path(index));
    return settings.crop
        ? Resize.cropAndResize(image, settings.width, settings.height, settings.filter)
        : Resize.resize(image, settings.width, settings.height, settings.filter);
  }

  // ---------------------------------------------------------------- bad images, and the cache

  /**
   * An image that can't be used.
   *
   * @param file which one
   * @param reason what is wrong with it
   */
  public record Problem(Path file, String reason) {}

  /**
   * Decodes every image once, to find those that can't be read.
   *
   * @param workers the number of threads
   * @throws IllegalArgumentException if there are fewer than 1
   */
  public List<Problem> problems(int workers) {
    List<Problem> problems = new ArrayList<>();
    try {
      ImageCache.decode(
          this,
          workers,
          (pixels, length) -> {},
          (file, e) -> problems.add(ImageCache.problem(file, e)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return problems;
  }

  /** This dataset without the given files. */
  public ImageFolder without(List<Problem> problems) {
    return new ImageFolder(
        files.without(problems.stream().map(Problem::file).toList()), settings, decoder);
  }

  /**
   * All images, decoded once into an {@code .npy} file of bytes in a directory, and from then on read from there. The
   * cache belongs to the files' names, sizes and times and to this dataset's settings: where any of them changes it is
   * made anew. It is there whole or not at all, and several processes may make it at once.
   *
   * @param directory where to keep it; made if it isn't there
   * @param workers how many threads decode
   * @throws DataFormatException if an image can't be read
   * @throws IOException if the cache can't be written
   */
  public CachedImages cached(Path directory, int workers) throws IOException {
    return ImageCache.open(this, directory, workers, false);
  }

  /** As {@link #cached}, but images that can't be read are left out: see {@link CachedImages#problems}. */
  public CachedImages cachedSkippingBad(Path directory, int workers) throws IOException {
    return ImageCache.open(this, directory, workers, true);
  }
}
