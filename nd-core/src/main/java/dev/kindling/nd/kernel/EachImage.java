package dev.kindling.nd.kernel;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes images, or uses them up, on all threads: where they have to lie in memory after all. */
final class EachImage implements Parallel.Chunks {

  /** Floats below which a parallel region costs more than it saves. */
  private static final long SERIAL = 1 << 19;

  private static final float[] NOTHING = {};

  private @Nullable Images images;
  private int first;
  private int floats;
  private float[] array = NOTHING;

  /** {@code count} images from the first on, of so many floats each, in the array from its beginning. */
  void run(Images images, int first, int count, int floats, float[] array) {
    this.images = images;
    this.first = first;
    this.floats = floats;
    this.array = array;
    Parallel.run(count, (long) count * floats < SERIAL, this);
  }

  /** Lets go of the caller's objects. */
  void forget() {
    images = null;
    array = NOTHING;
  }

  @Override
  public void run(int index) {
    Objects.requireNonNull(images).image(first + index, array, index * floats);
  }
}
