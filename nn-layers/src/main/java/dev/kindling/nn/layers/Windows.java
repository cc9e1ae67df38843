package dev.kindling.nn.layers;

/**
 * Which positions along one axis each output of a pooling looks at. Nothing is stored for each, so that a long axis in a
 * file takes no memory before there is data.
 *
 * @param in positions of the input
 * @param out the number of windows
 * @param kernel positions of a window; 0 for windows that adapt
 * @param stride from one window to the next
 * @param padding positions in front of the input and behind it
 * @param countPadding whether {@link #count} has padded positions
 */
record Windows(int in, int out, int kernel, int stride, int padding, boolean countPadding) {

  /**
   * Windows of {@code kernel} positions, {@code stride} apart, as PyTorch places them.
   *
   * @param padding at most half of the kernel
   * @param ceil whether a last window may reach over the end; it must begin in the input or in front of it
   */
  static Windows strided(
      int in, int kernel, int stride, int padding, boolean ceil, boolean countPadding) {
    long room = (long) in + 2L * padding - kernel;
    long out = room < 0 ? 0 : (room + (ceil ? stride - 1 : 0)) / stride + 1;
    if (ceil && (out - 1) * stride >= (long) in + padding) {
      out--;
    }
    return new Windows(in, Math.toIntExact(out), kernel, stride, padding, countPadding);
  }

  /** {@code out} windows that cover all positions about evenly: window i goes from ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉. */
  static Windows adaptive(int in, int out) {
    return in % out == 0
        ? new Windows(in, out, in / out, in / out, 0, true)
        : new Windows(in, out, 0, 0, 0, true);
  }

  /** The first position in the input that window i sees. */
  int from(int i) {
    return kernel == 0
        ? (int) ((long) i * in / out)
        : (int) Math.max(0, (long) i * stride - padding);
  }

  /** Behind the last position in the input that window i sees. */
  int to(int i) {
    return kernel == 0
        ? (int) (((i + 1L) * in + out - 1) / out)
        : (int) Math.min(in, (long) i * stride - padding + kernel);
  }

  /** By how many positions the average over window i is divided. */
  double count(int i) {
    if (!countPadding || kernel == 0) {
      return to(i) - from(i);
    }
    long start = (long) i * stride - padding;
    return Math.min(start + kernel, (long) in + padding) - start;
  }

  /** Positions from the first window's beginning to the last one's end, padding and all. */
  int span() {
    return (out - 1) * stride + kernel;
  }

  /** Whether all windows lie in the input. */
  boolean inside() {
    return padding == 0 && span() <= in;
  }

  /** Whether all averages are over {@link #kernel} positions. */
  boolean even() {
    return (countPadding || padding == 0) && span() <= in + 2L * padding;
  }

  /** Whether these are windows of two, one behind the other, all inside. */
  boolean pairs() {
    return kernel == 2 && stride == 2 && padding == 0 && out <= in / 2;
  }
}
