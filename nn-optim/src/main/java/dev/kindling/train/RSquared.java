package dev.kindling.train;

import dev.kindling.nd.Tensor;

/**
 * The coefficient of determination: 1 − Σ(target − prediction)² / Σ(target − mean target)². 1 for perfect predictions, 0
 * for predictions no better than the mean. Of several outputs, the mean of theirs.
 *
 * <p>Predictions and targets [batch, outputs…]. NaN if an output's targets are all the same.
 */
public final class RSquared implements Metric {

  private long count;
  private double[] residual = new double[0];
  private double[] mean = new double[0];
  private double[] spread =
      new double[0]; // sum of squared deviations from the mean so far (Welford, 1962)

  /** Empty. */
  public RSquared() {}

  @Override
  public String name() {
    return "R²";
  }

  @Override
  public void reset() {
    count = 0;
    room(residual.length);
  }

  @Override
  public void update(Tensor prediction, Tensor target) {
    int n = Labels.pairs(name(), prediction, target);
    int rows = prediction.rank() == 0 ? 1 : prediction.dim(0);
    if (rows == 0) {
      return;
    }
    int outputs = n / rows;
    if (outputs != residual.length) {
      room(outputs);
      count = 0;
    }
    for (int i = 0; i < rows; i++) {
      count++;
      for (int j = 0; j < outputs; j++) {
        int at = i * outputs + j;
        double t = target.data()[target.offset() + at];
        double d = t - prediction.data()[prediction.offset() + at];
        residual[j] += d * d;
        double fromMean = t - mean[j];
        mean[j] += fromMean / count;
        spread[j] += fromMean * (t - mean[j]);
      }
    }
  }

  private void room(int outputs) {
    residual = new double[outputs];
    mean = new double[outputs];
    spread = new double[outputs];
  }

  @Override
  public double value() {
    if (count == 0) {
      return Double.NaN;
    }
    double sum = 0;
    for (int j = 0; j < residual.length; j++) {
      sum += spread[j] == 0 ? Double.NaN : 1 - residual[j] / spread[j];
    }
    return sum / residual.length;
  }
}
