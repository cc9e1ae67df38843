package dev.kindling.data;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import java.util.Arrays;

/**
 * Shifts and scales inputs: {@code x ← (x - shift) · scale}, with a pair of numbers for each channel of an image or each
 * feature of a row. To standardize (mean 0, variance 1) or to bring into a range (0 to 1), fit it to the training part
 * and apply it to every part:
 *
 * <pre>{@code
 * Standardizer standardizer = Standardizer.fit(split.train());
 * Dataset train = split.train().map(standardizer);
 * Dataset test = split.test().map(standardizer);
 * }</pre>
 *
 * <p>Statistics are taken in one pass, in double, by Welford's method (1962). Missing values (NaN) are left out of them;
 * {@link #fillMissing} puts the mean in their place.
 */
public final class Standardizer implements Transform {

  private final float[] shift;
  private final float[] scale;
  private final boolean fill;

  private Standardizer(float[] shift, float[] scale, boolean fill) {
    this.shift = shift;
    this.scale = scale;
    this.fill = fill;
  }

  // ---------------------------------------------------------------- making one

  /**
   * To mean 0 and standard deviation 1: per channel for images {@code [channels, height, width]}, per feature for rows.
   * A channel that never varies is only shifted.
   *
   * @throws IllegalArgumentException if the dataset is empty
   */
  public static Standardizer fit(Dataset data) {
    return fit(data, groups(data.inputShape()));
  }

  /** As {@link #fit(Dataset)}, with one mean and one deviation for all numbers of an input together. */
  public static Standardizer fitOverall(Dataset data) {
    return fit(data, 1);
  }

  private static Standardizer fit(Dataset data, int groups) {
    Statistics s = Statistics.of(data, groups);
    float[] shift = new float[groups];
    float[] scale = new float[groups];
    for (int g = 0; g < groups; g++) {
      double deviation = Math.sqrt(s.variance(g));
      shift[g] = (float) s.mean[g];
      scale[g] = constant(deviation, s.mean[g]) ? 1 : (float) (1 / deviation);
    }
    return new Standardizer(shift, scale, false);
  }

  /**
   * To the range 0 to 1, from the smallest to the largest value seen: per channel or per feature as {@link
   * #fit(Dataset)}.
   *
   * @throws IllegalArgumentException if the dataset is empty
   */
  public static Standardizer fitRange(Dataset data) {
    int groups = groups(data.inputShape());
    Statistics s = Statistics.of(data, groups);
    float[] shift = new float[groups];
    float[] scale = new float[groups];
    for (int g = 0; g < groups; g++) {
      double range = (double) s.max[g] - s.min[g];
      shift[g] = s.count[g] == 0 ? 0 : s.min[g];
      scale[g] = range > 0 ? (float) (1 / range) : 1;
    }
    return new Standardizer(shift, scale, false);
  }

