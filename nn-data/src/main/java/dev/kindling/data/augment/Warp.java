package dev.kindling.data.augment;

import dev.kindling.nd.Tensor;

/**
 * Moves an image's pixels by an affine map. The place that a new pixel comes from is {@code (ax + by + c, dx + ey + f)}
 * of its own place, in pixels from the image's centre to the pixels' centres; between pixels linear, outside black or as
 * the nearest pixel of the edge.
 */
final class Warp {

  private final boolean edges;
  private final Scratch scratch = new Scratch();

  /**
   * A warp.
   *
   * @param edges whether the edge goes on outside, instead of black
   */
  Warp(boolean edges) {
    this.edges = edges;
  }

  void apply(Tensor image, double a, double b, double c, double d, double e, double f) {
    int height = image.dim(1);
    int width = image.dim(2);
    int plane = height * width;
    int channels = image.dim(0);
    float[] pixels = image.data();
    float[] old = scratch.take(image.size());
    System.arraycopy(pixels, image.offset(), old, 0, image.size());
    double middleX = (width - 1) / 2.0;
    double middleY = (height - 1) / 2.0;
    for (int y = 0; y < height; y++) {
      double v = y - middleY;
      for (int x = 0; x < width; x++) {
        double u = x - middleX;
        double fromX = a * u + b * v + c + middleX;
        double fromY = d * u + e * v + f + middleY;
        if (edges) {
          fromX = Math.max(0, Math.min(width - 1, fromX));
          fromY = Math.max(0, Math.min(height - 1, fromY));
        }
        int to = image.offset() + y * width + x;
        if (!(fromX > -1 && fromX < width && fromY > -1 && fromY < height)) {
          for (int k = 0; k < channels; k++) {
            pixels[to + k * plane] = 0;
          }
          continue;
        }
        int left = (int) Math.floor(fromX);
        int top = (int) Math.floor(fromY);
        float p = (float) (fromX - left);
        float q = (float) (fromY - top);
        boolean hasLeft = left >= 0;
        boolean hasRight = left + 1 < width;
        boolean hasTop = top >= 0;
        boolean hasBottom = top + 1 < height;
        for (int k = 0, at = top * width + left; k < channels; k++, at += plane) {
          float sum = 0;
          if (hasTop && hasLeft) {
            sum += (1 - q) * (1 - p) * old[at];
          }
          if (hasTop && hasRight) {
            sum += (1 - q) * p * old[at + 1];
          }
          if (hasBottom && hasLeft) {
            sum += q * (1 - p) * old[at + width];
          }
          if (hasBottom && hasRight) {
            sum += q * p * old[at + width + 1];
          }
          pixels[to + k * plane] = sum;
        }
      }
    }
    scratch.give(old);
  }
}
