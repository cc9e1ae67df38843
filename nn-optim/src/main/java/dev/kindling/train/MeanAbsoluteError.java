package dev.kindling.train;

import dev.kindling.nd.Tensor;

/** The mean of |prediction − target| over all elements. Both of as many elements. */
public final class MeanAbsoluteError implements Metric {

  private double sum;
  private long count;

  /** Empty. */
  public MeanAbsoluteError() {}

  @Override
  public String name() {
    return "MAE";
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
      sum += Math.abs(p - target.data()[target.offset() + i]);
    }
    count += n;
  }

  @Override
  public double value() {
    return count == 0 ? Double.NaN : sum / count;
  }
}
