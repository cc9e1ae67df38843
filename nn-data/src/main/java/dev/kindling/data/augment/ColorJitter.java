package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * Changes brightness, contrast, saturation and hue by random amounts, in this order, each result clipped to 0 to 1, as
 * PyTorch's torchvision defines them:
 *
 * <ul>
 *   <li>brightness: {@code f · x}
 *   <li>contrast: {@code f · x + (1 - f) · m}, m the mean gray of the image
 *   <li>saturation: {@code f · x + (1 - f) · gray(x)}
 *   <li>hue: turned by {@code f} of the colour circle
 * </ul>
 *
 * <p>f is uniform in 1 ± the setting, for the hue in ± the setting. Gray is 0.299 red + 0.587 green + 0.114 blue; images
 * of one channel know brightness and contrast only.
 */
public final class ColorJitter implements Transform {

  private final double brightness;
  private final double contrast;
  private final double saturation;
  private final double hue;

  /** That does nothing yet. */
  public ColorJitter() {
    this(0, 0, 0, 0);
  }

  private ColorJitter(double brightness, double contrast, double saturation, double hue) {
    this.brightness = brightness;
    this.contrast = contrast;
    this.saturation = saturation;
    this.hue = hue;
  }

  /**
   * Default: 0, none.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 1
   */
  public ColorJitter brightness(double most) {
    Settings.within("brightness", most, 0, 1);
    return new ColorJitter(most, contrast, saturation, hue);
  }

  /**
   * Default: 0, none.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 1
   */
  public ColorJitter contrast(double most) {
    Settings.within("contrast", most, 0, 1);
    return new ColorJitter(brightness, most, saturation, hue);
  }

  /**
   * Default: 0, none.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 1
   */
  public ColorJitter saturation(double most) {
    Settings.within("saturation", most, 0, 1);
    return new ColorJitter(brightness, contrast, most, hue);
  }

  /**
   * Default: 0, none; 0.5 is half the circle.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 0.5
   */
  public ColorJitter hue(double most) {
    Settings.within("hue", most, 0, 0.5);
    return new ColorJitter(brightness, contrast, saturation, most);
  }

  @Override
  public void apply(Tensor example, Rng rng) {
    Settings.image("ColorJitter", example);
    // All four are drawn in any case, so that one setting doesn't change what another one does.
    double b = 1 + (2 * rng.nextDouble() - 1) * brightness;
    double c = 1 + (2 * rng.nextDouble() - 1) * contrast;
    double s = 1 + (2 * rng.nextDouble() - 1) * saturation;
    double h = (2 * rng.nextDouble() - 1) * hue;
    if (brightness > 0) {
      blend(example, (float) b, 0);
    }
    if (contrast > 0) {
      blend(example, (float) c, meanGray(example));
    }
    if (example.dim(0) == 3 && saturation > 0) {
      saturate(example, (float) s);
    }
    if (example.dim(0) == 3 && hue > 0) {
      turn(example, h);
    }
  }

  static void blend(Tensor image, float f, float other) {
    float[] d = image.data();
    for (int i = image.offset(), end = i + image.size(); i < end; i++) {
      d[i] = clip(f * d[i] + (1 - f) * other);
    }
  }

  static float meanGray(Tensor image) {
    int plane = image.dim(1) * image.dim(2);
    float[] d = image.data();
    double sum = 0;
    for (int i = image.offset(), end = i + plane; i < end; i++) {
      sum += image.dim(0) == 3 ? gray(d, i, plane) : d[i];
    }
    return (float) (sum / plane);
  }

  static void saturate(Tensor image, float f) {
    int plane = image.dim(1) * image.dim(2);
    float[] d = image.data();
    for (int i = image.offset(), end = i + plane; i < end; i++) {
      float other = (1 - f) * gray(d, i, plane);
      for (int c = 0, p = i; c < 3; c++, p += plane) {
        d[p] = clip(f * d[p] + other);
      }
    }
  }

  /** Through hue, saturation and value (Smith, 1978). */
  static void turn(Tensor image, double by) {
    int plane = image.dim(1) * image.dim(2);
    float[] d = image.data();
    for (int i = image.offset(), end = i + plane; i < end; i++) {
      float r = d[i];
      float g = d[i + plane];
      float b = d[i + 2 * plane];
      float max = Math.max(r, Math.max(g, b));
      float range = max - Math.min(r, Math.min(g, b));
      if (range <= 0) {
        continue; // gray has no hue
      }
      float sixths =
          max == r ? (g - b) / range : max == g ? 2 + (b - r) / range : 4 + (r - g) / range;
      double h = sixths / 6 + by;
      h = (h - Math.floor(h)) * 6;
      for (int c = 0, p = i; c < 3; c++, p += plane) {
        // Each colour is a trapezoid around the circle: red about 0, green about 2, blue about 4.
        double k = (5 - 2 * c + h) % 6;
        k = k < 0 ? k + 6 : k;
        d[p] = clip((float) (max - range * Math.max(0, Math.min(Math.min(k, 4 - k), 1))));
      }
    }
  }

  private static float gray(float[] d, int i, int plane) {
    return 0.299f * d[i] + 0.587f * d[i + plane] + 0.114f * d[i + 2 * plane];
  }

  private static float clip(float v) {
    return Math.max(0, Math.min(1, v));
  }
}
