package dev.kindling.train;

import dev.kindling.nd.Tensor;

/** The root of the mean of (prediction − target)² over all elements. Both of as many elements. */
public final class RootMeanSquaredError implements Metric {

  private double sum;
  private long count;

  /** Empty. */
  public RootMeanSquaredError() {}

  @Override
  public String name() {
    return "RMSE";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public void reset() {
    sum = 0;
    count = 0;
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    int n = Labels.pairs(name(), prediction, target);
    for (int i = 0; i < n; i++) {
      double p = prediction.data()[prediction.offset() + i];
      double d = p - target.data()[target.offset() + i];
      sum += d * d;
    }
    count += n;
  }

  @Override
  public double value() {
    return count == 0 ? Double.NaN : Math.sqrt(sum / count);
  }
}