  /**
   * With known statistics.
   *
   * @param mean what is subtracted, one number a channel or feature
   * @param deviation what is divided by, as many numbers
   * @throws IllegalArgumentException if the lengths differ or a deviation isn't above 0
   */
  public static Standardizer of(float[] mean, float[] deviation) {
    if (mean.length == 0 || mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "mean and deviation must have the same length above 0, got "
              + mean.length
              + " and "
              + deviation.length);
    }
    float[] scale = new float[deviation.length];
    for (int g = 0; g < scale.length; g++) {
      if (!(deviation[g] > 0)) {
        throw new IllegalArgumentException("deviation must be above 0, got " + deviation[g]);
      }
      scale[g] = 1 / deviation[g];
    }
    return new Standardizer(mean.clone(), scale, false);
  }

  /** Only scales, every number by the same factor: 1/255 makes bytes to 0 to 1. */
  public static Standardizer scale(float factor) {
    return new Standardizer(new float[] {0}, new float[] {factor}, false);
  }

  /** Puts the mean (0 after standardizing, the least of a range) where a value is missing (NaN). */
  public Standardizer fillMissing() {
    return new Standardizer(shift, scale, true);
  }

  private static int groups(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(0);
  }

  /** Whether a deviation is only what rounding left. */
  private static boolean constant(double deviation, double mean) {
    return !(deviation > 1e-7 * Math.abs(mean)) || deviation < Float.MIN_NORMAL;
  }

  // ---------------------------------------------------------------- using it

  /** What is subtracted, one number a channel or feature, or one for all. */
  public float[] shift() {
    return shift.clone();
  }

  /** What is multiplied by, one number a channel or feature, or one for all. */
  public float[] scale() {
    return scale.clone();
  }

  /**
   * Standardizes one input in place. The stream isn't used.
   *
   * @throws ShapeException if the input has another number of channels or features
   */
  @Override
  public void apply(Tensor example, Rng rng) {
    apply(example);
  }

  /** Standardizes one input in place. */
  public void apply(Tensor example) {
    int groups = shift.length;
    if (groups > 1 && groups(example.shape()) != groups) {
      throw ShapeException.of(
          "Standardizer", "a first axis of " + groups, example.shape().toString(), "");
    }
    int span = example.size() / groups;
    float[] d = example.data();
    for (int g = 0, p = example.offset(); g < groups; g++) {
      float a = shift[g];
      float b = scale[g];
      for (int end = p + span; p < end; p++) {
        d[p] = (d[p] - a) * b;
      }
    }
    if (fill) {
      for (int p = example.offset(), end = p + example.size(); p < end; p++) {
        d[p] = Float.isNaN(d[p]) ? 0 : d[p];
      }
    }
  }

  /** Takes standardized values back to what they were, in place; filled ones become the mean. */
  public void invert(Tensor example) {
    int groups = shift.length;
    int span = example.size() / groups;
    float[] d = example.data();
    for (int g = 0, p = example.offset(); g < groups; g++) {
      for (int end = p + span; p < end; p++) {
        d[p] = d[p] / scale[g] + shift[g];
      }
    }
  }

  @Override
  public String toString() {
    return "Standardizer[shift "
        + Arrays.toString(shift)
        + ", scale "
        + Arrays.toString(scale)
        + "]";
  }

  /** Count, mean, sum of squared deviations, least and largest of each group. */
  private static final class Statistics {
    final long[] count;
    final double[] mean;
    final double[] squares;
    final float[] min;
    final float[] max;

    private Statistics(int groups) {
      count = new long[groups];
      mean = new double[groups];
      squares = new double[groups];
      min = new float[groups];
      max = new float[groups];
      Arrays.fill(min, Float.POSITIVE_INFINITY);
      Arrays.fill(max, Float.NEGATIVE_INFINITY);
    }

    static Statistics of(Dataset data, int groups) {
      if (data.size() == 0) {
        throw new IllegalArgumentException("Statistics of no examples: the dataset is empty");
      }
      Statistics s = new Statistics(groups);
      Tensor x = Tensor.zeros(data.inputShape());
      Tensor y = Tensor.zeros(data.targetShape());
      for (int i = 0; i < data.size(); i++) {
        data.read(i, x, y);
        s.add(x);
      }
      return s;
    }

    /** One example's part of each group, by Chan's rule for joining two parts (1979). */
    private void add(Tensor x) {
      int groups = count.length;
      int span = x.size() / groups;
      float[] d = x.data();
      for (int g = 0; g < groups; g++) {
        int start = x.offset() + g * span;
        double sum = 0;
        int n = 0;
        for (int i = start; i < start + span; i++) {
          if (!Float.isNaN(d[i])) {
            sum += d[i];
            n++;
            min[g] = Math.min(min[g], d[i]);
            max[g] = Math.max(max[g], d[i]);
          }
        }
        if (n == 0) {
          continue;
        }
        double here = sum / n;
        double deviations = 0;
        for (int i = start; i < start + span; i++) {
          double e = Float.isNaN(d[i]) ? 0 : d[i] - here;
          deviations += e * e;
        }
        double delta = here - mean[g];
        long total = count[g] + n;
        squares[g] += deviations + delta * delta * count[g] * n / total;
        mean[g] += delta * n / total;
        count[g] = total;
      }
    }

    /** The variance over all n, not n - 1: what NumPy's and PyTorch's normalization use. */
    double variance(int g) {
      return count[g] == 0 ? 0 : squares[g] / count[g];
    }
  }
}
