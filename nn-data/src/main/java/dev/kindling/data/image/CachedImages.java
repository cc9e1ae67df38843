package dev.kindling.data.image;

import dev.kindling.data.Dataset;
import dev.kindling.data.format.RawArray;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.nio.file.Path;
import java.util.List;

/** The images of an {@link ImageFolder}, from its cache: the same numbers, without decoding. */
public final class CachedImages implements Dataset {

  private final RawArray pixels;
  private final ImageFiles files;
  private final List<ImageFolder.Problem> problems;
  private final Path cacheFile;
  private final Shape inputShape;

  CachedImages(
      RawArray pixels, ImageFiles files, List<ImageFolder.Problem> problems, Path cacheFile) {
    this.pixels = pixels;
    this.files = files;
    this.problems = List.copyOf(problems);
    this.cacheFile = cacheFile;
    int[] dims = pixels.dims();
    this.inputShape = Shape.of(dims[1], dims[2], dims[3]);
  }

  /** The images that were left out because they can't be read. */
  public List<ImageFolder.Problem> problems() {
    return problems;
  }

  /** The files that the images come from, in order, without those left out. */
  public ImageFiles files() {
    return files;
  }

  /** Where the cache is: an {@code .npy} file, uint8 {@code [n, channels, height, width]}. */
  public Path cacheFile() {
    return cacheFile;
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
    pixels.row(index, x);
    float[] d = x.data();
    for (int i = x.offset(), end = i + x.size(); i < end; i++) {
      d[i] /= 255f;
    }
    y.fill(files.label(index));
  }
}
